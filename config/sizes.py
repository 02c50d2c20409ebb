"""How large a file is, in words: the one rule for pages, answers and mails.

`static/js/upload-words.js` says the same while a file is on its way.
"""

from __future__ import annotations

UNITS = ("B", "kB", "MB", "GB", "TB")


def size_words(size: int | None) -> str:
    """`764 kB`, `5.9 MB`: in thousands, as browsers and drives count. `size` in bytes."""
    size, power = size or 0, 0
    while power < len(UNITS) - 1 and _rounded(size, 1000**power) >= 1000:
        power += 1
    unit = 1000**power
    tenths = _rounded(size * 10, unit)
    if tenths >= 1000 or not power:
        return f"{_rounded(size, unit)} {UNITS[power]}"
    return f"{tenths / 10:.1f} {UNITS[power]}"


def _rounded(size: int, unit: int) -> int:
    return (size + unit // 2) // unit
