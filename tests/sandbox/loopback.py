"""The other end of the sandbox's own requests: serves media files, takes callbacks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Callback:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded


@dataclass
class Loopback:
    folder: Path
    url: str = ""
    callbacks: list[Callback] = field(default_factory=list)
    # Statuses to answer with before callbacks are taken; 0 hangs up without an answer.
    refusals: list[int] = field(default_factory=list)

    def events(self, path: str) -> list[str]:
        return [c.data["event"] for c in list(self.callbacks) if c.path == path]


def wait_for(condition: Callable[[], Any], *, seconds: float = 20.0) -> Any:
    """The first true value of the condition."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.02)
    return value


@contextmanager
def run_loopback(folder: Path) -> Iterator[Loopback]:
    loopback = Loopback(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(loopback))
    loopback.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = loopback.folder / self.path.removeprefix("/short/").lstrip("/")
            if not path.is_file():
                self.send_error(404)
                return
            data = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:1000] if self.path.startswith("/short/") else data)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = loopback.refusals.pop(0) if loopback.refusals else 204
            if status == 204:
                loopback.callbacks.append(Callback(self.path, dict(self.headers), body))
            if status:
                self.send_response(status)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
