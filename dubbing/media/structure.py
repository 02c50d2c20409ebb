"""Whether a container is all there, by the lengths it announces: a few reads, no decoding."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MAX_BOXES = 100_000
MP4_BOXES = frozenset(
    {b"ftyp", b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"uuid", b"udta", b"sidx"}
)
EBML_HEADER = 0x1A45DFA3
SEGMENT = 0x18538067
# Writers that did not know the length leave zero or "as much as fits".
RIFF_UNKNOWN_BYTES = 0x7FFFFF00


def missing_part(path: Path) -> str:
    """What is missing, in words that follow "The file stops midway:"; empty if nothing is."""
    with path.open("rb") as file:
        total = os.fstat(file.fileno()).st_size
        head = file.read(12)
        if head[4:8] in MP4_BOXES:
            return _missing_in_mp4(file, total)
        if head[:4] == EBML_HEADER.to_bytes(4, "big"):
            return _missing_in_matroska(file, total)
        if head[:4] == b"RIFF":
            announced = int.from_bytes(head[4:8], "little") + 8
            return _shortfall(announced if announced < RIFF_UNKNOWN_BYTES else 0, total)
    return ""


def _shortfall(announced: int, total: int) -> str:
    if announced <= total:
        return ""
    return f"it should have {announced:,} bytes and has {total:,}."


def _missing_in_mp4(file: BinaryIO, total: int) -> str:
    seen = set()
    for kind, end in _boxes(file, total):
        # What is no box is rubbish behind the film, which players skip.
        if kind not in MP4_BOXES:
            break
        seen.add(kind)
        if end > total:
            return _shortfall(end, total)
    return "" if b"moov" in seen else "its index, which says where pictures are, is missing."


def _boxes(file: BinaryIO, total: int) -> Iterator[tuple[bytes, int]]:
    """Kind and end of each outermost box."""
    position = 0
    for _ in range(MAX_BOXES):
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            return
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        elif size == 0:  # up to the end, wherever that is
            size = total - position
        if size < 8:
            return
        position += size
        yield head[4:8], position


def _missing_in_matroska(file: BinaryIO, total: int) -> str:
    file.seek(4)
    header_bytes = _variable_length(file)
    if header_bytes is None:
        return ""
    file.seek(header_bytes, os.SEEK_CUR)
    if file.read(4) != SEGMENT.to_bytes(4, "big"):
        return ""
    segment_bytes = _variable_length(file)
    return "" if segment_bytes is None else _shortfall(file.tell() + segment_bytes, total)


def _variable_length(file: BinaryIO) -> int | None:
    """The length that EBML writes in 1 to 8 bytes; None where it is unknown."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    following = 8 - first[0].bit_length()
    bits = 7 * (following + 1)
    value = int.from_bytes(first + file.read(following), "big") & ((1 << bits) - 1)
    return None if value == (1 << bits) - 1 else value
