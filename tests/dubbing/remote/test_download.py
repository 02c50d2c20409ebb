from __future__ import annotations

import io
from http.server import BaseHTTPRequestHandler

import pytest

from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.remote.errors import BadAnswerError, LinkLapsedError, NotSentError, RemoteError
from tests.dubbing.remote.far_end import Answer, far_end, send

FILM = bytes(range(256)) * 10_000


def _fetch(answer: Answer, **limits: int) -> bytes:
    target = io.BytesIO()
    with far_end(answer) as address, make_http_client() as http:
        client = RemoteClient(http, address, "panjaya-k")
        length = client.download(f"{address}/film.mp4?sig=x", target, **limits)
    assert length == len(target.getvalue())
    return target.getvalue()


def test_film_arrives_whole_and_no_key_goes_out() -> None:
    keys: list[str | None] = []

    def serve(handler: BaseHTTPRequestHandler) -> None:
        keys.append(handler.headers["Authorization"])
        send(handler, 200, FILM)

    assert _fetch(serve) == FILM
    assert keys == [None]


def test_redirect_of_the_storage_is_followed() -> None:
    def serve(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/film.mp4"):
            send(handler, 302, b"", Location="/elsewhere")
        else:
            send(handler, 200, FILM)

    assert _fetch(serve) == FILM


def test_film_of_unknown_length_arrives() -> None:
    def serve(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(FILM)
        handler.close_connection = True

    assert _fetch(serve) == FILM


def _broken_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(FILM) + 1))
    handler.end_headers()
    handler.wfile.write(FILM)
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "limits", "kind"),
    [
        (_broken_off, {}, NotSentError),
        (lambda h: send(h, 403, b"expired"), {}, LinkLapsedError),
        (lambda h: send(h, 404, b""), {}, LinkLapsedError),
        (lambda h: send(h, 503, b""), {}, NotSentError),
        (lambda h: send(h, 206, FILM), {}, BadAnswerError),
        (lambda h: send(h, 200, FILM, Content_Encoding="gzip"), {}, BadAnswerError),
        (lambda h: send(h, 200, FILM), {"max_bytes": 1000}, BadAnswerError),
        (lambda h: send(h, 302, b"", Location="/film.mp4"), {}, RemoteError),
    ],
)
def test_failed_download_says_why(
    answer: Answer, limits: dict[str, int], kind: type[RemoteError]
) -> None:
    with pytest.raises(kind):
        _fetch(answer, **limits)


def test_address_that_is_none_is_refused() -> None:
    with make_http_client() as http, pytest.raises(RemoteError):
        RemoteClient(http, "http://127.0.0.1", "k").download("file:///etc/passwd", io.BytesIO())
