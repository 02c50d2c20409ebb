from __future__ import annotations

import io
import json
import logging
import sys
import uuid
from contextlib import suppress

import pytest
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.active import active
from accounts.scoping import all_teams, team_scope
from config import tracing
from config.health import PROBES
from config.logs import JsonFormatter, LineFormatter, scrub
from config.middleware import request_ids
from dubbing import tasks
from dubbing.models import OutboxMessage
from dubbing.remote.errors import RemoteError
from dubbing.services.outbox import deliver_message
from dubbing.services.versions import make_studio_link
from dubbing.states import Kind, VersionStatus
from edge.tokens import FilmGrant, film_path
from tests.builders import PASSWORD, connection_of, make_api_key, make_asset, make_version
from tests.dubbing.signing import body_for, deliver


class Log:
    """All that is logged while a test runs, in both forms, libraries' finest words included."""

    def __init__(self) -> None:
        self.streams = [io.StringIO(), io.StringIO()]
        self.handlers = [logging.StreamHandler(stream) for stream in self.streams]
        self.handlers[0].setFormatter(JsonFormatter())
        self.handlers[1].setFormatter(LineFormatter())

    @property
    def text(self) -> str:
        return "".join(stream.getvalue() for stream in self.streams)

    def lines(self, logger: str = "") -> list[dict]:
        found = [json.loads(line) for line in self.streams[0].getvalue().splitlines()]
        return [line for line in found if line["logger"].startswith(logger)]


@pytest.fixture
def log():
    root, kept = logging.getLogger(), Log()
    level = root.level
    root.setLevel(logging.DEBUG)
    for handler in kept.handlers:
        root.addHandler(handler)
    yield kept
    root.setLevel(level)
    for handler in kept.handlers:
        root.removeHandler(handler)


def format_one(message, *args, formatter=None, **fields):
    record = logging.LogRecord("desk", logging.INFO, __file__, 1, message, args, None)
    for name, value in fields.items():
        setattr(record, name, value)
    return (formatter or JsonFormatter()).format(record)


def test_a_line_of_json_whatever_the_message_holds():
    text = format_one('two\nlines "and" %s', "ü")
    assert "\n" not in text
    line = json.loads(text)
    assert (line["message"], line["level"], line["logger"]) == (
        'two\nlines "and" ü',
        "INFO",
        "desk",
    )
    assert line["time"].endswith("Z") and "team" not in line


def test_an_error_keeps_its_traceback_in_the_same_line():
    try:
        raise Http404("Bearer canary-canary")
    except Http404:
        record = logging.LogRecord("desk", 40, __file__, 1, "broken", (), sys.exc_info())
    text = JsonFormatter().format(record)
    assert "\n" not in text and "canary" not in text
    line = json.loads(text)
    assert line["error"] == "Http404" and "test_logs.py" in line["traceback"]


def test_lines_name_request_task_and_team():
    team = uuid.uuid4()
    tokens = (tracing.request_id.set("r-1"), tracing.task_id.set("t-1"), active.set(team))
    try:
        line = json.loads(format_one("here"))
        plain = format_one("here", formatter=LineFormatter())
    finally:
        tracing.request_id.reset(tokens[0])
        tracing.task_id.reset(tokens[1])
        active.reset(tokens[2])
    assert (line["request"], line["task"], line["team"]) == ("r-1", "t-1", str(team))
    assert plain.endswith(f"desk here [request=r-1 task=t-1 team={team}]")


def test_nothing_but_the_known_extras_leaves_a_record():
    line = json.loads(format_one("here", status=200, body="canary"))
    assert line["status"] == 200 and "body" not in line


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer CANARY-canary",
        "key dd_1a2b_CANARYcanary is revoked",
        "panjaya-CANARYcanary was refused",
        "/callbacks/panjaya/CANARY/ not found",
        "GET /films/CANARY" + "x" * 60 + "/film.mp4",
        "PATCH /tus/CANARY" + "x" * 60 + "/ HTTP/1.1",
        "GET /streams/CANARY" + "x" * 60 + "?age=0",
        "GET /invitations/CANARY/",
        "/account/password/reset/key/1-CANARY/",
        "https://storage.example.org/film.mp4?X-Signature=CANARY",
        "postgresql://desk:CANARY@db/desk and redis://:CANARY@broker/0",
        '{"password": "CANARY words", "token":"CANARY"}',
        "SECRET='CANARY CANARY'",
    ],
)
def test_every_shape_of_a_secret_is_hidden(text):
    assert "CANARY" not in scrub(text)
    assert "***" in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /callbacks/ 404",
        "no wake-up for dubbing.deliver: OperationalError; the sweep will find it",
        "GET /downloads/019ab3c4-0000-7000-8000-000000000000/ 302",
        "POST /invitations/<str:token>/ 200",
        "POST /callbacks/panjaya/<str:token>/ 200",
        "postgresql://desk@db/desk does not answer",
        "Panjaya-made words and a token bucket stay",
    ],
)
def test_harmless_words_stay(text):
    assert scrub(text) == text


def ask(*, given="", trusted=True, settings=None):
    """The answer to one request, and the id that was in force while it was worked on."""
    seen = []
    settings.TRUST_PROXY_HEADERS = trusted

    def view(request):
        seen.append(tracing.request_id.get())
        return HttpResponse()

    headers = {"X-Request-ID": given} if given else {}
    answer = request_ids(view)(RequestFactory().get("/", headers=headers))
    assert tracing.request_id.get() == ""
    assert seen == [answer["X-Request-ID"]]
    return answer["X-Request-ID"]


def test_every_request_gets_an_id_of_its_own(settings):
    first, second = ask(settings=settings), ask(settings=settings)
    assert first != second and len(first) == 32


