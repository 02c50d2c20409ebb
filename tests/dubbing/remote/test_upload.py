from __future__ import annotations

import io
import json
import tracemalloc
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from queue import Queue

import pytest

from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.remote.errors import (
    FileChangedError,
    LimitError,
    NotSentError,
    UnknownOutcomeError,
)
from dubbing.remote.multipart import (
    CHUNK_BYTES,
    QUICK_SECONDS,
    SLOW_CHUNK_BYTES,
    FormPart,
    MultipartBody,
)
from dubbing.remote.types import AssetSnapshot, NewAsset, NewLanguage, UploadPart
from tests.dubbing.remote.far_end import far_end, send

NEW = NewAsset(locale="en-US", languages=(NewLanguage("es-ES"),), name="Straße")
MEBIBYTE = 1024 * 1024


def _part(content: bytes, name: str = "film.mp4") -> UploadPart:
    return UploadPart(io.BytesIO(content), name, len(content), "video/mp4")


def _upload(address: str, file: UploadPart, background: UploadPart | None = None) -> AssetSnapshot:
    with make_http_client() as http:
        return RemoteClient(http, address, "panjaya-k").upload_asset(NEW, file, background)


def _parsed(content_type: str, body: bytes) -> list[Message]:
    return (
        BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)._payload
    )


def test_form_arrives_whole_and_in_order() -> None:
    arrived: list[tuple[str, bytes]] = []

    def take(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        arrived.append((handler.headers["Content-Type"], body))
        assert handler.headers["Transfer-Encoding"] is None
        send(handler, 201, b'{"id": "ast_1", "status": "Processing"}')

    film = bytes(range(256)) * 8192 + b"\r\n--end"
    with far_end(take) as address:
        asset = _upload(address, _part(film), _part(b"music", "m.wav"))
    data, file, background = _parsed(*arrived[0])
    names = [p.get_param("name", header="content-disposition") for p in (data, file, background)]
    assert names == ["data", "file", "background_audio"]
    assert json.loads(data.get_payload(decode=True)) == {
        "locale": "en-US",
        "languages": [{"locale": "es-ES"}],
        "name": "Straße",
    }
    assert file.get_filename() == "film.mp4"
    assert file.get_content_type() == "video/mp4"
    assert film in arrived[0][1]
    assert background.get_payload(decode=True) == b"music"
    assert asset.remote_id == "ast_1"


def test_file_is_read_in_chunks_with_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as made:
        made.truncate(200 * MEBIBYTE)
    with path.open("rb") as file:
        body = MultipartBody([FormPart("file", UploadPart(file, "film.mp4", 200 * MEBIBYTE))])
        tracemalloc.start()
        sent = sum(map(len, body))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert sent == int(body.headers["Content-Length"])
    assert peak < 4 * CHUNK_BYTES


def test_on_a_slow_line_the_file_is_read_more_often() -> None:
    size = 4 * CHUNK_BYTES
    file = UploadPart(io.BytesIO(bytes(size)), "film.mp4", size, "video/mp4")
    # Before and after each piece: the first one leaves at once, the second takes its time.
    moments = iter([0, 0, 0, QUICK_SECONDS, 2, 2, 2])
    pieces = iter(MultipartBody([FormPart("file", file)], clock=lambda: next(moments)))
    next(pieces)  # the head of the form
    sizes = [len(next(pieces)) for _ in range(4)]
    assert sizes == [SLOW_CHUNK_BYTES, CHUNK_BYTES, SLOW_CHUNK_BYTES, CHUNK_BYTES]


@pytest.mark.parametrize("name", ['a"b\r\nX: y.mp4', "../../etc/passwd", "C:\\films\\a.mp4", ""])
def test_file_name_cannot_leave_its_place(name: str) -> None:
    head = FormPart("file", _part(b"", name)).head().decode()
    first, second, *rest = head.split("\r\n")
    assert first.startswith('Content-Disposition: form-data; name="file"; filename="')
    assert not any(mark in first.split("filename=")[1] for mark in ("/", "\\"))
    assert (second, rest) == ("Content-Type: video/mp4", ["", ""])


@pytest.mark.parametrize(("size", "reason"), [(3 * MEBIBYTE, "ends"), (MEBIBYTE, "longer")])
def test_file_of_another_length_never_arrives_complete(size: int, reason: str) -> None:
    lengths: Queue[tuple[int, int]] = Queue()

    def take(handler: BaseHTTPRequestHandler) -> None:
        announced = int(handler.headers["Content-Length"])
        try:
            arrived = len(handler.rfile.read(announced))
        except ConnectionError:  # cut off hard: even less arrived
            arrived = 0
        lengths.put((announced, arrived))
        handler.close_connection = True

    part = UploadPart(io.BytesIO(bytes(2 * MEBIBYTE)), "film.mp4", size)
    with far_end(take) as address:
        with pytest.raises(FileChangedError, match=reason):
            _upload(address, part)
        announced, arrived = lengths.get(timeout=10)
    assert arrived < announced


def test_unreadable_file_is_told() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    body = MultipartBody([FormPart("file", UploadPart(Broken(), "film.mp4", 10))])
    with pytest.raises(FileChangedError, match="Input/output error"):
        list(body)


def test_upload_broken_off_before_its_end_was_not_sent() -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(1000)
        handler.close_connection = True

    with far_end(hang_up) as address, pytest.raises(NotSentError):
        _upload(address, _part(bytes(64 * MEBIBYTE)))


def test_upload_that_went_out_whole_has_an_unknown_outcome() -> None:
    def swallow(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.close_connection = True

    with far_end(swallow) as address, pytest.raises(UnknownOutcomeError):
        _upload(address, _part(bytes(1000)))


def test_refusal_in_the_middle_of_an_upload_is_heard() -> None:
    def refuse(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 403, b'{"detail": "The account is full."}')
        while handler.rfile.read(MEBIBYTE):
            pass

    with far_end(refuse) as address, pytest.raises(LimitError, match="The account is full."):
        _upload(address, _part(bytes(4 * MEBIBYTE)))
