"""Many viewers of edge's streams in one process of their own: plain sockets, no browser.

They look at other videos than the one that changes, and say so as pages do (or, where it is asked
for, at all of them): they hear of it like all of the team, and fetch nothing (those that do fetch:
`live_colleagues.py`). What edge has to do for them is all
there. Their own work is not, since real ones do it on machines of their own: they only take what
comes, yield to whatever else wants the processor, and read it when they are asked in the end.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import selectors
import socket
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from edge.live_tokens import stream_path

SPAWN = multiprocessing.get_context("spawn")
STREAMS_A_MEMBER = 40
OPEN_SECONDS = 60.0
LAST_IN_LINE = 19
TAKEN_AT_ONCE = 64 * 1024
# What their addresses say of their pages: all on them is older than any video there is.
ELSEWHERE = "&from={0}&to={0}".format("00000000-0000-7000-8000-000000000000")


@dataclass(slots=True, eq=False)
class Viewer:
    """`pieces`: what came, and when."""

    line: socket.socket
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    is_over: bool = False

    def take(self) -> None:
        piece = self.line.recv(TAKEN_AT_ONCE)
        self.pieces.append((time.monotonic(), piece))
        self.is_over = not piece

    def events(self) -> Iterator[tuple[float, str, str]]:
        """When, name and data. The pieces of the transfer coding are lines of their own, which no
        event begins like."""
        name, rest = "message", b""
        for at, piece in self.pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if line.startswith(b"event: "):
                    name = line[7:].decode()
                elif line.startswith(b"data: "):
                    yield at, name, line[6:].decode()
                    name = "message"


@dataclass(frozen=True)
class Told:
    """What the viewers have to say in the end."""

    viewers: int
    most_in_a_second: int
    resyncs: int
    wrong: int
    """How many of them do not know the revisions as they are."""
    late: list[float]
    """Milliseconds from each of the moments to when each viewer heard the next news."""


class Crowd:
    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe

    def judge(self, revisions: dict[str, int], moments: Sequence[float] = ()) -> Told:
        """`moments`: of the monotonic clock, at which something happened."""
        self._pipe.send((revisions, moments))
        if not self._pipe.poll(OPEN_SECONDS):
            raise RuntimeError("The viewers do not answer.")
        told: Told = self._pipe.recv()
        return told


@contextmanager
def crowd(
    port: int, *, count: int, team: str, secret: str, origin: str, sight: str = ELSEWHERE
) -> Iterator[Crowd]:
    """So many viewers, all of whose streams are open. `origin`: their pages' own."""
    ours, theirs = SPAWN.Pipe()
    words = (theirs, port, count, team, secret, origin, sight)
    process = SPAWN.Process(target=_look_on, args=words, daemon=True)
    process.start()
    try:
        if not ours.poll(OPEN_SECONDS) or ours.recv() != "open":
            raise RuntimeError(f"{count} viewers could not be opened.")
        yield Crowd(ours)
    finally:
        process.terminate()
        process.join()


def _look_on(
    pipe: Any, port: int, count: int, team: str, secret: str, origin: str, sight: str
) -> None:
    viewers = []
    with selectors.EpollSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        for number in range(count):
            member = f"m{number // STREAMS_A_MEMBER}"
            path = stream_path(member=member, team=team, secret=secret, seconds=600)
            line, first = open_stream(port, path, origin, sight)
            viewers.append(Viewer(line, [(time.monotonic(), first)]))
            selector.register(viewers[-1].line, selectors.EVENT_READ, viewers[-1])
        pipe.send("open")
        os.nice(LAST_IN_LINE)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    pipe.send(_judge(viewers, *pipe.recv()))
                else:
                    key.data.take()
                    if key.data.is_over:
                        selector.unregister(key.fileobj)


def open_stream(port: int, path: str, origin: str, sight: str = "") -> tuple[socket.socket, bytes]:
    """From when edge has said that it is ready, and what it has said until then."""
    line = socket.create_connection(("127.0.0.1", port))
    head = f"GET {path}?age=0{sight} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}"
    line.sendall(f"{head}\r\n\r\n".encode())
    answer = b""
    while b"event: ready" not in answer:
        piece = line.recv(TAKEN_AT_ONCE)
        answer += piece
        if not piece or not answer.startswith(b"HTTP/1.1 200"[: len(answer)]):
            raise RuntimeError(answer.split(b"\r\n")[0].decode())
    return line, answer


def _judge(viewers: list[Viewer], revisions: dict[str, int], moments: Sequence[float]) -> Told:
    """And forgets what was heard so far."""
    most = resyncs = wrong = 0
    late: list[float] = []
    for viewer in viewers:
        known: dict[str, int] = {}
        heard = []
        for at, name, data in viewer.events():
            if name == "message":
                heard.append(at)
                known |= json.loads(data)["assets"]
            resyncs += name == "resync"
        most = max(most, _most_in_a_second(heard))
        wrong += known != revisions
        late += _late(heard, moments)
        viewer.pieces.clear()
    return Told(sum(not viewer.is_over for viewer in viewers), most, resyncs, wrong, late)


def _late(heard: list[float], moments: Sequence[float]) -> list[float]:
    after = (bisect(heard, moment) for moment in moments)
    return [
        (heard[at] - moment) * 1000
        for at, moment in zip(after, moments, strict=True)
        if at < len(heard)
    ]


def _most_in_a_second(moments: list[float]) -> int:
    return max((sum(at <= other < at + 1 for other in moments) for at in moments), default=0)
