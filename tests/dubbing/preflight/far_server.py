"""A server on loopback that answers as badly as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Handle = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FarServer

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        self.server.handle(self)

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.start(status, **{"Content-Length": str(len(body))} | headers)
        self.wfile.write(body)

    def start(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer_part(self, body: bytes, content_type: str = "video/mp4") -> None:
        """As a good server does."""
        first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        part = body[int(first) : int(last or len(body)) + 1]
        place = f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}"
        self.answer(part, 206, Content_Range=place, Content_Type=content_type)

    def drip(self, piece: bytes, pause: float = 0.05, times: int = 400) -> None:
        for _ in range(times):
            self.wfile.write(piece)
            self.wfile.flush()
            if self.server.stopping.wait(pause):
                return


class FarServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handle: Handle) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.handle = handle
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.stopping = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        """Clients hang up on purpose here."""


@contextmanager
def far_server(handle: Handle) -> Iterator[FarServer]:
    server = FarServer(handle)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
