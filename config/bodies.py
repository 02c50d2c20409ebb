"""Request bodies are held against the length they announced.

A client that hangs up looks to Django like the end of the body: half a file would pass for a
whole one. This wrapper turns the short read into an OSError, which Django reports as
UnreadablePostError, and refuses bodies of unknown length before anything is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

LENGTH_WANTED = "Send the body with a Content-Length."
LENGTH_PROBLEM = {
    "type": "request_error",
    "code": "length_required",
    "message": LENGTH_WANTED,
    "errors": [],
}


class AnnouncedBody:
    """A request body of `length` bytes; reading past what arrived raises OSError."""

    def __init__(self, source: Any, length: int) -> None:
        self._source = source
        self._missing = length

    def read(self, size: int = -1) -> bytes:
        wanted = self._missing if size is None or size < 0 else min(size, self._missing)
        pieces = []
        # A reader of the whole body asks once: a short answer is asked after, not passed on.
        while wanted:
            pieces.append(self._account(self._source.read(wanted)))
            wanted -= len(pieces[-1])
        return b"".join(pieces)

    def readline(self, size: int = -1) -> bytes:
        if not self._missing:
            return b""
        limit = self._missing if size is None or size < 0 else min(size, self._missing)
        return self._account(self._source.readline(limit))

    def __iter__(self) -> AnnouncedBody:
        return self

    def __next__(self) -> bytes:
        if line := self.readline():
            return line
        raise StopIteration

    def _account(self, data: bytes) -> bytes:
        if not data:
            raise OSError(f"the body ended {self._missing} bytes before its announced length")
        self._missing -= len(data)
        return data


def _ask_for_length(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """In the API's own shape of errors where a program asks."""
    if environ.get("PATH_INFO", "").startswith("/api/"):
        kind, words = "application/json", json.dumps(LENGTH_PROBLEM)
    else:
        kind, words = "text/plain", LENGTH_WANTED + "\n"
    start_response("411 Length Required", [("Content-Type", kind)])
    return [words.encode()]


def announced_bodies_only(application: Application) -> Application:
    def wrapped(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return _ask_for_length(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length):
            environ["wsgi.input"] = AnnouncedBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return wrapped
