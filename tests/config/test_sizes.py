from __future__ import annotations

import re

import pytest
from django.conf import settings

from config.sizes import size_words

SIZES = [
    (0, "0 B"),
    (999, "999 B"),
    (1000, "1.0 kB"),
    (1049, "1.0 kB"),
    (1050, "1.1 kB"),
    (99_950, "100 kB"),
    (764_000, "764 kB"),
    (999_499, "999 kB"),
    (999_500, "1.0 MB"),
    (5_960_141, "6.0 MB"),
    (50 * 10**9, "50.0 GB"),
    (10**15, "1000 TB"),
]


@pytest.mark.parametrize("size, words", SIZES)
def test_sizes_are_said_in_thousands(size: int, words: str) -> None:
    assert size_words(size) == words


def test_no_page_and_no_message_counts_otherwise() -> None:
    rooms = ("accounts", "config", "dubbing", "templates")
    files = [path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.*")]
    sources = [path for path in files if path.suffix in {".py", ".html", ".txt"}]
    assert len(sources) > 100
    assert [path for path in sources if re.search("filesizeformat", path.read_text())] == []
