"""Sending a file to the engine: our body against httpx's stock multipart, to the same far end.

Below both stand the floors: a bare socket that reads and sends in pieces of our size, and one whose
file the kernel sends by itself, which nobody can who encrypts.
"""

from __future__ import annotations

import os
import re
import socket
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks import desk
from config.storage import Disk
from dubbing.remote.multipart import CHUNK_BYTES, FormPart, MultipartBody
from dubbing.remote.types import UploadPart

MB = 1024 * 1024
SIZE = 1024 * MB
TURNS = 11


class FarEnd(socketserver.StreamRequestHandler):
    """Takes a request to its end and says so, at next to no cost: its body is not even copied."""

    rbufsize = 0

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.rfile.readline()
        length = re.search(rb"(?i)content-length: (\d+)", head)
        left = int(length[1]) if length else 0
        room = bytearray(4 * MB)
        while left:
            left -= self.connection.recv_into(room, min(left, len(room)), socket.MSG_TRUNC)
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


def run() -> Iterator[tuple[str, str]]:
    with tempfile.NamedTemporaryFile(dir=os.environ["DUBDESK_DATA_DIR"]) as file:
        for _ in range(SIZE // MB):
            file.write(os.urandom(MB))
        file.flush()
        with _far_end() as port:
            yield from _compare(Path(file.name), f"http://127.0.0.1:{port}/")


def _compare(path: Path, url: str) -> Iterator[tuple[str, str]]:
    kinds = ("ours", "stock", "bare socket", "sendfile")
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(TURNS):
        for kind, measured in seconds.items():
            measured.append(float(_in_a_process(kind, path, url)[0]))
    for kind, measured in seconds.items():
        rate = SIZE / statistics.median(measured) / 1e6
        yield f"{SIZE // MB:,} MiB by {kind}, median of {TURNS}", f"{rate:.0f} MB/s"
    yield "ours to stock, median of the turns (target ≥ 2)", _times(seconds, "ours")
    yield "  a bare socket to stock", _times(seconds, "bare socket")
    yield "  sendfile to stock", _times(seconds, "sendfile")
    yield "peak memory above idle", f"{int(_in_a_process('ours', path, url)[1]) / MB:.1f} MiB"


def _times(seconds: dict[str, list[float]], kind: str) -> str:
    pairs = zip(seconds[kind], seconds["stock"], strict=True)
    ratios = [stock / own for own, stock in pairs]
    return f"{statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})"


def _in_a_process(kind: str, path: Path, url: str) -> list[str]:
    """Seconds and bytes of memory, as a fresh process measures them."""
    words = [sys.executable, "-m", "benchmarks.outgoing", kind, str(path), url]
    done = subprocess.run(words, cwd=desk.HOUSE, capture_output=True, text=True, check=True)
    return done.stdout.split()


@contextmanager
def _far_end() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), FarEnd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _send(kind: str, path: Path, url: str) -> tuple[float, int]:
    if kind in ("bare socket", "sendfile"):
        return _send_bare(kind, path, urlsplit(url).port or 80), 0
    with httpx.Client(trust_env=False, timeout=600) as client:
        client.get(url)
        idle = desk.peak_memory(os.getpid())
        began = time.perf_counter()
        if kind == "stock":
            with path.open("rb") as file:
                answer = client.post(url, data={"a": "b"}, files={"file": ("a.mp4", file)})
        else:
            with Disk(location=path.parent).open_stream(path.name) as (stream, size):
                part = UploadPart(stream, "a.mp4", size, "video/mp4")
                body = MultipartBody([FormPart("a", b"b"), FormPart("file", part)])
                answer = client.post(url, content=body, headers=body.headers)
        answer.raise_for_status()
        return time.perf_counter() - began, desk.peak_memory(os.getpid()) - idle


def _send_bare(kind: str, path: Path, port: int) -> float:
    """Seconds, without any form around the file."""
    began = time.perf_counter()
    with (
        socket.create_connection(("127.0.0.1", port)) as line,
        path.open("rb", buffering=0) as file,
    ):
        # httpx says it too; without it a far end on this machine is half as fast.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % path.stat().st_size)
        if kind == "sendfile":
            line.sendfile(file)
        else:
            while piece := file.read(CHUNK_BYTES):
                line.sendall(piece)
        if not line.recv(4096).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("The far end did not take it.")
    return time.perf_counter() - began


if __name__ == "__main__":
    measured = _send(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
    sys.stdout.write(" ".join(map(str, measured)))
