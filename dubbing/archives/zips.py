"""Where every byte of a ZIP file stands, before any film of it is read.

Films are stored as they are, and their length and CRC-32 are known: so each header, each film's
place and the whole length follow from the list alone. Written after PKWARE's APPNOTE 6.3: names
are UTF-8 (bit 11), ZIP64 fields stand only where a number does not fit.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MOST_32 = 0xFFFFFFFF
MOST_16 = 0xFFFF
UTF_8 = 0x0800
STORED = 0
PLAIN, WITH_ZIP64 = 20, 45
UNIX = 3
# A plain file that its owner writes and all read.
FILE_MODE = 0o100644 << 16
ZIP64_FIELD = 0x0001
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
END_64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR_64 = struct.Struct("<4sIQI")


@dataclass(frozen=True)
class Entry:
    """One file: either `content`, or `size` bytes and their CRC-32 that lie at `source`."""

    name: str
    modified: datetime
    size: int
    crc32: int
    source: str = ""
    content: bytes = b""

    @classmethod
    def of(cls, name: str, modified: datetime, content: bytes) -> Entry:
        return cls(name, modified, len(content), zlib.crc32(content), content=content)


@dataclass(frozen=True)
class Layout:
    """`literals` are all bytes but the films', in order; `films` are (offset, size, source)."""

    size: int
    literals: bytes
    films: list[tuple[int, int, str]]


def lay_out(entries: Iterable[Entry]) -> Layout:
    """The archive of these files, in their order. Offsets are bytes from its begin."""
    literals, directory = bytearray(), bytearray()
    films: list[tuple[int, int, str]] = []
    offset = count = 0
    for entry in entries:
        header = _local_header(entry)
        directory += _central_header(entry, offset)
        literals += header + entry.content
        if entry.source:
            films.append((offset + len(header), entry.size, entry.source))
        offset += len(header) + entry.size
        count += 1
    literals += directory + _end(count, len(directory), offset)
    return Layout(len(literals) + sum(size for _, size, _ in films), bytes(literals), films)


def _local_header(entry: Entry) -> bytes:
    name = entry.name.encode()
    big = entry.size >= MOST_32
    extra = struct.pack("<2H2Q", ZIP64_FIELD, 16, entry.size, entry.size) if big else b""
    size = MOST_32 if big else entry.size
    fixed = LOCAL.pack(
        *(b"PK\3\4", WITH_ZIP64 if big else PLAIN, UTF_8, STORED, *_dos_time(entry.modified)),
        *(entry.crc32, size, size, len(name), len(extra)),
    )
    return fixed + name + extra


def _central_header(entry: Entry, offset: int) -> bytes:
    name = entry.name.encode()
    big = [entry.size] * 2 if entry.size >= MOST_32 else []
    big += [offset] if offset >= MOST_32 else []
    extra = struct.pack(f"<2H{len(big)}Q", ZIP64_FIELD, 8 * len(big), *big) if big else b""
    needed = WITH_ZIP64 if big else PLAIN
    size = min(entry.size, MOST_32)
    fixed = CENTRAL.pack(
        *(b"PK\1\2", UNIX << 8 | needed, needed, UTF_8, STORED, *_dos_time(entry.modified)),
        *(entry.crc32, size, size, len(name), len(extra), 0, 0, 0),
        *(FILE_MODE, min(offset, MOST_32)),
    )
    return fixed + name + extra


def _end(count: int, length: int, offset: int) -> bytes:
    """`length` and `offset` of the directory."""
    short = END.pack(
        *(b"PK\5\6", 0, 0, min(count, MOST_16), min(count, MOST_16)),
        *(min(length, MOST_32), min(offset, MOST_32), 0),
    )
    if count < MOST_16 and length < MOST_32 and offset < MOST_32:
        return short
    long = END_64.pack(
        *(b"PK\6\6", END_64.size - 12, UNIX << 8 | WITH_ZIP64, WITH_ZIP64, 0, 0),
        *(count, count, length, offset),
    )
    return long + LOCATOR_64.pack(b"PK\6\7", 0, offset + length, 1) + short


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Time and date; two seconds are its finest, 1980 its first year."""
    year = min(max(moment.year, 1980), 2107)
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, (year - 1980) << 9 | moment.month << 5 | moment.day
