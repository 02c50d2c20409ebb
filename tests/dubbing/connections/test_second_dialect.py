"""The main flow at an engine that spells everything differently: only the profile changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import CallbackDelivery, Connection, Film, OutboxMessage
from dubbing.services.absences import NO_GENERATE
from dubbing.services.actors import DESK
from dubbing.services.assumptions import Assumption, report_assumptions
from dubbing.services.connections import check_connection, save_connection
from dubbing.services.outbox import retry_message
from dubbing.states import Kind, MessageState
from tests.builders import make_api_key
from tests.dubbing.api.caller import Caller, a_file
from tests.dubbing.connections.dialect import SECOND
from tests.media import make_srt, make_talking_video
from tests.sandbox.loopback import Loopback, run_loopback
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox
from tests.work import drain

GERMAN = make_srt((0.6, 2.2, "Guten Morgen."))
Json = dict[str, Any]


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    folder = tmp_path_factory.mktemp("second")
    arguments = ("--dialect", "second")
    with run_sandbox(folder, env={"SANDBOX_SIGNATURE": "base64-raw"}, arguments=arguments) as ours:
        yield ours


class Desk:
    """A program at the API, and a door at which the engine's callbacks are taken in."""

    def __init__(self, team: Team, engine: SandboxHandle, outside: Loopback) -> None:
        self.team, self.engine, self.outside = team, engine, outside
        self.caller = Caller(make_api_key(team)[1])
        self.taken_in = 0

    def connect(self, profile: Json) -> Connection:
        with team_scope(self.team.id):
            row = Connection(team=self.team, base_url=self.engine.url, profile=profile)
            return save_connection(connection=row, key=KEY, public_keys="", make_current=True)

    def until(self, condition: Callable[[], Any]) -> Any:
        """Works off what is due, callbacks too, until the condition is true."""

        def look() -> Any:
            self.take_in_callbacks()
            return condition()

        return drain(self.team, look)

    def take_in_callbacks(self) -> None:
        came = self.outside.callbacks[self.taken_in :]
        self.taken_in += len(came)
        for callback in came:
            signature = next(v for k, v in callback.headers.items() if k.lower() == "x-signature")
            answer = Client().post(
                callback.path,
                callback.body,
                content_type="application/json",
                headers={"X-Signature": signature},
            )
            assert answer.status_code == 200

    def version(self, asset_id: str, status: str) -> Json | None:
        rows = self.caller.get("dubbings/", asset=asset_id).json()["results"]
        versions = [version for row in rows for version in row["versions"]]
        return next((version for version in versions if version["status"] == status), None)

    def report(self) -> dict[str, Assumption]:
        with team_scope(self.team.id):
            connection = Connection.objects.get(is_current=True)
            check_connection(connection=connection)
            return {row.what: row for row in report_assumptions(connection)}


@pytest.fixture
def desk(
    team: Team, second: SandboxHandle, settings: LazySettings, tmp_path: Path
) -> Iterator[Desk]:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "outside"
    folder.mkdir()
    make_talking_video(folder / "talk.mp4", seconds=3)
    with run_loopback(folder) as outside:
        settings.PUBLIC_URL, settings.SANDBOX_URL = outside.url, second.url
        yield Desk(team, second, outside)


def order(desk: Desk) -> Json:
    return {
        "media_url": f"{desk.outside.url}/talk.mp4",
        "locale": "en-US",
        "languages": [{"locale": "de-DE", "srt": GERMAN}],
        "start_time": 0.5,
        "end_time": 2.5,
        "lips_model": "fast",
        "speakers_count": 1,
    }


def press_generate_in_the_studio(link: str) -> None:
    """What a person does there."""
    parts = urlsplit(link)
    token = parse_qs(parts.query)["token"][0]
    address = f"{parts.scheme}://{parts.netloc}{parts.path}/generate"
    assert httpx.post(address, data={"token": token}).status_code == 303


def is_done(kind: Kind) -> bool:
    return bool(OutboxMessage.objects.filter(kind=kind, state=MessageState.DONE).exists())


def events() -> set[str]:
    return set(CallbackDelivery.objects.values_list("raw_event", flat=True))


