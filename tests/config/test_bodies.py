from __future__ import annotations

import io
import json

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, UnreadablePostError

from config.bodies import AnnouncedBody, announced_bodies_only
from config.middleware import no_half_files


def answer(environ):
    """Calls the wrapper around an application that reads the whole body."""
    told = {}

    def application(environ, start_response):
        told["body"] = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"read"]

    def start_response(status, headers):
        told["status"] = status

    list(announced_bodies_only(application)(environ, start_response))
    return told


def test_a_whole_body_passes():
    told = answer({"CONTENT_LENGTH": "5", "wsgi.input": io.BytesIO(b"hello, and more")})
    assert told["body"] == b"hello"


def test_a_body_that_ends_early_raises():
    with pytest.raises(OSError, match="3 bytes before"):
        body = AnnouncedBody(io.BytesIO(b"he"), 5)
        while body.read(2):
            pass


def test_a_body_read_by_lines_that_ends_early_raises():
    with pytest.raises(OSError, match="before its announced length"):
        list(AnnouncedBody(io.BytesIO(b"one\ntw"), 20))


def test_lines_of_a_whole_body_pass():
    assert list(AnnouncedBody(io.BytesIO(b"one\ntwo"), 7)) == [b"one\n", b"two"]


def test_nothing_is_read_past_the_end():
    source = io.BytesIO(b"hello, and more")
    body = AnnouncedBody(source, 5)
    assert (body.read(), body.read(), body.readline()) == (b"hello", b"", b"")
    assert source.tell() == 5


def test_a_chunked_body_is_asked_for_its_length():
    told = answer({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(b"5\r\nhello")})
    assert told == {"status": "411 Length Required"}


def test_a_program_is_asked_in_the_apis_shape():
    sent = {}

    def start_response(status, headers):
        sent["kind"] = dict(headers)["Content-Type"]

    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "PATH_INFO": "/api/v1/assets/"}
    body = b"".join(announced_bodies_only(lambda *_: [])(environ, start_response))
    assert sent["kind"] == "application/json"
    assert json.loads(body)["code"] == "length_required"


def test_half_a_file_is_gone_with_its_request(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    half = head + b"x" * 200_000
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "multipart/form-data; boundary=b",
            "CONTENT_LENGTH": str(2 * len(half)),
            "wsgi.input": AnnouncedBody(io.BytesIO(half), 2 * len(half)),
        }
    )
    kept = []

    def read(request):
        with pytest.raises(UnreadablePostError) as error:
            request.FILES["file"]
        kept.append(error)  # holds the parser, and with it the file, in memory
        assert list(tmp_path.iterdir())
        return HttpResponse()

    no_half_files(read)(request)
    assert not list(tmp_path.iterdir())


def test_a_request_without_body_passes():
    told = answer({"CONTENT_LENGTH": "", "wsgi.input": io.BytesIO()})
    assert told == {"body": b"", "status": "200 OK"}
