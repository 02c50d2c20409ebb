from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import httpx

from .errors import FileChangedError
from .types import UploadPart

# Below this the per-chunk cost of httpx and h11 shows; above it a chunk falls out of the CPU's
# cache between its reading and its sending, which is most of what sending costs.
CHUNK_BYTES = 128 * 1024
ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A", "\x00": "%00"})


@dataclass(frozen=True, slots=True)
class FormPart:
    """A named part; `content` is bytes or a file to stream."""

    field: str
    content: bytes | UploadPart

    def head(self) -> bytes:
        lines = f'Content-Disposition: form-data; name="{self.field.translate(ESCAPES)}"'
        if isinstance(self.content, UploadPart):
            kind = self.content.content_type.translate(ESCAPES)
            lines += f'; filename="{_base_name(self.content.name)}"\r\nContent-Type: {kind}'
        return lines.encode("utf-8", "replace") + b"\r\n\r\n"

    def size(self) -> int:
        return self.content.size if isinstance(self.content, UploadPart) else len(self.content)


class MultipartBody(httpx.SyncByteStream):
    """A form streamed from disk with its length known beforehand and flat memory.

    It can be sent once. A file that is not exactly as long as announced raises FileChangedError
    before the last boundary, so that the far side can never take it for complete.
    """

    def __init__(self, parts: Sequence[FormPart]) -> None:
        boundary = secrets.token_hex(16)
        opening = f"--{boundary}\r\n".encode()
        self._closing = f"\r\n--{boundary}--\r\n".encode()
        self._parts = [
            ((b"\r\n" if index else b"") + opening + part.head(), part)
            for index, part in enumerate(parts)
        ]
        length = sum(len(head) + part.size() for head, part in self._parts) + len(self._closing)
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(length),
        }
        self.may_be_complete = False

    def __iter__(self) -> Iterator[bytes]:
        for head, part in self._parts:
            yield head
            if isinstance(part.content, UploadPart):
                yield from _chunks(part.content)
            else:
                yield part.content
        # Set before the last bytes go out: from here on nobody can say that they did not arrive.
        self.may_be_complete = True
        yield self._closing


def _base_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].translate(ESCAPES) or "file"


def _chunks(part: UploadPart) -> Iterator[bytes]:
    left = part.size
    while left:
        chunk = _read(part.file, min(CHUNK_BYTES, left))
        if not chunk:
            raise FileChangedError(f"The file ends {left} bytes before its announced size.")
        left -= len(chunk)
        yield chunk
    if _read(part.file, 1):
        raise FileChangedError("The file is longer than its announced size.")


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise FileChangedError(f"The file cannot be read ({error.strerror}).") from error
