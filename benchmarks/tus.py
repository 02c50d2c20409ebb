"""How fast uploads come in and are safe on the disk, beside the disk itself and two other servers.

Everything is measured in turns, so that a noisy machine is noisy for all: what counts are the
ratios of one turn.
"""

from __future__ import annotations

import math
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import desk, tus_peers
from benchmarks.tus_peers import PeerMissingError, Server

MB = 1024 * 1024
TURNS = 5
TURN_BYTES = 512 * MB
SMALL, LARGE = 256 * MB, 8192 * MB
PIECE_TYPE = "application/offset+octet-stream"
# How an MP4 begins; edge looks.
HEAD = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
BLOCK = HEAD + os.urandom(MB - len(HEAD))


def run() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(dir=os.environ["DUBDESK_DATA_DIR"]) as place:
        yield from _rates(Path(place))
        yield from _memory(Path(place))


def _rates(place: Path) -> Iterator[tuple[str, str]]:
    with ExitStack() as running:
        servers, missing = _start(place, running)
        for name, reason in missing:
            yield name, f"not measured: {reason}"
        for streams in (1, 4):
            yield from _in_turns(place, servers, streams)


def _start(place: Path, running: ExitStack) -> tuple[list[Server], list[tuple[str, str]]]:
    servers, missing = [], []
    for start in (tus_peers.our_edge, tus_peers.node_server, tus_peers.python_server):
        folder = place / start.__name__
        folder.mkdir()
        try:
            servers.append(running.enter_context(start(folder)))
        except PeerMissingError as error:
            missing.append((start.__name__, str(error)))
    return servers, missing


def _in_turns(place: Path, servers: Sequence[Server], streams: int) -> Iterator[tuple[str, str]]:
    size = TURN_BYTES // streams
    rates: dict[str, list[float]] = {name: [] for name in ("disk", *(s.name for s in servers))}
    for _ in range(TURNS):
        rates["disk"].append(_at_once(streams, lambda number: _raw(place / f"raw-{number}", size)))
        for server in servers:
            paths = [server.create(size) for _ in range(streams)]
            rates[server.name].append(_received(server, paths, size))
    words = f"{streams} stream{'s' if streams > 1 else ''}"
    for name, measured in rates.items():
        yield f"{words}: {name}, median", f"{statistics.median(measured):.0f} MB/s"
    for name, measured in rates.items():
        if name != "edge":
            ratios = [ours / other for ours, other in zip(rates["edge"], measured, strict=True)]
            low, high = min(ratios), max(ratios)
            told = f"{statistics.median(ratios):.2f} (from {low:.2f} to {high:.2f})"
            yield f"{words}: edge to {name}, median of {TURNS} turns", told


def _at_once(streams: int, act: Callable[[int], None]) -> float:
    """MB/s of `streams` threads that move TURN_BYTES together."""
    threads = [threading.Thread(target=act, args=(number,)) for number in range(streams)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return TURN_BYTES / (time.perf_counter() - began) / 1e6


def _raw(path: Path, size: int) -> None:
    """What the disk takes without anybody in between."""
    with path.open("wb", buffering=0) as file:
        for _ in range(size // MB):
            file.write(BLOCK)
        os.fdatasync(file.fileno())
    path.unlink()


def _received(server: Server, paths: Sequence[str], size: int) -> float:
    def send_one(number: int) -> None:
        send(server.port, paths[number], size)
        if not server.is_durable:
            _sync(server.folder, size)

    rate = _at_once(len(paths), send_one)
    for file in _files(server.folder):
        file.unlink()
    return rate


def _sync(folder: Path, size: int) -> None:
    """What the server left out: the files it has called received are made safe."""
    for path in _files(folder):
        if not path.suffix and path.stat().st_size == size:
            with path.open("rb") as file:
                os.fdatasync(file.fileno())


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]


def send(port: int, path: str, size: int, *, bytes_per_second: float = math.inf) -> None:
    """One whole upload in one PATCH, at the cost of a few system calls."""
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Offset: 0\r\nContent-Type: {PIECE_TYPE}\r\nContent-Length: {size}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=600) as connection:
        connection.sendall(head.encode())
        began = time.perf_counter()
        for sent in range(0, size, MB):
            connection.sendall(BLOCK)
            time.sleep(max(0.0, began + sent / bytes_per_second - time.perf_counter()))
        answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 204"):
        raise RuntimeError(answer.decode(errors="replace"))


def _memory(place: Path) -> Iterator[tuple[str, str]]:
    growth = {size: _growth(place / f"memory-{size}", size) for size in (SMALL, LARGE)}
    for size, above in growth.items():
        yield f"edge's peak above idle for {size // MB:,} MiB", f"{above[0] / MB:.1f} MiB"
    small, large = (whole for _, whole in growth.values())
    yield "peak in all, large file to small", f"{large / small:.3f}"
    yield "web's part in it", "none: no byte of an upload passes through web"


def _growth(folder: Path, size: int) -> tuple[int, int]:
    """Bytes above idle, and in all, of the process that takes it in."""
    folder.mkdir()
    with tus_peers.our_edge(folder) as server:
        send(server.port, server.create(MB), MB)
        workers = desk.family(server.process.pid)[1:] or [server.process.pid]
        idle = sum(map(desk.peak_memory, workers))
        send(server.port, server.create(size), size)
        peak = sum(map(desk.peak_memory, workers))
        for file in folder.iterdir():
            file.unlink()
    return peak - idle, peak
