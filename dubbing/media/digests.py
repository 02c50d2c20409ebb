from __future__ import annotations

import hashlib
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
