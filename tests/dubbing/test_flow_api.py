"""From a video to its film through the REST API alone, against a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.media import probe_media
from dubbing.models import CallbackDelivery, Connection, Film
from edge.config import EdgeConfig
from edge.site import build_app
from tests.builders import make_api_key
from tests.dubbing.api.caller import Caller
from tests.edge.loopless import LooplessClient
from tests.media import make_srt, make_talking_video
from tests.sandbox.loopback import Loopback, run_loopback
from tests.work import drain

GERMAN = make_srt((0.6, 2.2, "Guten Morgen. Dies ist ein Video."))


@pytest.fixture
def served(tmp_path: Path, settings: LazySettings) -> Iterator[Loopback]:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "served").mkdir()
    with run_loopback(tmp_path / "served") as running:
        yield running


@pytest.fixture
def producer(team: Team, engine: Connection) -> Caller:
    return Caller(make_api_key(team)[1])


def version_of(caller: Caller, asset_id: str, status: str) -> dict[str, Any] | None:
    """The asset's first version that is in this state."""
    rows = caller.get("dubbings/", asset=asset_id).json()["results"]
    versions = [version for row in rows for version in row["versions"]]
    return next((version for version in versions if version["status"] == status), None)


def fetch_film(address: str, settings: LazySettings, target: Path) -> Path:
    """As edge would serve it."""
    media, incoming = Path(settings.MEDIA_ROOT), Path(settings.UPLOAD_DIR)
    config = EdgeConfig(str(settings.SECRET_KEY), media, "", incoming)
    answer = LooplessClient(build_app(config)).get(urlsplit(address).path)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    target.write_bytes(answer.content)
    return target


def test_link_becomes_a_film(
    team: Team, producer: Caller, served: Loopback, settings: LazySettings, tmp_path: Path
) -> None:
    make_talking_video(served.folder / "talk.mp4", seconds=4)
    made = producer.post(
        "assets/",
        {
            "media_url": f"{served.url}/talk.mp4",
            "locale": "en-US",
            "languages": [{"locale": "de-DE", "srt": GERMAN}],
            "start_time": 0.5,
            "end_time": 2.5,
            "reference": "flow",
        },
    )
    assert made.status_code == 201, made.content
    asset_id = made.json()["id"]
    ready = drain(team, lambda: version_of(producer, asset_id, "ReadyToEdit"))

    link = producer.post(f"versions/{ready['id']}/studio-url/").json()
    assert link["signed"] is True and link["note"] is None
    assert httpx.get(link["studio_url"]).status_code == 200

    assert producer.post(f"versions/{ready['id']}/generate/").status_code == 202
    done = drain(team, lambda: version_of(producer, asset_id, "Completed"))
    assert done["completed_at"]
    told = drain(team, lambda: (v := producer.get(f"versions/{done['id']}/").json())["film"] and v)
    answer = producer.get(f"versions/{done['id']}/result/")
    assert answer.status_code == 302
    film = fetch_film(answer["Location"], settings, tmp_path / "film.mp4")
    assert film.stat().st_size == told["film"]["size"]
    assert float(probe_media(film).duration) == pytest.approx(2.0, abs=0.2)
    assert told["film"]["duration"] == pytest.approx(2.0, abs=0.2)

    asset = producer.get("assets/", reference="flow").json()["results"][0]
    assert asset["remote_id"] and asset["status"] == "Ready"
    assert asset["dubbings"][0]["stage"] == "finished"

    assert told["can_revise"] is True
    assert producer.post(f"versions/{done['id']}/revise/").status_code == 202
    drain(team, lambda: version_of(producer, asset_id, "ReadyToEdit"))
    kept = producer.get(f"versions/{done['id']}/result/")
    assert kept.status_code == 302 and kept["Location"].startswith(settings.EDGE_URL)


def test_engines_link_serves_until_our_copy_is_there(
    team: Team, engine: Connection, producer: Caller, served: Loopback
) -> None:
    make_talking_video(served.folder / "talk.mp4", seconds=2)
    body = {
        "media_url": f"{served.url}/talk.mp4",
        "locale": "en-US",
        "languages": [{"locale": "de-DE"}],
    }
    asset_id = producer.post("assets/", body).json()["id"]
    ready = drain(team, lambda: version_of(producer, asset_id, "ReadyToEdit"))
    producer.post(f"versions/{ready['id']}/generate/")
    drain(team, lambda: version_of(producer, asset_id, "Completed"))
    with team_scope(team.id):
        Film.objects.update(state="wanted", file="", sha256="", size=None)
    answer = producer.get(f"versions/{ready['id']}/result/")
    assert answer.status_code == 302 and answer["Location"].startswith(engine.base_url)
    assert httpx.get(answer["Location"]).status_code == 200


def test_failure_at_the_engine_is_told(team: Team, producer: Caller, served: Loopback) -> None:
    body = {
        "media_url": f"{served.url}/nothing.mp4",
        "locale": "en-US",
        "languages": [{"locale": "de-DE"}],
    }
    asset_id = producer.post("assets/", body).json()["id"]

    def failed() -> dict[str, Any] | None:
        asset: dict[str, Any] = producer.get(f"assets/{asset_id}/").json()
        return asset if asset["status"] == "Failed" else None

    asset = drain(team, failed)
    assert asset["error"]["code"] == "InvalidInput" and asset["error"]["advice"]
    assert asset["dubbings"][0]["stage"] == "failed"
    assert asset["dubbings"][0]["error"] == asset["error"]
    again = producer.post(f"assets/{asset_id}/languages/", {"languages": [{"locale": "fr-FR"}]})
    assert again.status_code == 409


def test_callbacks_bring_an_upload_home(
    live_server: LiveServer,
    team: Team,
    engine: Connection,
    settings: LazySettings,
    served: Loopback,
    tmp_path: Path,
) -> None:
    settings.PUBLIC_URL = live_server.url
    headers = {"Authorization": f"Bearer {make_api_key(team)[1]}"}
    video = make_talking_video(tmp_path / "talk.mp4", seconds=2)
    with httpx.Client(base_url=f"{live_server.url}/api/v1/", headers=headers) as web:
        data = {"locale": "en-US", "languages": [{"locale": "de-DE"}], "title": "Upload"}
        made = web.post(
            "assets/",
            data={"data": json.dumps(data)},
            files={"file": ("talk.mp4", video.read_bytes())},
        )
        assert made.status_code == 201, made.text
        assert made.json()["url"].startswith(live_server.url)
        asset_id = made.json()["id"]

        def in_state(status: str) -> dict[str, Any] | None:
            rows = web.get("dubbings/", params={"asset": asset_id}).json()["results"]
            versions = [version for row in rows for version in row["versions"]]
            return next((v for v in versions if v["status"] == status), None)

        ready = drain(team, lambda: in_state("ReadyToEdit"))
        assert web.post(f"versions/{ready['id']}/generate/").status_code == 202
        drain(team, lambda: in_state("Completed"))
        drain(team, lambda: _events() >= {"version_ready", "version_generated"})
        drain(team, lambda: web.get(f"versions/{ready['id']}/").json()["film"])


def _events() -> set[str]:
    return set(CallbackDelivery.objects.values_list("raw_event", flat=True))
