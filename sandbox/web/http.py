"""Requests and answers as small values over WSGI."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qs

from sandbox.errors import ApiError, BadInputError

MAX_JSON_BYTES = 32 * 1024 * 1024
Environ = dict[str, Any]
# Where the server puts the BodyReader of a request.
BODY_KEY = "sandbox.body"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class BodyReader:
    """The body up to its announced length; a body that ends sooner raises."""

    def __init__(self, stream: Readable, length: int) -> None:
        self._stream = stream
        self.left = length

    def read(self, size: int) -> bytes:
        """At most `size` bytes, b"" at the announced end."""
        wanted = min(size, self.left)
        if wanted == 0:
            return b""
        try:
            data = self._stream.read(wanted)
        except OSError:
            data = b""
        if len(data) < wanted:
            raise ApiError(400, f"the body ends {self.left - len(data)} bytes too soon")
        self.left -= len(data)
        return data


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: BodyReader | None

    def json(self) -> object:
        """An absent body is an empty object."""
        if self.body is None or self.body.left == 0:
            return {}
        try:
            return json.loads(self.bytes())
        except (ValueError, RecursionError):
            raise BadInputError((), "the body is not valid JSON") from None

    def bytes(self) -> bytes:
        if self.body is None:
            return b""
        if self.body.left > MAX_JSON_BYTES:
            raise ApiError(400, f"the body may have at most {MAX_JSON_BYTES} bytes")
        return self.body.read(self.body.left)

    def form(self) -> dict[str, str]:
        try:
            fields = parse_qs(self.bytes().decode(), max_num_fields=20)
        except ValueError:
            raise ApiError(400, "the form cannot be read") from None
        return {name: values[0] for name, values in fields.items()}


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"


def json_answer(status: int, body: object) -> Answer:
    return Answer(status, "application/json", json.dumps(body).encode())


def redirect(address: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(303, "text/plain", b"", {"Location": address, **(headers or {})})


def read_request(environ: Environ) -> Request:
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    headers = {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = str(environ.get("CONTENT_TYPE", ""))
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query={name: values[0] for name, values in query.items()},
        headers=headers,
        body=environ.get(BODY_KEY),
    )
