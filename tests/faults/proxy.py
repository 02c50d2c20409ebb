"""A TCP proxy on loopback that fails on order, at an exact byte.

It runs in a thread of its own. Each connection takes the next fault of the queue, and when the
queue is empty the lasting one; bytes are counted per connection.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections import deque
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any
from urllib.parse import urlsplit

_CHUNK_BYTES = 65_536
_JOIN_SECONDS = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Way(StrEnum):
    """What becomes of a connection when its fault strikes."""

    CLOSE = auto()
    RESET = auto()
    STALL = auto()


@dataclass(frozen=True)
class Fault:
    """Strikes after so many bytes of the request or of the answer.

    With 0 it strikes when the first byte turns up, which is not passed on: so 0 answer bytes
    means that the upstream did its work and began to answer.
    """

    way: Way = Way.CLOSE
    after_request_bytes: int | None = None
    after_answer_bytes: int | None = None


PASS = Fault()
CUT_BEFORE_ANSWER = Fault(after_answer_bytes=0)
STALL = Fault(Way.STALL, after_request_bytes=0)
STALL_BEFORE_ANSWER = Fault(Way.STALL, after_answer_bytes=0)


def cut_request(size: int, way: Way = Way.CLOSE) -> Fault:
    """`size` bytes reach the upstream (exactly so with Way.CLOSE), then both ends are cut."""
    return Fault(way, after_request_bytes=size)


def cut_answer(size: int, way: Way = Way.CLOSE) -> Fault:
    """`size` bytes reach the client (exactly so with Way.CLOSE), then both ends are cut."""
    return Fault(way, after_answer_bytes=size)


@dataclass
class Lane:
    """One direction of a connection."""

    limit: int | None
    passed: int = 0

    @property
    def next_read(self) -> int:
        if self.limit is None:
            return _CHUNK_BYTES
        return max(1, min(_CHUNK_BYTES, self.limit - self.passed))


@dataclass
class Passage:
    """One connection: what passed through it so far, and what became of it."""

    fault: Fault
    request: Lane
    answer: Lane
    has_struck: bool = False
    is_over: bool = False


class _StruckError(Exception):
    """The byte has come at which the fault strikes."""


class FaultProxy:
    """Made by run_proxy. Every method may be called from any thread."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        # Keeps the port while nobody listens, so that a refusal is a true one.
        self._holder = _bound(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._holder.getsockname()
        self.passages: list[Passage] = []
        self._queue: deque[Fault] = deque()
        self._lasting = PASS
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy")
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._stalled: set[asyncio.Event] = set()

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def next(self, *faults: Fault) -> None:
        """For the next connections, one each, behind those already queued."""
        self._queue.extend(faults)

    def always(self, fault: Fault) -> None:
        """For every connection that no queued fault is meant for."""
        self._lasting = fault

    def refuse(self) -> None:
        """New connections are refused; those that are open go on."""
        self._run(self._close_door())

    def accept(self) -> None:
        self._run(self._open_door())

    def let_go(self) -> None:
        """Ends the connections that are stalled now."""
        self._run(self._free_stalled())

    def cut_all(self) -> None:
        """Ends every open connection at once, whatever its fault."""
        self._run(self._cut_all())

    def start(self) -> None:
        self._thread.start()
        self.accept()

    def stop(self) -> None:
        self.refuse()
        self.cut_all()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_JOIN_SECONDS)
        self._loop.close()
        self._holder.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_JOIN_SECONDS)

    async def _open_door(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._welcome, sock=_bound(self.address))

    async def _close_door(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _free_stalled(self) -> None:
        for event in self._stalled:
            event.set()

    async def _cut_all(self) -> None:
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._queue.popleft() if self._queue else self._lasting
        request, answer = Lane(fault.after_request_bytes), Lane(fault.after_answer_bytes)
        passage = Passage(fault, request, answer)
        self.passages.append(passage)
        task = self._loop.create_task(self._serve(passage, (reader, writer)))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, passage: Passage, near: Streams) -> None:
        ends = [near[1]]
        try:
            far = await asyncio.open_connection(*self._upstream)
            ends.append(far[1])
            await self._relay_until_struck(passage, near, far)
            for end in ends:
                end.close()
            for end in ends:
                await end.wait_closed()
        except OSError:
            # One end has gone; all that is left to do is to end the other one.
            return
        finally:
            for end in ends:
                end.transport.abort()
            passage.is_over = True

    async def _relay_until_struck(self, passage: Passage, near: Streams, far: Streams) -> None:
        try:
            await _relay(passage, near, far)
        except _StruckError:
            passage.has_struck = True
            if passage.fault.way is Way.STALL:
                await self._stall()
            if passage.fault.way is Way.RESET:
                _reset(near[1])
                _reset(far[1])

    async def _stall(self) -> None:
        event = asyncio.Event()
        self._stalled.add(event)
        try:
            await event.wait()
        finally:
            self._stalled.discard(event)


@contextmanager
def run_proxy(upstream: str | tuple[str, int]) -> Iterator[FaultProxy]:
    """In front of an http address, or of a host and port. Passes everything until ordered."""
    if isinstance(upstream, str):
        parts = urlsplit(upstream)
        upstream = parts.hostname or "127.0.0.1", parts.port or 80
    proxy = FaultProxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def _bound(address: tuple[str, int]) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(address)
    return made


async def _relay(passage: Passage, near: Streams, far: Streams) -> None:
    pumps = [
        asyncio.create_task(_pump(near[0], far[1], passage.request)),
        asyncio.create_task(_pump(far[0], near[1], passage.answer)),
    ]
    try:
        await asyncio.gather(*pumps)
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.wait(pumps)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, lane: Lane) -> None:
    while data := await source.read(lane.next_read):
        if lane.limit == 0:
            raise _StruckError
        target.write(data)
        await target.drain()
        lane.passed += len(data)
        if lane.passed == lane.limit:
            raise _StruckError
    target.write_eof()


def _reset(end: asyncio.StreamWriter) -> None:
    end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    end.transport.abort()
