"""The mark every sandbox film carries, drawn by ourselves as a small PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from sandbox.media import font

_INK = b"\xff\xff\xff\xff"
_GROUND = b"\x14\x12\x1f\xb8"


def banner_png(lines: Sequence[str], *, width: int, height: int) -> bytes:
    """White letters on a dark ground, sized and wrapped for a film of that many pixels."""
    dot = max(1, min(width, height) // 200)
    letters_per_line = max(8, (width // dot - 4) // (font.WIDTH + 1))
    wrapped = [part for line in lines for part in _wrap(line, letters_per_line)]
    return _png(_scaled(_dots(wrapped), dot))


def _wrap(line: str, size: int) -> list[str]:
    parts: list[str] = [""]
    for word in line.split():
        joined = f"{parts[-1]} {word}".strip()
        if len(joined) <= size or not parts[-1]:
            parts[-1] = joined
        else:
            parts.append(word)
    return parts


def _dots(lines: Sequence[str]) -> list[list[bool]]:
    """Rows of dots, with an edge of two around the text."""
    across = max(len(line) for line in lines) * (font.WIDTH + 1) + 3
    picture = [[False] * across for _ in range(len(lines) * (font.HEIGHT + 2) + 2)]
    for line_number, line in enumerate(lines):
        for column, letter in enumerate(line):
            for row, bits in enumerate(font.rows_of(letter)):
                top = 2 + line_number * (font.HEIGHT + 2) + row
                left = 2 + column * (font.WIDTH + 1)
                for bit in range(font.WIDTH):
                    picture[top][left + bit] = bool(bits >> (font.WIDTH - 1 - bit) & 1)
    return picture


def _scaled(picture: Sequence[Sequence[bool]], dot: int) -> list[bytes]:
    rows = []
    for line in picture:
        row = b"".join((_INK if is_on else _GROUND) * dot for is_on in line)
        rows.extend([row] * dot)
    return rows


def _png(rows: Sequence[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", len(rows[0]) // 4, len(rows), 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
