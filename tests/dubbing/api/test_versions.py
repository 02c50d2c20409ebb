from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import Film, OutboxMessage, Version
from dubbing.states import FilmState, Kind, MessageState, VersionStatus
from edge.tokens import read
from tests.builders import make_api_key, make_asset, make_version
from tests.dubbing.api.caller import Caller, faults, is_error


def make_film(version: Version, **changes: object) -> Film:
    with all_teams("test"):
        version.generation = max(version.generation, 1)
        version.save()
        film = Film(
            team_id=version.team_id,
            asset=version.asset,
            version=version,
            generation=version.generation,
            **{"state": FilmState.STORED, "size": 4, "sha256": "a" * 64, "duration_seconds": 2,
               "stored_at": timezone.now()} | changes,
        )  # fmt: skip
        film.file.save("film.mp4", ContentFile(b"film"), save=False)
        film.save()
    return film


def make_message(version: Version, kind: Kind, state: MessageState, reason: str = "") -> None:
    with all_teams("test"):
        OutboxMessage.objects.create(
            team_id=version.team_id,
            asset=version.asset,
            version=version,
            kind=kind,
            state=state,
            error_message=reason,
            due_at=timezone.now(),
        )


def test_version_tells_what_can_be_done(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team))
    told = producer.get(f"versions/{version.id}/").json()
    assert told == {
        "id": str(version.id),
        "remote_id": version.remote_id,
        "number": 1,
        "status": "ReadyToEdit",
        "error": None,
        "completed_at": None,
        "asset": str(version.asset_id),
        "dubbing": str(version.dubbing_id),
        "locale": "de-DE",
        "film": None,
        "can_generate": True,
        "can_revise": False,
    }


def test_generate_is_accepted_once(producer: Caller, in_team: Team) -> None:
    version = make_version(make_asset(in_team))
    answer = producer.post(f"versions/{version.id}/generate/")
    assert answer.status_code == 202
    assert answer.json()["status"] == "ReadyToEdit" and answer.json()["can_generate"] is False
    message = OutboxMessage.objects.get()
    assert message.kind == Kind.GENERATE and message.actor_key is not None
    again = producer.post(f"versions/{version.id}/generate/")
    assert is_error(again, 409, "conflict", "already_sending")
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("command", ["generate", "revise"])
def test_command_that_the_state_forbids_is_a_conflict(
    producer: Caller, team: Team, command: str
) -> None:
    version = make_version(make_asset(team), status=VersionStatus.GENERATING)
    answer = producer.post(f"versions/{version.id}/{command}/")
    assert is_error(answer, 409, "conflict", "not_ready")


@pytest.mark.parametrize("command", ["generate", "revise", "studio-url"])
def test_command_takes_no_values(producer: Caller, team: Team, command: str) -> None:
    version = make_version(make_asset(team))
    answer = producer.post(f"versions/{version.id}/{command}/", {"lips_model": "fast"})
    assert faults(answer) == {("lips_model", "unknown_field")}


def test_revise_waits_for_our_copy(producer: Caller, in_team: Team) -> None:
    version = make_version(make_asset(in_team), status=VersionStatus.COMPLETED, generation=1)
    assert producer.get(f"versions/{version.id}/").json()["can_revise"] is False
    answer = producer.post(f"versions/{version.id}/revise/")
    assert is_error(answer, 409, "conflict", "not_ready")
    film = make_film(version)
    told = producer.get(f"versions/{version.id}/").json()
    assert told["can_revise"] is True
    assert told["film"]["size"] == 4 and told["film"]["duration"] == 2.0
    assert told["film"]["sha256"] == film.sha256 and told["film"]["stored_at"]
    assert producer.post(f"versions/{version.id}/revise/").status_code == 202


def test_failure_of_a_version_is_told(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.FAILED, error_message="No voice.")
    error = producer.get(f"versions/{version.id}/").json()["error"]
    assert error["code"] == "Unknown" and error["message"] == "No voice."
    dubbing = producer.get(f"dubbings/{version.dubbing_id}/").json()
    assert dubbing["error"] == dubbing["versions"][0]["error"] == error


@pytest.mark.parametrize(
    ("state", "code"),
    [(MessageState.REFUSED, "NotSent"), (MessageState.UNCONFIRMED, "Unconfirmed")],
)
def test_command_that_did_not_get_through_is_told(
    producer: Caller, team: Team, state: MessageState, code: str
) -> None:
    version = make_version(make_asset(team))
    make_message(version, Kind.GENERATE, state, "Limit reached.")
    told = producer.get(f"versions/{version.id}/").json()
    assert (told["error"]["code"], told["error"]["message"]) == (code, "Limit reached.")
    assert told["can_generate"] is (state == MessageState.REFUSED)


def test_refusal_is_over_once_the_version_has_moved(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.GENERATING)
    make_message(version, Kind.GENERATE, MessageState.REFUSED, "Limit reached.")
    assert producer.get(f"versions/{version.id}/").json()["error"] is None


def test_result_leads_to_our_own_copy(producer: Caller, team: Team) -> None:
    asset = make_asset(team, title="Talk/17 “über”")
    version = make_version(asset, status=VersionStatus.COMPLETED)
    film = make_film(version)
    answer = producer.get(f"versions/{version.id}/result/")
    assert answer.status_code == 302 and answer["Cache-Control"] == "no-store"
    assert answer["Location"].startswith(f"{settings.EDGE_URL}/films/")
    token, name = answer["Location"].rsplit("/", 2)[1:]
    grant = read(token, secret=settings.SECRET_KEY)
    assert grant.path == film.file.name and grant.disposition == "attachment"
    assert grant.team == str(team.id)
    assert unquote(name) == grant.filename == "Talk_17_über_de-DE_v1.mp4"


def test_reopened_version_still_gives_its_last_film(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team))
    make_film(version)
    assert producer.get(f"versions/{version.id}/result/").status_code == 302


def test_no_film_is_a_conflict(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team))
    answer = producer.get(f"versions/{version.id}/result/")
    assert is_error(answer, 409, "conflict", "no_film")


@pytest.mark.parametrize(("method", "path"), [("get", "result"), ("post", "studio-url")])
def test_silent_engine_is_told_in_plain_words(
    producer: Caller, team: Team, method: str, path: str
) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED, generation=1)
    answer = getattr(producer, method)(f"versions/{version.id}/{path}/")
    assert is_error(answer, 502, "remote_error", "engine_unreachable")
    assert "Try again in a minute" in answer.json()["message"]


def test_key_that_cannot_be_opened_is_told(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team))
    with all_teams("test"):
        version.asset.connection.sealed_key = "k1:spoilt"
        version.asset.connection.save()
    answer = producer.post(f"versions/{version.id}/studio-url/")
    assert is_error(answer, 502, "remote_error", "connection_unusable")


def test_studio_waits_for_the_draft(producer: Caller, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.NOT_READY)
    answer = producer.post(f"versions/{version.id}/studio-url/")
    assert is_error(answer, 409, "conflict", "not_ready")


def test_role_decides_per_call(team: Team) -> None:
    version = make_version(make_asset(team))
    calls = [("get", ""), ("get", "result/"), ("post", "studio-url/"), ("post", "generate/")]
    barred = {
        role: [
            path
            for method, path in calls
            if getattr(Caller(make_api_key(team, role)[1]), method)(
                f"versions/{version.id}/{path}"
            ).status_code
            == 403
        ]
        for role in Role
    }
    assert barred == {
        Role.OWNER: [],
        Role.PRODUCER: [],
        Role.REVIEWER: ["generate/"],
        Role.VIEWER: ["result/", "studio-url/", "generate/"],
    }
