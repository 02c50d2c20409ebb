"""Edge as it really runs: a Granian process on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the tests"
ORIGIN = "http://desk.example.com"


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        Event().wait(0.02)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class EdgeProcess:
    """Its own group of processes, so that all of it can be killed at once."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.incoming = folder / "incoming"
        self._environment = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": SECRET,
            "MEDIA_ROOT": str(folder / "media"),
            "UPLOAD_DIR": str(self.incoming),
            "PLAN_DIR": str(folder / "plans"),
            "PUBLIC_URL": ORIGIN,
            **environment,
        }
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws"]
        process = subprocess.Popen(
            [*command, "--port", str(self.port), "--log-level", "warning", "edge.app:app"],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
        )
        wait_for(self.is_live)
        return process

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_live(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/live", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """As a lack of memory would: without a word, in the middle of whatever it does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def restart(self) -> None:
        self.process = self._start()

    def kill_and_restart(self) -> None:
        self.kill()
        self.restart()

    def memory(self) -> int:
        """Bytes that the server and its worker hold."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sum(map(resident, [pid, *map(int, children)]))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


def resident(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def run_edge(folder: Path, **environment: str) -> Iterator[EdgeProcess]:
    edge = EdgeProcess(folder, **environment)
    try:
        yield edge
    finally:
        edge.stop()