def test_dub_is_made_by_changing_the_profile_only(desk: Desk) -> None:
    connection = desk.connect(SECOND)
    assert connection.check_result == "accepted" and connection.is_sandbox
    caller = desk.caller
    made = caller.post("assets/", order(desk))
    assert made.status_code == 201, made.content
    asset_id = made.json()["id"]
    ready = desk.until(lambda: desk.version(asset_id, "ReadyToEdit"))

    version = f"versions/{ready['id']}/"
    assert caller.post(f"{version}generate/").status_code == 202
    desk.until(lambda: not caller.get(version).json()["can_generate"] and learnt())
    refused = caller.post(f"{version}generate/")
    assert refused.status_code == 409 and NO_GENERATE in refused.content.decode()

    link = caller.post(f"{version}studio-url/").json()
    assert link["signed"] is True
    press_generate_in_the_studio(link["studio_url"])
    desk.until(lambda: desk.version(asset_id, "Completed"))
    film = desk.until(lambda: caller.get(version).json()["film"])
    assert film["duration"] == pytest.approx(2.0, abs=0.3)

    assert caller.post(f"{version}revise/").status_code == 202
    desk.until(lambda: desk.version(asset_id, "ReadyToEdit"))
    caller.post(f"assets/{asset_id}/languages/", {"languages": [{"locale": "fr-FR"}]})
    desk.until(lambda: is_done(Kind.ADD_LANGUAGES))
    desk.until(lambda: events() >= {"version_ready", "version_generated"})
    check_report(desk)


def learnt() -> bool:
    return bool(Connection.objects.get(is_current=True).absent_calls)


def check_report(desk: Desk) -> None:
    found = desk.report()
    with team_scope(desk.team.id):
        assert Film.objects.stored().exists()
    works = {what for what, row in found.items() if row.finding == "works"}
    assert works >= {
        "The list can be read",
        "The fields of a video are found",
        "The states of dubs are known",
        "A video is taken by link",
        "Languages are added",
        "The lips model is taken",
        "A dub can be reopened",
        "Studio links open by themselves",
        "Finished films are copied",
        "Callbacks come, signed by a known key",
        "The events of callbacks are known",
    }
    assert found["Films can be generated here"].finding == "absent"
    assert "base64, raw" in found["Callbacks come, signed by a known key"].evidence
    assert not [what for what, row in found.items() if row.finding == "differs"]


def test_wrong_profile_is_found_by_the_products_own_words_and_mended(desk: Desk) -> None:
    connection = desk.connect({})
    asset_id = desk.caller.post("assets/", order(desk)).json()["id"]

    def refused() -> Json | None:
        asset: Json = desk.caller.get(f"assets/{asset_id}/").json()
        return asset if asset["status"] == "NotSent" else None

    asset = desk.until(refused)
    assert "source_url" in asset["error"]["message"] or "source_locale" in asset["error"]["message"]
    found = desk.report()["A video is taken by link"]
    assert (found.finding, found.mend) == ("differs", "calls.create, writes")

    with team_scope(desk.team.id):
        connection.profile = SECOND
        save_connection(connection=connection, key=None, public_keys="", make_current=True)
        retry_message(message=OutboxMessage.objects.get(), actor=DESK)
    desk.until(lambda: desk.version(asset_id, "ReadyToEdit"))


def test_file_goes_up_and_pages_turn(desk: Desk, tmp_path: Path) -> None:
    desk.connect(SECOND)
    video = make_talking_video(tmp_path / "talk.mp4", seconds=2).read_bytes()
    data = {"locale": "en-US", "languages": [{"locale": "es-ES"}], "title": "Upload"}
    for _ in range(2):
        made = desk.caller.upload(data, {"file": a_file("talk.mp4", video)})
        assert made.status_code == 201, made.content
        asset_id = made.json()["id"]
        desk.until(lambda asset_id=asset_id: desk.version(asset_id, "ReadyToEdit"))
    found = desk.report()
    assert found["A video is taken as a file"].finding == "works"
    assert found["The list turns its pages"].finding == "works"
