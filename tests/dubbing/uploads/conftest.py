from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.media import make_talking_video


@pytest.fixture(autouse=True)
def places(settings: LazySettings, tmp_path: Path) -> Path:
    """Storage and spool of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOAD_DIR = tmp_path / "incoming"
    return tmp_path


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Somebody speaks for two seconds."""
    return make_talking_video(tmp_path_factory.mktemp("media") / "v.mp4", seconds=2).read_bytes()
