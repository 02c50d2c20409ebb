from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import DownloadArchive
from tests.builders import make_api_key, make_asset, make_team, make_version
from tests.dubbing.api.caller import Caller, faults, is_error
from tests.dubbing.downloads.films import SRT, fetch, make_finished


@pytest.fixture(autouse=True)
def own_plans(settings, tmp_path) -> None:
    settings.PLAN_DIR = tmp_path / "plans"


@pytest.fixture
def producer(team: Team) -> Caller:
    return Caller(make_api_key(team)[1])


def test_archive_is_made_and_fetched_by_its_link(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen", content=b"kitchen film", srt=SRT)
    make_finished(team, "Kitchen", "fr-FR")
    made = producer.post(
        "archives/",
        {"filter": {"locale": ["de-DE"]}, "pattern": "{video}", "include_srt": True},
    )
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["state"], told["films_count"], told["films"]) == ("ready", 1, None)
    [part] = told["parts"]
    assert told["size"] == part["size"] and part["files"] == 2
    with zipfile.ZipFile(io.BytesIO(fetch(part["url"]))) as found:
        assert found.namelist()[3:] == ["Kitchen.mp4", "Kitchen.srt"]
    assert producer.get(f"archives/{told['id']}/").json()["name"] == told["name"]
    assert producer.get("archives/").json()["results"][0]["id"] == told["id"]


def test_rows_and_videos_can_be_named(team: Team, producer: Caller) -> None:
    film = make_finished(team, "Kitchen")
    make_finished(team, "Bath")
    for body in (
        {"dubbings": [str(film.version.dubbing_id)]},
        {"assets": [str(film.asset_id)]},
        {"filter": {}, "finished_since": "2026-11-20", "assets": [str(film.asset_id)]},
    ):
        assert producer.post("archives/", body).json()["films_count"] == 1


def test_what_is_left_out_is_told(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen")
    make_version(make_asset(team, title="Open yet"))
    told = producer.post("archives/", {"filter": {}}).json()
    assert (told["films_count"], told["left_out_count"]) == (1, 1)
    assert told["left_out"][0]["title"] == "Open yet"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("dubbings", "required")),
        ({"filter": {}, "pattern": "{vidio}"}, ("pattern", "invalid_pattern")),
        ({"filter": {"colour": "red"}}, ("filter", "unknown_filter")),
        ({"filter": {}, "part_bytes": 5}, ("part_bytes", "min_value")),
        ({"filter": {}, "part_bytes": "5"}, ("part_bytes", "invalid")),
        ({"filter": {}, "finished_since": "soon"}, ("finished_since", "invalid")),
        ({"dubbings": ["x"]}, ("dubbings.0", "invalid")),
        ({"filter": []}, ("filter", "not_a_dict")),
        ({"filters": {}}, ("filters", "unknown_field")),
    ],
    ids=str,
)
def test_fault_stands_at_its_field(
    team: Team, producer: Caller, body: object, fault: tuple[str, str]
) -> None:
    make_finished(team, "Kitchen")
    answer = producer.post("archives/", body)
    assert answer.status_code == 400
    assert fault in faults(answer)


def test_nonsense_in_a_filter_is_refused(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen")
    answer = producer.post("archives/", {"filter": {"stage": "nonsense"}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "filter.stage"


def test_nothing_finished_is_a_conflict(team: Team, producer: Caller) -> None:
    assert is_error(
        producer.post("archives/", {"filter": {}}), 409, "conflict", "nothing_to_download"
    )


def test_repeat_makes_no_second_one(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen")
    once, again = (
        producer.post("archives/", {"filter": {}}, Idempotency_Key="one").json() for _ in range(2)
    )
    assert once["id"] == again["id"]


def test_link_of_one_that_is_over_is_none(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen")
    told = producer.post("archives/", {"filter": {}}).json()
    with all_teams("test"):
        DownloadArchive.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert producer.get(f"archives/{told['id']}/").json()["parts"][0]["url"] is None


def test_deleted_archive_is_gone(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen")
    told = producer.post("archives/", {"filter": {}}).json()
    assert producer.client.delete(f"/api/v1/archives/{told['id']}/").status_code == 204
    assert producer.get(f"archives/{told['id']}/").status_code == 404


def test_roles_and_teams_are_kept_apart(team: Team, producer: Caller) -> None:
    make_finished(team, "Kitchen")
    told = producer.post("archives/", {"filter": {}}).json()
    viewer = Caller(make_api_key(team, Role.VIEWER)[1])
    assert viewer.get(f"archives/{told['id']}/").status_code == 403
    stranger = Caller(make_api_key(make_team())[1])
    assert stranger.get(f"archives/{told['id']}/").status_code == 404
