"""An engine that does nothing but answer: creations only, each after the same while."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import desk

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Stub:
    url: str
    _count: Any
    _first: Any

    @property
    def count(self) -> int:
        return int(self._count.value)

    @property
    def first_at(self) -> float:
        """Unix time of the first request since the last reset; zero: none yet."""
        return float(self._first.value)

    def reset(self) -> None:
        self._count.value, self._first.value = 0, 0.0


@contextmanager
def stub_engine(latency_seconds: float) -> Iterator[Stub]:
    count, first = FORK.Value("i", 0), FORK.Value("d", 0.0)
    port = desk.free_port()
    process = FORK.Process(target=_serve, args=(port, latency_seconds, count, first), daemon=True)
    process.start()
    try:
        yield Stub(f"http://127.0.0.1:{port}", count, first)
    finally:
        process.terminate()
        process.join()


def _serve(port: int, latency_seconds: float, count: Any, first: Any) -> None:
    asyncio.run(_listen(port, latency_seconds, count, first))


async def _listen(port: int, latency_seconds: float, count: Any, first: Any) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await _answer(reader, writer, latency_seconds, count, first)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    latency_seconds: float,
    count: Any,
    first: Any,
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    if rest:
        await reader.readexactly(int(rest.split(b"\r\n")[0]))
    is_creation = head.startswith(b"post")
    if is_creation:
        count.value += 1
        first.value = first.value or time.time()
    number = count.value
    await asyncio.sleep(latency_seconds)
    body = f'{{"id": "stub-{port_of(writer)}-{number}", "status": "Processing"}}'.encode()
    status = b"201 Created" if is_creation else b"404 Not Found"
    writer.write(
        b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        % (status, len(body), body)
    )
    await writer.drain()


def port_of(writer: asyncio.StreamWriter) -> int:
    return int(writer.get_extra_info("sockname")[1])
