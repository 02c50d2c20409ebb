"""EBU STL files (EBU Tech 3264), built byte by byte: one block about the whole, one per cue."""

from __future__ import annotations

from collections.abc import Sequence

CODE_PAGE, DISK_FORMAT, LATIN = b"850", b"STL25.01", b"00"
FRAMES = 25
NEW_LINE, UNUSED = b"\x8a", b"\x8f"

Cue = tuple[float, float, str]


def make_ebu_stl(
    cues: Sequence[Cue], *, begins: str = "00000000", level: bytes = b"0", character_set: int = 0
) -> bytes:
    """`cues`: seconds and ISO 6937 text, of the programme that begins at `begins` (HHMMSSFF)."""
    offset = int(begins[:2]) * 3600 + int(begins[2:4]) * 60 + int(begins[4:6])
    blocks = [_text_block(number, cue, offset) for number, cue in enumerate(cues)]
    return _general_block(len(cues), begins, level, character_set) + b"".join(blocks)


def _general_block(count: int, begins: str, level: bytes, character_set: int) -> bytes:
    fields = [
        CODE_PAGE, DISK_FORMAT, level, f"{character_set:02d}".encode(), b"09",
        *(b" " * 32 for _ in range(6)),  # titles and translator
        b" " * 16, b"260101", b"260101", b"00",
        f"{count:05d}".encode(), f"{count:05d}".encode(), b"001",
        b"40", b"23", b"1", begins.encode(), begins.encode(), b"1", b"1", b"GBR",
        b" " * 32, b" " * 32, b" " * 32, b" " * 75, b" " * 576,
    ]  # fmt: skip
    block = b"".join(fields)
    assert len(block) == 1024
    return block


def _text_block(number: int, cue: Cue, offset: int) -> bytes:
    start, end, text = cue
    words = text.encode("latin-1").replace(b"\n", NEW_LINE)
    block = b"".join(
        [
            b"\x00", number.to_bytes(2, "little"), b"\xff", b"\x00",
            _timecode(start + offset), _timecode(end + offset), b"\x14", b"\x02", b"\x00",
            words.ljust(112, UNUSED),
        ]
    )  # fmt: skip
    assert len(block) == 128
    return block


def _timecode(seconds: float) -> bytes:
    whole = int(seconds)
    frames = round((seconds - whole) * FRAMES)
    return bytes([whole // 3600, whole // 60 % 60, whole % 60, frames])
