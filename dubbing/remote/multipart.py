from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import httpx

from .errors import FileChangedError
from .types import UploadPart

# Below this what httpx and h11 cost by the chunk shows; twice as much falls out of the processor's
# cache between its reading and its sending.
CHUNK_BYTES = 640 * 1024
# On a slow line the file is read more often, because reading keeps the lease.
SLOW_CHUNK_BYTES = 64 * 1024
QUICK_SECONDS = 1.0
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
    before the last boundary, so that the far side can never take it for complete. `clock` tells
    seconds: how quickly a piece left decides how large the next one is.
    """

    def __init__(
        self, parts: Sequence[FormPart], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
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
                yield from self._chunks(part.content)
            else:
                yield part.content
        # Set before the last bytes go out: from here on nobody can say that they did not arrive.
        self.may_be_complete = True
        yield self._closing

    def _chunks(self, part: UploadPart) -> Iterator[bytes]:
        left, size = part.size, SLOW_CHUNK_BYTES
        while left:
            chunk = _read(part.file, min(size, left))
            if not chunk:
                raise FileChangedError(f"The file ends {left} bytes before its announced size.")
            left -= len(chunk)
            began = self._clock()
            yield chunk
            is_quick = self._clock() - began < QUICK_SECONDS
            size = CHUNK_BYTES if is_quick else SLOW_CHUNK_BYTES
        if _read(part.file, 1):
            raise FileChangedError("The file is longer than its announced size.")


def _base_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].translate(ESCAPES) or "file"


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise FileChangedError(f"The file cannot be read ({error.strerror}).") from error
