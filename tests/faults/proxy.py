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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, auto

_CHUNK_BYTES = 65_536
_JOIN_SECONDS = 10.0


class Way(StrEnum):
    """How a connection ends, or does not, when its fault is reached."""

    CLOSE = auto()
    RESET = auto()
    STALL = auto()


@dataclass(frozen=True)
class Fault:
    """Strikes after so many bytes of the request or of the answer.

    With 0 it strikes when the first byte turns up, which is not passed on: 0 answer bytes means
    that the upstream has done its work and begun to answer.
    """

    way: Way = Way.CLOSE
    after_request_bytes: int | None = None
    after_answer_bytes: int | None = None


PASS = Fault()
CUT_BEFORE_ANSWER = Fault(after_answer_bytes=0)
STALL = Fault(Way.STALL, after_request_bytes=0)
STALL_BEFORE_ANSWER = Fault(Way.STALL, after_answer_bytes=0)


def cut_request(size: int, way: Way = Way.CLOSE) -> Fault:
    """Exactly `size` bytes reach the upstream, then both ends lose the connection."""
    return Fault(way, after_request_bytes=size)


def cut_answer(size: int, way: Way = Way.CLOSE) -> Fault:
    """`size` bytes reach the client (exactly so with Way.CLOSE), then both ends lose it."""
    return Fault(way, after_answer_bytes=size)


@dataclass
class Passage:
    """One connection: what passed through it so far, and what became of it."""

    fault: Fault
    request_bytes: int = 0
    answer_bytes: int = 0
    has_struck: bool = False
    is_over: bool = False


class _StruckError(Exception):
    """The byte has come at which the fault strikes."""


class FaultProxy:
    """Made by run_proxy. Every method may be called from any thread."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        # Holds the port while nobody listens, so that refusing is a true refusal.
        self._holder = _bound(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._holder.getsockname()
        self.passages: list[Passage] = []
        self._queue: deque[Fault] = deque()
        self._lasting = PASS
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy")
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._let_go = asyncio.Event()

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
        """Ends all connections that are stalled now."""
        self._loop.call_soon_threadsafe(self._free_stalled)

    def cut_all(self) -> None:
        """Ends every open connection at once, whatever its fault."""
        self._run(self._cut_all())

    def start(self) -> None:
        self._thread.start()
        self.accept()

    def stop(self) -> None:
        self._run(self._close_door())
        self._run(self._cut_all())
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
            await self._server.wait_closed()
            self._server = None

    def _free_stalled(self) -> None:
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def _cut_all(self) -> None:
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = Passage(self._queue.popleft() if self._queue else self._lasting)
        self.passages.append(passage)
        task = asyncio.create_task(self._serve(passage, reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(
        self, passage: Passage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        ends = [writer]
        try:
            there = await asyncio.open_connection(*self._upstream)
            ends.append(there[1])
            await self._relay(passage, (reader, writer), there)
        except OSError:
            # One end is gone; closing the other is all that is left to do.
            pass
        finally:
            for end in ends:
                _end(end, passage.fault.way if passage.has_struck else Way.CLOSE)
            passage.is_over = True
