from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from config.bodies import AnnouncedBody
from tests.builders import make_api_key, make_asset
from tests.dubbing.api.caller import Caller, a_file, is_error

ASSETS = "/api/v1/assets/"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("Basic YTpi", "not_authenticated"),
        ("Bearer", "authentication_failed"),
        ("Bearer dd_abc_def", "authentication_failed"),
        ("Bearer dd_\x00_x", "authentication_failed"),
        ("Bearer panjaya-sandbox", "authentication_failed"),
    ],
)
def test_without_a_key_nobody_gets_in(db: None, header: str | None, code: str) -> None:
    answer = Client().get(ASSETS, headers={"Authorization": header} if header else {})
    assert is_error(answer, 401, "authentication_error", code)
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("change", ["revoked_at", "expires_at"])
def test_key_that_has_ended_opens_nothing(team: Team, change: str) -> None:
    _, token = make_api_key(team, **{change: timezone.now() - timedelta(seconds=1)})
    answer = Caller(token).get("assets/")
    assert is_error(answer, 401, "authentication_error", "authentication_failed")


def test_session_opens_nothing(as_alice: Client) -> None:
    assert is_error(as_alice.get(ASSETS), 401, "authentication_error", "not_authenticated")


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace", "patch"])
def test_method_that_a_path_does_not_know(producer: Caller, method: str) -> None:
    answer = getattr(producer.client, method)(ASSETS)
    assert is_error(answer, 405, "request_error", "method_not_allowed")
    assert "POST" in answer["Allow"]


def test_head_answers_like_get(producer: Caller) -> None:
    answer = producer.client.head(ASSETS)
    assert answer.status_code == 200 and answer.content == b""


def test_only_json_is_answered(producer: Caller) -> None:
    answer = producer.client.get(ASSETS, headers={"Accept": "text/csv"})
    assert is_error(answer, 406, "request_error", "not_acceptable")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_other_kinds_of_bodies_are_not_taken(producer: Caller, kind: str) -> None:
    answer = producer.client.post(ASSETS, "a=b", kind)
    assert is_error(answer, 415, "request_error", "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [b"{", b"{'a': 1}", b'{"title": NaN}', b"\xff\xfe", b"[" * 200_000, b"1" * 5000, b"nul"],
    ids=["cut", "quotes", "nan", "bytes", "deep", "digits", "word"],
)
def test_body_that_is_not_json(producer: Caller, body: bytes) -> None:
    answer = producer.client.post(ASSETS, body, "application/json")
    assert is_error(answer, 400, "request_error", "parse_error")


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"'])
def test_body_is_an_object(producer: Caller, body: bytes) -> None:
    answer = producer.client.post(ASSETS, body, "application/json")
    assert is_error(answer, 400, "validation_error", "invalid")


def test_body_with_a_byte_order_mark_is_read(producer: Caller) -> None:
    answer = producer.client.post(ASSETS, b'\xef\xbb\xbf{"title": 7}', "application/json")
    assert answer.json()["errors"][0]["field"] == "title"


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_body_that_is_too_large_is_not_read(
    producer: Caller, settings: LazySettings, kind: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.MAX_SOURCE_BYTES = 100
    answer = producer.client.post(ASSETS, b"x" * 201, kind)
    assert is_error(answer, 413, "request_error", "too_large")


def test_values_of_a_multipart_body_have_a_limit_too(
    producer: Caller, settings: LazySettings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = producer.upload({"title": "x" * 1000})
    assert is_error(answer, 413, "request_error", "too_large")
    sent_as_file = producer.client.post(ASSETS, {"data": a_file("data.json", b" " * 1001)})
    assert is_error(sent_as_file, 413, "request_error", "too_large")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_body_that_ends_early_is_told(producer: Caller, kind: str) -> None:
    start = b'{"title": ' if kind.endswith("json") else b"--x\r\nContent-Disposition: form-data; na"
    answer = producer.client.generic(
        "POST", ASSETS, start, kind,
        **{"wsgi.input": AnnouncedBody(io.BytesIO(start), 500), "CONTENT_LENGTH": "500"},
    )  # fmt: skip
    assert is_error(answer, 400, "request_error", "body_ended_early")


def test_malformed_multipart_is_told(producer: Caller) -> None:
    answer = producer.client.post(ASSETS, b"--x", "multipart/form-data; boundary=\xe9")
    assert is_error(answer, 400, "request_error", "parse_error")


def test_flood_of_parts_is_refused(producer: Caller, settings: Any) -> None:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    parts = {f"f{n}": a_file("x", b"x") for n in range(most + 1)}
    assert is_error(producer.client.post(ASSETS, parts), 400, "request_error", "bad_request")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/assets/", "/api/v1/assets/7/", "/api/v1/nothing", "/api/v1//"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_path_has_the_same_shape(db: None, path: str, method: str) -> None:
    assert is_error(getattr(Client(), method)(path), 404, "not_found", "not_found")


def test_missing_slash_is_named(db: None) -> None:
    answer = Client().post("/api/v1/assets")
    assert is_error(answer, 404, "not_found", "not_found")
    assert "/api/v1/assets/" in answer.json()["message"]


def test_fault_of_ours_leaks_nothing(producer: Caller, team: Team) -> None:
    asset = make_asset(team)
    producer.client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dubbing_dubbing RENAME TO dubbing_gone")
    answer = producer.get(f"assets/{asset.id}/")
    assert is_error(answer, 500, "server_error", "error")
    assert "dubbing" not in answer.content.decode()
