from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator

import httpx
import pytest

from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.remote.errors import (
    BadAnswerError,
    CallAbsentError,
    GoneError,
    KeyRejectedError,
    NotSentError,
    RejectedError,
    RemoteError,
    UnknownOutcomeError,
)
from dubbing.remote.types import NewAsset, NewLanguage, VersionWord
from dubbing.remote.wire import WireProfile
from tests.dubbing.remote.samples import sample

KEY = "panjaya-5ecret"
BASE = "https://api.example.com/"
NEW = NewAsset(locale="en-US", languages=(NewLanguage("es-ES"),), media_url="https://m.example/a")

Handler = Callable[[httpx.Request], httpx.Response]
Connect = Callable[..., RemoteClient]


@pytest.fixture
def connect() -> Iterator[Connect]:
    opened: list[httpx.Client] = []

    def build(handler: Handler, overrides: dict[str, object] | None = None) -> RemoteClient:
        opened.append(make_http_client(httpx.MockTransport(handler)))
        return RemoteClient(opened[-1], BASE, KEY, WireProfile.from_overrides(overrides or {}))

    yield build
    for http in opened:
        http.close()


def _always(status: int, **kwargs: object) -> Handler:
    return lambda _request: httpx.Response(status, **kwargs)


@pytest.mark.parametrize(
    ("act", "method", "path", "body"),
    [
        (
            lambda c: c.create_asset(NEW),
            "POST",
            "/v1/assets/",
            {
                "media_url": "https://m.example/a",
                "locale": "en-US",
                "languages": [{"locale": "es-ES"}],
            },
        ),
        (lambda c: c.get_asset("ast_7Qe"), "GET", "/v1/assets/ast_7Qe", None),
        (
            lambda c: c.add_languages("ast_7Qe", (NewLanguage("de-DE", srt="1"),)),
            "POST",
            "/v1/assets/ast_7Qe/languages",
            {"languages": [{"locale": "de-DE", "srt": "1"}]},
        ),
        (
            lambda c: c.generate("v/1", "fast"),
            "POST",
            "/v1/versions/v%2F1/generate",
            {"lips_model": "fast"},
        ),
        (lambda c: c.generate("v"), "POST", "/v1/versions/v/generate", {}),
        (lambda c: c.revise("v"), "PATCH", "/v1/versions/v/revise", {}),
    ],
)
def test_each_call_goes_to_its_place(
    connect: Connect, act: Callable[[RemoteClient], object], method: str, path: str, body: object
) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=sample("asset_nested"))

    act(connect(answer))
    (request,) = seen
    assert (request.method, request.url.raw_path.decode()) == (method, path)
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert (json.loads(request.content) if request.content else None) == body


def test_version_and_its_links_are_fetched(connect: Connect) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/versions/ver_es1/studio_url":
            return httpx.Response(200, json={"studio_url": "https://s.example.com/?t=1"})
        return httpx.Response(200, content=sample("version_completed"))

    client = connect(answer)
    assert client.get_version("ver_es1").status is VersionWord.COMPLETED
    assert client.create_studio_url("ver_es1") == "https://s.example.com/?t=1"
    version = client.generate("ver_es1")
    assert version is not None
    assert version.remote_id == "ver_es1"


def test_whole_list_is_walked(connect: Connect) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        items = [{"id": f"ast_{page}{letter}"} for letter in "ab"]
        return httpx.Response(200, json={"items": items, "total": 6, "page_size": 2})

    found = [asset.remote_id for asset in connect(answer).iter_assets()]
    assert found == ["ast_1a", "ast_1b", "ast_2a", "ast_2b", "ast_3a", "ast_3b"]


def test_list_that_ignores_the_page_number_ends(connect: Connect) -> None:
    client = connect(_always(200, json=[{"id": "ast_1"}, {"id": "ast_1"}]))
    assert [asset.remote_id for asset in client.iter_assets()] == ["ast_1"]


def test_commands_accept_an_answer_without_a_body(connect: Connect) -> None:
    client = connect(_always(204))
    assert client.generate("v") is None
    assert client.add_languages("a", (NewLanguage("es-ES"),)) is None
    client.revise("v")


def test_created_asset_that_cannot_be_read_is_an_unknown_outcome(connect: Connect) -> None:
    with pytest.raises(UnknownOutcomeError):
        connect(_always(201, content=b"<html>")).create_asset(NEW)


