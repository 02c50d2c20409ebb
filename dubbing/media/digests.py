from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Protocol

CHUNK_BYTES = 1 << 20


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def sha256_of(file: Readable) -> str:
    """Hexadecimal digest of what is left to read; memory stays flat."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True)
class Sums:
    """`sha256` is hexadecimal; `crc32` is what ZIP files want."""

    sha256: str
    crc32: int


def sums_of(file: Readable) -> Sums:
    """Both sums of what is left to read, in one pass; memory stays flat."""
    digest, crc32 = hashlib.sha256(), 0
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
    return Sums(digest.hexdigest(), crc32)
