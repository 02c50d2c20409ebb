"""One piece of an upload: what a request announces of it, and its way onto the disk.

Memory holds two blocks of it at most, whatever its length: one that comes in, one that is written.
What came of a piece stays when its sender hangs up, unless a checksum was to prove it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import errno
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.types import Receive

from edge.media_marks import HEAD_BYTES, may_be_media
from edge.spool import Part
from edge.upload_refusals import NOT_MEDIA, NOT_MEDIA_WORDS, UploadError

T = TypeVar("T")
PIECE_TYPE = "application/offset+octet-stream"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
BLOCK_BYTES = 1024 * 1024
# The disk is asked to catch up while more comes in, so that the last word is not a long one.
SYNC_BYTES = 64 * 1024 * 1024
# Their own, so that films are read while many uploads are written.
_threads = ThreadPoolExecutor(16, thread_name_prefix="uploads")


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` in bytes; `algorithm` is empty where no checksum was given."""

    offset: int
    length: int
    algorithm: str = ""
    digest: bytes = b""


class HungUpError(Exception):
    """The sender went, or said nothing for too long."""


def read_piece(headers: Headers) -> Piece:
    """What a PATCH announces. Raises UploadError."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PIECE_TYPE:
        raise UploadError(415, "unsupported_media_type", f"Send the bytes as {PIECE_TYPE}.")
    if "content-length" not in headers:
        raise UploadError(411, "length_required", "Send the bytes with a Content-Length.")
    offset = _number(headers, "upload-offset")
    return Piece(offset, _number(headers, "content-length"), *_checksum(headers))


def _number(headers: Headers, name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UploadError(400, "invalid", f"{name.title()} has to be a number.")
    return int(text)


def _checksum(headers: Headers) -> tuple[str, bytes]:
    given = headers.get("upload-checksum")
    if given is None:
        return "", b""
    algorithm, _, digest = given.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise UploadError(400, "unknown_checksum", f"Checksums are taken by {known}.")
    with suppress(binascii.Error, ValueError):
        return algorithm, base64.b64decode(digest, validate=True)
    raise UploadError(400, "invalid", "The checksum has to be in Base64.")


async def store_piece(
    receive: Receive, part: Part, piece: Piece, *, size: int, silence_seconds: float
) -> None:
    """Takes the piece in; when this returns, all of it is safe on the disk.

    A sender that says nothing for `silence_seconds` is gone: it comes again and goes on from what
    is here.

    Raises UploadError, and HungUpError after what came has been made safe.
    """
    digest = ALGORITHMS[piece.algorithm]() if piece.algorithm else None
    if digest:
        await in_thread(part.expect_sum)
    writer = _Writer(part, size, digest)
    try:
        async for block in _blocks(receive, piece.length, silence_seconds):
            await writer.write(block)
        await writer.end()
    except BaseException:
        await asyncio.shield(_keep_or_drop(writer, piece))
        raise
    if digest and not hmac.compare_digest(digest.digest(), piece.digest):
        await in_thread(part.cut_back, piece.offset)
        raise UploadError(460, "checksum_mismatch", "The bytes do not fit their checksum.")
    await in_thread(part.accept if digest else part.sync)


async def _keep_or_drop(writer: _Writer, piece: Piece) -> None:
    with suppress(OSError, UploadError):
        await writer.end()
    part = writer.part
    await in_thread(*((part.cut_back, piece.offset) if piece.algorithm else (part.sync,)))


class _Writer:
    """Writes a block in a thread while the next one comes in."""

    def __init__(self, part: Part, size: int, digest: Any) -> None:
        self.part = part
        self._size = size
        self._digest = digest
        self._is_judged = False
        self._written: asyncio.Future[None] | None = None
        self._synced: asyncio.Future[None] | None = None
        self._unsynced = 0

    async def write(self, block: list[bytes]) -> None:
        await self._last_write()
        self._written = in_thread(self._store, block)
        self._unsynced += sum(map(len, block))
        if self._unsynced >= SYNC_BYTES and (self._synced is None or self._synced.done()):
            await self._last_sync()
            self._unsynced = 0
            self._synced = in_thread(self.part.sync)

    async def end(self) -> None:
        """Until nothing is under way any more. Raises what the last block raised."""
        try:
            await self._last_write()
        finally:
            await self._last_sync()

    async def _last_write(self) -> None:
        written, self._written = self._written, None
        if written is not None:
            await written

    async def _last_sync(self) -> None:
        synced, self._synced = self._synced, None
        if synced is not None:
            await synced

    def _store(self, block: list[bytes]) -> None:
        try:
            self.part.write(block)
        except OSError as error:
            raise _disk_error(error) from error
        if self._digest:
            for piece in block:
                self._digest.update(piece)
        if not self._is_judged and self.part.offset >= min(self._size, HEAD_BYTES):
            self._is_judged = True
            if not may_be_media(self.part.head(HEAD_BYTES)):
                raise UploadError(415, NOT_MEDIA, NOT_MEDIA_WORDS)


def _disk_error(error: OSError) -> UploadError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UploadError(507, "storage_full", FULL)
    return UploadError(500, "error", "The desk’s disk does not take it just now.")


FULL = "The desk’s storage is full. Ask whoever runs it to make room; the upload goes on then."


def in_thread(action: Callable[..., T], *given: Any) -> asyncio.Future[T]:
    return asyncio.get_running_loop().run_in_executor(_threads, action, *given)


async def _blocks(
    receive: Receive, length: int, silence_seconds: float
) -> AsyncIterator[list[bytes]]:
    """The body in blocks of about BLOCK_BYTES. Raises HungUpError where it ends early."""
    left = length
    while left:
        block, is_last = await _block(receive, left, silence_seconds)
        left -= sum(map(len, block))
        if block:
            yield block
        if is_last:
            break
    if left:
        raise HungUpError


async def _block(receive: Receive, most: int, silence_seconds: float) -> tuple[list[bytes], bool]:
    """The next bytes, `most` of them at the utmost, and whether no more will come."""
    loop = asyncio.get_running_loop()
    block: list[bytes] = []
    held, heard_at = 0, loop.time()
    with suppress(TimeoutError):
        async with asyncio.timeout_at(heard_at + silence_seconds) as patience:
            while held < BLOCK_BYTES and held < most:
                message = await receive()
                body = message.get("body", b"")
                if message["type"] != "http.request" or held + len(body) > most:
                    return block, True
                held += len(body)
                block.append(body)
                if not message.get("more_body", False):
                    return block, True
                # Not at every piece: that would cost more than the piece itself.
                if loop.time() - heard_at > silence_seconds / 4:
                    heard_at = loop.time()
                    patience.reschedule(heard_at + silence_seconds)
            return block, False
    return block, True
