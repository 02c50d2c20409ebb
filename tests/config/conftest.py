from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.folders import open_folder


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as home:
        yield home
