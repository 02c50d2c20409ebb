"""The HTTP server: one thread per connection, from the standard library.

Chosen over a worker-process server because the sandbox is one process that owns its store and its
engine: this one starts in a moment, takes port 0 and says which it got, hands uploads through as
they arrive, and ends when told to.
"""

from __future__ import annotations

import socket
import time
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import IO, Any, cast
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

from sandbox.web.http import BODY_KEY, BodyReader

# How long a client may fall silent in the middle of a request or an answer.
_STALL_SECONDS = 60.0
_LINGER_SECONDS = 5.0


class SandboxServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def server_bind(self) -> None:
        # Without the name lookup of the base class, which can take seconds without a network.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; faults of ours were logged where they happened."""


class _Answering(ServerHandler):
    server_software = "dubbing-sandbox"
    http_version = "1.1"

    def send_preamble(self) -> None:
        # One request per connection: said here because an application may not.
        super().send_preamble()
        self._write(b"Connection: close\r\n")

    def log_exception(self, exc_info: Any) -> None:
        """Only broken connections arrive here."""


class SandboxRequestHandler(WSGIRequestHandler):
    timeout = _STALL_SECONDS
    error_content_type = "application/json"
    error_message_format = '{"detail": "%(message)s"}'

    def handle(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if len(self.raw_requestline) > 65_536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            return
        if not self.parse_request():
            return
        body = self._body()
        if body is None:
            return
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = {**self.get_environ(), BODY_KEY: body}
        handler = _Answering(
            cast(IO[bytes], self.rfile),
            cast(IO[bytes], self.wfile),
            self.get_stderr(),
            cast(dict[str, str], environ),
        )
        handler.request_handler = self  # type: ignore[attr-defined]
        handler.run(self.server.get_app())  # type: ignore[attr-defined]
        self._linger(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses carry signed tokens, so none is logged."""

    def _body(self) -> BodyReader | None:
        if self.headers.get("Transfer-Encoding"):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdecimal():
            self.send_error(HTTPStatus.BAD_REQUEST)
            return None
        return BodyReader(self.rfile, int(length))

    def _linger(self, body: BodyReader) -> None:
        """Closing over unread bytes would reset the connection and destroy the answer."""
        deadline = time.monotonic() + _LINGER_SECONDS
        self.wfile.flush()
        self.connection.settimeout(1.0)
        try:
            while body.left and time.monotonic() < deadline:
                piece = self.rfile.read1(min(body.left, 1 << 18))
                if not piece:
                    return
                body.left -= len(piece)
        except OSError:
            return
