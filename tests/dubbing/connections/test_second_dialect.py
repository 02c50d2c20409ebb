"""The main flow at an engine that spells everything differently: only the profile changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import CallbackDelivery, Connection, Film, OutboxMessage
from dubbing.services.absences import NO_GENERATE
from dubbing.services.assumptions import report_assumptions
from dubbing.services.connections import check_connection, save_connection
from dubbing.states import Kind, MessageState
from tests.builders import make_api_key
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


@pytest.fixture
def served(tmp_path: Path, settings: LazySettings) -> Iterator[Loopback]:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "served"
    folder.mkdir()
    make_talking_video(folder / "talk.mp4", seconds=3)
    with run_loopback(folder) as running:
        yield running


def connect(team: Team, engine: SandboxHandle, profile: Json) -> Connection:
    with team_scope(team.id):
        row = Connection(team=team, base_url=engine.url, profile=profile)
        return save_connection(connection=row, key=KEY, public_keys="", make_current=True)


@pytest.fixture
def web(live_server: LiveServer, team: Team, settings: LazySettings, second: SandboxHandle) -> Any:
    settings.PUBLIC_URL, settings.SANDBOX_URL = live_server.url, second.url
    headers = {"Authorization": f"Bearer {make_api_key(team)[1]}"}
    with httpx.Client(base_url=f"{live_server.url}/api/v1/", headers=headers) as client:
        yield client


def order(served: Loopback, **changes: Any) -> Json:
    return {
        "media_url": f"{served.url}/talk.mp4",
        "locale": "en-US",
        "languages": [{"locale": "de-DE", "srt": GERMAN}],
        "start_time": 0.5,
        "end_time": 2.5,
        "lips_model": "fast",
        "speakers_count": 1,
    } | changes


def find_version(web: httpx.Client, asset_id: str, status: str) -> Json | None:
    rows = web.get("dubbings/", params={"asset": asset_id}).json()["results"]
    versions = [version for row in rows for version in row["versions"]]
    return next((version for version in versions if version["status"] == status), None)


def press_generate_in_the_studio(link: str) -> None:
    """What a person does there."""
    parts = urlsplit(link)
    token = parse_qs(parts.query)["token"][0]
    address = f"{parts.scheme}://{parts.netloc}{parts.path}/generate"
    assert httpx.post(address, data={"token": token}).status_code == 303


def test_dub_is_made_by_changing_the_profile_only(
    web: httpx.Client, team: Team, second: SandboxHandle, served: Loopback
) -> None:
    connection = connect(team, second, SECOND)
    assert connection.check_result == "accepted" and connection.is_sandbox
    made = web.post("assets/", json=order(served))
    assert made.status_code == 201, made.text
    asset_id = made.json()["id"]
    ready = drain(team, lambda: find_version(web, asset_id, "ReadyToEdit"))

    version = f"versions/{ready['id']}/"
    assert web.post(f"{version}generate/").status_code == 202
    drain(team, lambda: not web.get(version).json()["can_generate"] and _learnt())
    refused = web.post(f"{version}generate/")
    assert refused.status_code == 409 and NO_GENERATE in refused.text

    link = web.post(f"{version}studio-url/").json()
    assert link["signed"] is True
    press_generate_in_the_studio(link["studio_url"])
    drain(team, lambda: find_version(web, asset_id, "Completed"))
    film = drain(team, lambda: web.get(version).json()["film"])
    assert film["duration"] == pytest.approx(2.0, abs=0.3)

    assert web.post(f"{version}revise/").status_code == 202
    drain(team, lambda: find_version(web, asset_id, "ReadyToEdit"))
    added = web.post(f"assets/{asset_id}/languages/", json={"languages": [{"locale": "fr-FR"}]})
    assert added.status_code in (200, 202), added.text
    drain(team, lambda: _is_done(Kind.ADD_LANGUAGES))
    drain(team, lambda: _events() >= {"version_ready", "version_generated"})
    _check_report(team, connection)


def _is_done(kind: Kind) -> bool:
    return bool(OutboxMessage.objects.filter(kind=kind, state=MessageState.DONE).exists())


def _learnt() -> bool:
    return bool(Connection.objects.get(is_current=True).absent_calls)


def _events() -> set[str]:
    return set(CallbackDelivery.objects.values_list("raw_event", flat=True))


def _check_report(team: Team, connection: Connection) -> None:
    with team_scope(team.id):
        connection.refresh_from_db()
        check_connection(connection=connection)
        found = {row.what: row for row in report_assumptions(connection)}
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


def test_wrong_profile_is_found_by_the_products_own_words(
    web: httpx.Client, team: Team, second: SandboxHandle, served: Loopback
) -> None:
    connection = connect(team, second, {})
    asset_id = web.post("assets/", json=order(served)).json()["id"]

    def told() -> Json | None:
        asset: Json = web.get(f"assets/{asset_id}/").json()
        return asset if asset["status"] == "NotSent" else None

    asset = drain(team, told)
    assert "source_url" in asset["error"]["message"] or "source_locale" in asset["error"]["message"]
    with team_scope(team.id):
        found = {row.what: row for row in report_assumptions(connection)}
    assert found["A video is taken by link"].finding == "differs"
    assert found["A video is taken by link"].mend == "calls.create, writes"


def test_file_goes_up_and_pages_turn(
    web: httpx.Client, team: Team, second: SandboxHandle, tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    connection = connect(team, second, SECOND)
    video = make_talking_video(tmp_path / "talk.mp4", seconds=2).read_bytes()
    data = {"locale": "en-US", "languages": [{"locale": "es-ES"}], "title": "Upload"}
    ids = []
    for _ in range(2):
        made = web.post(
            "assets/", data={"data": json.dumps(data)}, files={"file": ("talk.mp4", video)}
        )
        assert made.status_code == 201, made.text
        ids.append(made.json()["id"])
    for asset_id in ids:
        drain(team, lambda asset_id=asset_id: find_version(web, asset_id, "ReadyToEdit"))
    with team_scope(team.id):
        check_connection(connection=connection)
        found = {row.what: row.finding for row in report_assumptions(connection)}
    assert found["A video is taken as a file"] == "works"
    assert found["The list turns its pages"] == "works"
