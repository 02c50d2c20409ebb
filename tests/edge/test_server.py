"""Edge as it really runs: a Granian process, spoken to over sockets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx
import pytest

from edge.tokens import FilmGrant, film_path

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the tests"
FILM_BYTES = 96 * 1024 * 1024
GRANT = FilmGrant("film.mp4", "talk.mp4", "video/mp4", "inline", "m-1", "t-1")
LINK = film_path(GRANT, secret=SECRET, seconds=3600)


@dataclass(frozen=True)
class Edge:
    port: int
    pid: int

    def memory(self) -> int:
        """Bytes that the server and its worker hold."""
        return sum(map(_resident, [self.pid, *_children(self.pid)]))


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        Event().wait(0.02)


def _is_live(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    media = tmp_path_factory.mktemp("media")
    with (media / "film.mp4").open("wb") as film:
        film.truncate(FILM_BYTES)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", "edge.app:app"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": SECRET, "MEDIA_ROOT": str(media)},
    )
    try:
        _wait_for(lambda: _is_live(port))
        yield Edge(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _ask(port: int, headers: str = "") -> socket.socket:
    """A connection that has asked for the film and reads no more than the head of the answer."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(f"GET {LINK} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
    assert connection.recv(12).startswith(b"HTTP/1.1 20")
    return connection


def test_whole_film_and_its_end_arrive(edge: Edge) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{edge.port}", trust_env=False) as http:
        with http.stream("GET", LINK) as answer:
            assert sum(map(len, answer.iter_raw())) == FILM_BYTES
        end = http.get(LINK, headers={"Range": "bytes=-10"})
        assert (end.status_code, end.content) == (206, bytes(10))
        assert http.head(LINK).headers["Content-Length"] == str(FILM_BYTES)


def test_stalled_players_hold_neither_threads_nor_the_film(edge: Edge) -> None:
    before = edge.memory()
    # More than there are threads for files: if a stalled one kept its thread, nobody else would
    # be served.
    stalled = [_ask(edge.port) for _ in range(44)]
    try:
        end = httpx.get(
            f"http://127.0.0.1:{edge.port}{LINK}",
            headers={"Range": "bytes=-10"},
            timeout=20,
            trust_env=False,
        )
        assert end.status_code == 206
        assert edge.memory() - before < len(stalled) * 6 * 1024 * 1024
    finally:
        for connection in stalled:
            connection.close()
