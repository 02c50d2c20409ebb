"""A small HTTP/1.1 load maker: prepared request bytes over kept connections."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 16


@dataclass(frozen=True)
class Result:
    """Rates are answers per second, latencies milliseconds."""

    answers: int
    seconds: float
    failures: int
    latencies: list[float]
    accepted_at: list[float] = field(default_factory=list)
    """Seconds from the beginning to each 2xx."""

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> bool:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if length:
        await reader.readexactly(length)
    return head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 2"))


async def _closed_loop(host: str, port: int, requests: Sequence[bytes]) -> Result:
    """As fast as the answers come, each connection one request at a time."""
    latencies: list[float] = []
    failures = 0
    source = iter(requests)

    async def visitor() -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection(host, port)
        for request in source:
            began = time.perf_counter()
            failures += not await _exchange(reader, writer, request)
            latencies.append((time.perf_counter() - began) * 1000)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(visitor() for _ in range(CONNECTIONS)))
    return Result(len(latencies), time.perf_counter() - began, failures, latencies)


async def _open_loop(
    host: str,
    port: int,
    requests: Sequence[bytes],
    rate: float,
    connections: int,
    seconds: float,
) -> Result:
    """At a fixed rate; a latency counts from the moment the request was due, not from its turn."""
    latencies: list[float] = []
    failures = 0
    accepted_at: list[float] = []
    queue: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()

    async def visitor() -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection(host, port)
        while (job := await queue.get()) is not None:
            due, request = job
            if time.perf_counter() - began > seconds:
                continue
            accepted = await _exchange(reader, writer, request)
            failures += not accepted
            now = time.perf_counter()
            latencies.append((now - due) * 1000)
            if accepted:
                accepted_at.append(now - began)
        writer.close()

    began = time.perf_counter()
    visitors = [asyncio.create_task(visitor()) for _ in range(connections)]
    for number, request in enumerate(requests):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        queue.put_nowait((due, request))
    for _ in visitors:
        queue.put_nowait(None)
    await asyncio.gather(*visitors)
    took = time.perf_counter() - began
    return Result(len(latencies), took, failures, latencies, accepted_at)


def closed_loop(host: str, port: int, requests: Sequence[bytes]) -> Result:
    return asyncio.run(_closed_loop(host, port, requests))


def open_loop(
    host: str,
    port: int,
    requests: Sequence[bytes],
    rate: float,
    connections: int = CONNECTIONS,
    seconds: float = math.inf,
) -> Result:
    """`seconds`: what could not be sent until then is left out."""
    return asyncio.run(_open_loop(host, port, requests, rate, connections, seconds))