def test_read_asset_that_cannot_be_read_is_a_bad_answer(connect: Connect) -> None:
    with pytest.raises(BadAnswerError):
        connect(_always(200, content=b"<html>")).get_asset("a")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, KeyRejectedError), (404, GoneError), (400, RejectedError), (500, UnknownOutcomeError)],
)
def test_refusal_is_told_in_the_remote_words(
    connect: Connect, status: int, kind: type[RemoteError]
) -> None:
    client = connect(_always(status, json={"detail": "Asset is unknown."}))
    with pytest.raises(kind, match="Asset is unknown."):
        client.add_languages("a", (NewLanguage("es-ES"),))


def test_broken_connection_is_judged_by_the_call(connect: Connect) -> None:
    def break_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(f"broken at {request.url}", request=request)

    client = connect(break_off)
    with pytest.raises(UnknownOutcomeError):
        client.create_asset(NEW)
    with pytest.raises(NotSentError):
        client.get_asset("a")


def test_endless_answer_is_cut_off(connect: Connect) -> None:
    served = 0

    def endless() -> Iterator[bytes]:
        nonlocal served
        while True:
            served += 1
            yield b" " * 1024 * 1024

    with pytest.raises(BadAnswerError, match="too large"):
        connect(lambda _: httpx.Response(200, content=endless())).get_asset("a")
    assert served <= 9
    with pytest.raises(RejectedError):
        connect(lambda _: httpx.Response(400, content=endless())).create_asset(NEW)


def test_compressed_answer_is_refused(connect: Connect) -> None:
    class Packed(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"bomb"

    answer = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Packed())
    with pytest.raises(BadAnswerError, match="compressed"):
        connect(lambda _: answer).get_asset("a")


def test_redirect_is_not_followed(connect: Connect) -> None:
    seen: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://evil.example.com/"})

    with pytest.raises(RejectedError):
        connect(redirect).create_asset(NEW)
    assert seen == ["api.example.com"]


def test_cookies_of_one_team_do_not_go_out_with_another(connect: Connect) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Cookie"))
        return httpx.Response(200, json={"id": "a"}, headers={"Set-Cookie": "who=first; Path=/"})

    client = connect(answer)
    client.get_asset("a")
    client.get_asset("a")
    assert seen == [None, None]


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (405, b'{"detail": "Method Not Allowed"}'),
        (404, b"<h1>Not Found</h1>"),
        (404, b""),
        (404, b'{"detail": "Not Found"}'),
    ],
)
@pytest.mark.parametrize(
    "act", [lambda c: c.generate("ver_es1"), lambda c: c.create_studio_url("ver_es1")]
)
def test_absent_call_is_told_from_a_lost_version(
    connect: Connect, act: Callable[[RemoteClient], object], status: int, content: bytes
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, content=sample("version_completed"))
        return httpx.Response(status, content=content)

    with pytest.raises(CallAbsentError):
        act(connect(answer))


@pytest.mark.parametrize("detail", ["Not Found", "Version ver_9 does not exist."])
def test_lost_version_is_told_from_an_absent_call(connect: Connect, detail: str) -> None:
    with pytest.raises(GoneError):
        connect(_always(404, json={"detail": detail})).generate("ver_9")


def test_call_that_the_profile_denies_is_not_sent(connect: Connect) -> None:
    client = connect(_always(200), {"calls": {"studio_url": ""}})
    with pytest.raises(CallAbsentError):
        client.create_studio_url("v")


def test_secrets_stay_out_of_every_trace(connect: Connect) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"{request.url} {request.headers.get('Authorization')}")

    refusing = connect(_always(401, json={"detail": f"Bad key {KEY}"}))
    failing = connect(fail)
    for act in (
        lambda: refusing.create_asset(NEW),
        lambda: failing.create_asset(NEW),
        lambda: failing.get_asset("a"),
        lambda: failing.download(f"https://films.example.com/?sig={KEY}", None),
    ):
        with pytest.raises(RemoteError) as caught:
            act()
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert "5ecret" not in shown
    assert "5ecret" not in repr(refusing)


@pytest.mark.parametrize(
    ("base_url", "key"),
    [("ftp://a", KEY), ("", KEY), (BASE, ""), (BASE, "a b"), (BASE, "a\r\nX: y"), (BASE, "é")],
)
def test_unusable_connection_is_refused_at_once(base_url: str, key: str) -> None:
    with make_http_client() as http, pytest.raises(ValueError, match="must"):
        RemoteClient(http, base_url, key)


def test_every_timeout_is_set() -> None:
    with make_http_client() as http:
        assert all(http.timeout.as_dict().values())