def test_the_proxys_id_is_kept(settings):
    assert ask(given="edge-1234.a_b", settings=settings) == "edge-1234.a_b"


@pytest.mark.parametrize("given", ["short", "x" * 65, "two words", "line\nbreak", "größer-als"])
def test_an_id_that_could_spoil_the_log_is_replaced(settings, given):
    assert ask(given=given, settings=settings) != given


def test_without_a_proxy_a_strangers_id_is_not_taken(settings):
    assert ask(given="given-by-a-stranger", trusted=False, settings=settings) != (
        "given-by-a-stranger"
    )


def test_one_line_per_request_by_its_route(team, as_alice, log):
    asset = make_asset(team)
    answer = as_alice.get(f"/assets/{asset.pk}/")
    (line,) = log.lines("dubdesk.request")
    assert line["route"] == "/assets/<uuid:asset_id>/"
    assert (line["method"], line["status"], line["team"]) == ("GET", 200, str(team.pk))
    assert line["request"] == answer["X-Request-ID"]


def test_probes_leave_no_line(db, client, log):
    client.get("/health/live")
    assert log.lines("dubdesk.request") == []


def test_a_task_carries_the_request_that_caused_it():
    headers = {}
    token = tracing.request_id.set("r-7")
    before_task_publish.send(sender="dubbing.sweep", headers=headers, body=())
    tracing.request_id.reset(token)
    task = tasks.sweep_all
    task.push_request(**headers)
    try:
        task_prerun.send(sender=task, task_id="t-7", task=task)
        assert (tracing.task_id.get(), tracing.request_id.get()) == ("t-7", "r-7")
        task_postrun.send(sender=task, task_id="t-7", task=task)
        assert (tracing.task_id.get(), tracing.request_id.get()) == ("", "")
    finally:
        task.pop_request()


CANARY = "cAnArY7f3a"


@pytest.fixture
def key_canary(team):
    """The team's connection with a key that must never be seen again."""
    with all_teams("test"):
        connection = connection_of(team)
        connection.set_key(f"panjaya-{CANARY}key")
        connection.save()
    return connection


def sign_in_and_fail(client):
    client.post("/account/login/", {"login": "alice@example.org", "password": CANARY})
    client.post("/account/login/", {"login": "alice@example.org", "password": PASSWORD})
    client.get(f"/account/password/reset/key/1-{CANARY}/")
    client.get(f"/invitations/{CANARY}{CANARY}/")


def call_the_api(team):
    _, token = make_api_key(team)
    for given in (token, f"dd_ab12_{CANARY}"):
        headers = {"Authorization": f"Bearer {given}"}
        Client().get("/api/v1/assets/", headers=headers)
        Client().post(
            "/api/v1/assets/",
            json.dumps({"media_url": f"https://h.example/v.mp4?sig={CANARY}", "x": CANARY}),
            content_type="application/json",
            headers=headers,
        )
    return token


def call_back(team):
    asset = make_asset(team)
    version = make_version(asset, status=VersionStatus.GENERATING)
    body = body_for(asset, "version_generated", version, note=CANARY)
    deliver(Client(), asset, body)
    deliver(Client(), asset, body, signature="00" * 64)
    deliver(Client(), asset, CANARY.encode())
    deliver(Client(), asset, body, token=f"{CANARY}-unknown")
    return asset.callback_token


def reach_for_the_engine(team, version):
    with team_scope(team.id):
        message = OutboxMessage.objects.create(
            team=team,
            asset=version.asset,
            kind=Kind.ADD_LANGUAGES,
            due_at=timezone.now(),
            payload={"dubbings": []},
        )
        deliver_message(message_id=message.pk)
        with suppress(RemoteError):
            make_studio_link(version=version)


def break_a_page(client, monkeypatch):
    """An error of our own, whose text and whose request hold secrets."""

    def broken(request):
        raise RuntimeError(f"GET https://h.example/film?sig={CANARY} Bearer {CANARY}{CANARY}")

    client.raise_request_exception = False
    monkeypatch.setitem(PROBES, f"/callbacks/panjaya/{CANARY}/", broken)
    answer = client.post(f"/callbacks/panjaya/{CANARY}/", {"password": CANARY})
    assert answer.status_code == 500


def test_no_secret_of_a_whole_flow_is_logged(team, alice, key_canary, log, monkeypatch):
    client = Client()
    sign_in_and_fail(client)
    api_token = call_the_api(team)
    callback_token = call_back(team)
    reach_for_the_engine(team, make_version(make_asset(team)))
    grant = FilmGrant("a/b.mp4", "b.mp4", "video/mp4", "inline", "m", "t")
    film = film_path(grant, secret=settings.SECRET_KEY, seconds=60)
    client.get(film)
    break_a_page(client, monkeypatch)
    secrets = {
        "canary": CANARY,
        "password": PASSWORD,
        "API key": api_token.rsplit("_", 1)[1],
        "callback token": callback_token,
        "film permit": film.split("/")[2],
        "secret key": settings.SECRET_KEY,
        "key ring": settings.KEY_RING.partition(":")[2],
        "sealed key": key_canary.sealed_key,
    }
    assert {name for name, value in secrets.items() if value in log.text} == set()
    assert log.lines("django.request"), "the broken page left no trace"
    assert len(log.lines("dubdesk.request")) >= 12


def test_a_signed_link_of_the_engine_is_not_logged(team, engine, log):
    version = make_version(make_asset(team, connection=engine))
    with team_scope(team.id), suppress(RemoteError):
        make_studio_link(version=version)
    assert "?" not in "".join(line["message"] for line in log.lines("httpx"))
