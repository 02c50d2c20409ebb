"""The product's web process as `make run` starts it, with a team to work on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.core.management import call_command

HOUSE = Path(__file__).resolve().parents[1]
START_SECONDS = 120


@dataclass(frozen=True)
class Web:
    host: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def get(self, path: str) -> bytes:
        """A whole request."""
        return f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode()


def prepare_database() -> None:
    call_command("migrate", verbosity=0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web_process(application: str = "config.wsgi:application", **settings: str) -> Iterator[Web]:
    """`settings`: what its environment has besides ours."""
    port = free_port()
    granian = Path(sys.executable).with_name("granian")
    command = [
        *(str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--backlog", "4096", "--no-ws"),
        *("--workers-kill-timeout", "5"),
        *("--log-level", "error", application),
    ]
    environment = os.environ | {"PORT": str(port), "DUBDESK_DATABASE_ROLE": "app"} | settings
    process = subprocess.Popen(command, cwd=HOUSE, env=environment)
    web = Web("127.0.0.1", port, process)
    try:
        _await_answer(web)
        yield web
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def edge_process(port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    granian = Path(sys.executable).with_name("granian")
    command = [
        *(str(granian), "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--backlog", "4096", "--no-ws", "--workers-kill-timeout", "2"),
        *("--log-level", "error", "edge.app:app"),
    ]
    process = subprocess.Popen(command, cwd=HOUSE, env=os.environ | settings)
    try:
        _await_answer(Web("127.0.0.1", port, process))
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await_answer(web: Web) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{web.url}/health/live").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("The web process did not answer.")


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def resident(pid: int) -> int:
    """Bytes that the process and all below it hold just now."""
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page for one in family(pid))


def peak_memory(pid: int) -> int:
    """The highest resident size so far, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"Process {pid} tells no peak memory.")
