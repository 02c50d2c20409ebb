"""Requests the sandbox makes itself: fetching what a link names, posting callbacks."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

_CHUNK_BYTES = 256 * 1024
_STALL_SECONDS = 30.0
_LONGEST_FETCH_SECONDS = 3600.0
_AGENT = "dubbing-sandbox/1"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class FetchError(Exception):
    """The link did not give its file; the text can be shown to whoever gave the link."""


class TooLargeError(FetchError):
    """More bytes than allowed."""


class PostError(Exception):
    """No answer at all."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def fetch(url: str, target: Path, *, max_bytes: int) -> int:
    """Streams the file behind `url` to disk; answers its size. Raises FetchError."""
    with _open(url) as answer:
        announced = answer.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > max_bytes:
            raise TooLargeError(_too_large(max_bytes))
        size = _copy(answer, target, max_bytes)
    if announced.isdecimal() and size < int(announced):
        raise FetchError(f"the link stopped after {size} of {announced} bytes")
    return size


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_seconds: float) -> int:
    """The status of the answer; redirects are answers too. Raises PostError."""
    request = urllib.request.Request(  # noqa: S310
        url, data=body, headers={"User-Agent": _AGENT, **headers}, method="POST"
    )
    try:
        with _opener(url, follows=False).open(request, timeout=timeout_seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except urllib.error.URLError as error:
        raise PostError(str(error.reason)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PostError(str(error)) from None


def _opener(url: str, *, follows: bool) -> urllib.request.OpenerDirector:
    """HTTP and HTTPS only: urllib's usual opener would also follow a redirect to ftp."""
    is_local = urlsplit(url).hostname in _LOOPBACK
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler({} if is_local else None),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler() if follows else _NoRedirect(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _open(url: str) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={"User-Agent": _AGENT})  # noqa: S310
    try:
        answer = _opener(url, follows=True).open(request, timeout=_STALL_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"the link answers with HTTP status {error.code}") from None
    except urllib.error.URLError as error:
        raise FetchError(f"the link cannot be opened: {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchError(f"the link cannot be opened: {error}") from None
    return cast(http.client.HTTPResponse, answer)


def _copy(answer: http.client.HTTPResponse, target: Path, max_bytes: int) -> int:
    deadline = time.monotonic() + _LONGEST_FETCH_SECONDS
    size = 0
    with target.open("wb") as file:
        while chunk := _read(answer):
            size += len(chunk)
            if size > max_bytes:
                raise TooLargeError(_too_large(max_bytes))
            if time.monotonic() > deadline:
                raise FetchError("the link takes too long")
            file.write(chunk)
    return size


def _read(answer: http.client.HTTPResponse) -> bytes:
    # Apart from the writing: a full disk is our trouble and not the link's.
    try:
        return answer.read(_CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"the link cannot be read: {error}") from None


def _too_large(max_bytes: int) -> str:
    return f"the file is larger than the account's limit of {max_bytes} bytes"
