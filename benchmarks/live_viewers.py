"""Many viewers of edge's streams in one process of their own: plain sockets, no browser."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from edge.live_tokens import stream_path

SPAWN = multiprocessing.get_context("spawn")
STREAMS_A_MEMBER = 40
OPENED_AT_ONCE = 100
OPEN_SECONDS = 60.0


@dataclass
class Viewer:
    """`known`: the newest revision told of each video. `heard`: when it was told something."""

    known: dict[str, int] = field(default_factory=dict)
    heard: list[float] = field(default_factory=list)
    resyncs: int = 0

    def take(self, name: str, data: str) -> None:
        if name == "message":
            self.heard.append(time.monotonic())
            self.known |= json.loads(data)["assets"]
        elif name == "resync":
            self.resyncs += 1

    def most_in_a_second(self) -> int:
        return max(
            (sum(1 for other in self.heard if at <= other < at + 1) for at in self.heard), default=0
        )


@dataclass(frozen=True)
class Told:
    """What the viewers have to say in the end."""

    viewers: int
    most_in_a_second: int
    resyncs: int
    wrong: int
    """How many of them do not know the revisions as they are."""


class Crowd:
    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe

    def judge(self, revisions: dict[str, int]) -> Told:
        self._pipe.send(revisions)
        if not self._pipe.poll(OPEN_SECONDS):
            raise RuntimeError("The viewers do not answer.")
        told: Told = self._pipe.recv()
        return told


@contextmanager
def crowd(port: int, *, count: int, team: str, secret: str) -> Iterator[Crowd]:
    """So many viewers, all of whose streams are open."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_serve, args=(theirs, port, count, team, secret), daemon=True)
    process.start()
    try:
        if not ours.poll(OPEN_SECONDS) or ours.recv() != "open":
            raise RuntimeError(f"{count} viewers could not be opened.")
        yield Crowd(ours)
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Any, port: int, count: int, team: str, secret: str) -> None:
    asyncio.run(_look_on(pipe, port, count, team, secret))


async def _look_on(pipe: Any, port: int, count: int, team: str, secret: str) -> None:
    viewers: list[Viewer] = []
    writers: list[asyncio.StreamWriter] = []
    readers: list[asyncio.Task[None]] = []
    for start in range(0, count, OPENED_AT_ONCE):
        paths = [
            stream_path(member=f"m{number // STREAMS_A_MEMBER}", team=team, secret=secret,
                        seconds=600)
            for number in range(start, min(count, start + OPENED_AT_ONCE))
        ]  # fmt: skip
        for reader, writer in await asyncio.gather(*(_open(port, path) for path in paths)):
            writers.append(writer)
            viewers.append(Viewer())
            readers.append(asyncio.create_task(_read(reader, viewers[-1])))
    pipe.send("open")
    while True:
        revisions = await asyncio.to_thread(pipe.recv)
        pipe.send(
            Told(
                viewers=sum(not reader.done() for reader in readers),
                most_in_a_second=max((one.most_in_a_second() for one in viewers), default=0),
                resyncs=sum(one.resyncs for one in viewers),
                wrong=sum(one.known != revisions for one in viewers),
            )
        )
        for one in viewers:
            one.known, one.heard, one.resyncs = {}, [], 0


async def _open(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Both must be kept: a writer that nobody holds closes its connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path}?age=0 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.split(b"\r\n")[0].decode())
    return reader, writer


async def _read(reader: asyncio.StreamReader, viewer: Viewer) -> None:
    """The pieces of the transfer coding are lines of their own, which no event begins like."""
    name = "message"
    async for line in reader:
        if line.startswith(b"event: "):
            name = line[7:].decode().strip()
        elif line.startswith(b"data: "):
            viewer.take(name, line[6:].decode())
            name = "message"
