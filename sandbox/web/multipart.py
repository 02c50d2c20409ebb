"""Reads an upload form as it arrives: files go to disk, memory stays flat."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

from sandbox.errors import ApiError
from sandbox.records import ReceivedFile
from sandbox.web.http import MAX_JSON_BYTES, BodyReader

_CHUNK_BYTES = 256 * 1024
_MAX_HEAD_BYTES = 16 * 1024


@dataclass
class Form:
    fields: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, ReceivedFile] = field(default_factory=dict)

    def discard(self) -> None:
        for file in self.files.values():
            Path(file.path).unlink(missing_ok=True)


def read_form(
    body: BodyReader,
    content_type: str,
    *,
    file_parts: Collection[str],
    folder: Path,
    max_file_bytes: int,
) -> Form:
    """A file over the limit is counted to its end but kept no further than one byte past it.

    Raises ApiError, and then leaves no file behind.
    """
    parser = _Parser(body, _boundary(content_type))
    form = Form()
    try:
        while parser.has_next_part():
            name, file_name = parser.read_head()
            if name in file_parts:
                received = _store(parser, folder, max_file_bytes)
                form.files[name] = ReceivedFile(str(received[0]), received[1], file_name)
            else:
                form.fields[name] = _collect(parser)
        parser.finish()
    except BaseException:
        form.discard()
        raise
    return form


def _store(parser: _Parser, folder: Path, max_bytes: int) -> tuple[Path, int]:
    path = folder / uuid.uuid4().hex
    size = 0
    try:
        with path.open("wb") as file:
            for piece in parser.content():
                file.write(piece[: max(0, max_bytes + 1 - size)])
                size += len(piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, size


def _collect(parser: _Parser) -> bytes:
    value = bytearray()
    for piece in parser.content():
        value += piece
        if len(value) > MAX_JSON_BYTES:
            raise ApiError(400, f"a form field may have at most {MAX_JSON_BYTES} bytes")
    return bytes(value)


class _Parser:
    """Keeps just enough of the stream to recognise a boundary that is split between reads."""

    def __init__(self, body: BodyReader, boundary: bytes) -> None:
        self._body = body
        # A line break before the first boundary makes it look like all others.
        self._buffer = bytearray(b"\r\n")
        self._mark = b"\r\n--" + boundary
        for _preamble in self.content():
            pass

    def has_next_part(self) -> bool:
        """Just after a boundary: two dashes end the form, a line break opens a part."""
        self._need(2)
        follows = bytes(self._buffer[:2])
        del self._buffer[:2]
        if follows not in (b"\r\n", b"--"):
            raise ApiError(400, "the form is damaged after a boundary")
        return follows == b"\r\n"

    def read_head(self) -> tuple[str, str]:
        """The names of field and file; the latter is empty for a plain field."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0 and len(self._buffer) < _MAX_HEAD_BYTES:
            if not self._more():
                break
        if not 0 <= end <= _MAX_HEAD_BYTES:
            raise ApiError(400, "the head of a form part cannot be read")
        head = bytes(self._buffer[:end]).decode(errors="replace")
        # The line break after the head stays: the boundary may follow at once.
        del self._buffer[: end + 2]
        if not self._buffer.startswith(self._mark):
            del self._buffer[:2]
        for line in head.split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip().lower() == "content-disposition":
                return _names(value)
        raise ApiError(400, "a form part has no name")

    def content(self) -> Iterator[bytes]:
        """The part's bytes up to the next boundary, which is consumed."""
        while (found := self._buffer.find(self._mark)) < 0:
            safe = len(self._buffer) - len(self._mark)
            if safe > 0:
                yield bytes(self._buffer[:safe])
                del self._buffer[:safe]
            if not self._more():
                raise ApiError(400, "the form ends without its closing boundary")
        if found:
            yield bytes(self._buffer[:found])
        del self._buffer[: found + len(self._mark)]

    def finish(self) -> None:
        while self._more():
            self._buffer.clear()

    def _need(self, size: int) -> None:
        while len(self._buffer) < size:
            if not self._more():
                raise ApiError(400, "the form ends too soon")

    def _more(self) -> bool:
        piece = self._body.read(_CHUNK_BYTES)
        self._buffer += piece
        return bool(piece)


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise ApiError(400, "the upload must be multipart/form-data with a boundary")
    return boundary.encode()


def _names(disposition: str) -> tuple[str, str]:
    message = Message()
    message["Content-Disposition"] = disposition
    name = message.get_param("name", header="content-disposition")
    file_name = message.get_filename() or ""
    if not isinstance(name, str):
        raise ApiError(400, "a form part has no name")
    return name, Path(file_name).name
