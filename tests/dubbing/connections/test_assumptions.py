from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import CallbackDelivery, Connection, Film, OutboxMessage
from dubbing.services.assumptions import report_assumptions
from dubbing.services.connections import check_connection
from dubbing.states import (
    AssetStatus,
    Event,
    FailureCode,
    FilmState,
    Finding,
    Kind,
    MessageState,
    VersionStatus,
)
from tests.builders import make_asset, make_connection, make_team, make_version
from tests.dubbing.connections.conftest import Engine

Far = tuple[Engine, str]
LISTED = {"id": "a1", "status": "Ready", "dubbings": [{"id": "d1", "locale": "de-DE"}]}


def findings(connection: Connection) -> dict[str, tuple[str, str]]:
    return {row.what: (row.finding, row.evidence) for row in report_assumptions(connection)}


@pytest.fixture
def connection(scope: Team, far: Far) -> Connection:
    return make_connection(scope, base_url=far[1])


def test_nothing_seen_is_nothing_claimed(connection: Connection) -> None:
    assert {finding for finding, _evidence in findings(connection).values()} == {Finding.UNKNOWN}


def test_check_looks_at_list_pages_video_and_dub_and_at_nothing_paid(
    connection: Connection, far: Far
) -> None:
    engine, _url = far
    second = LISTED | {"id": "a2"}
    engine.by_path["/v1/assets/"] = (200, {"items": [LISTED, second], "total": 2})
    versions = [{"id": "v1", "status": "OPEN"}]
    whole = LISTED | {
        "locale": "en-US",
        "dubbings": [LISTED["dubbings"][0] | {"versions": versions}],
    }
    engine.by_path["/v1/assets/a1"] = (200, whole)
    engine.by_path["/v1/versions/v1"] = (200, {"id": "v1", "status": "OPEN", "studio_url": "x"})
    check_connection(connection=connection)
    assert engine.calls == [
        "GET /v1/assets/",
        "GET /v1/assets/",
        "GET /v1/assets/",
        "GET /v1/assets/a1",
        "GET /v1/versions/v1",
    ]
    found = findings(connection)
    assert found["The list can be read"] == ("works", "The list was read: 2 videos.")
    # This far end gives the whole list whatever page is asked for.
    assert found["The list turns its pages"][0] == "differs"
    assert found["The fields of a video are found"] == (
        "works",
        "Read: status, locale; 1 languages, 1 versions.",
    )


def test_videos_that_are_not_understood_are_told(connection: Connection, far: Far) -> None:
    engine, _url = far
    engine.body = {"items": [LISTED | {"status": "BREWING"}], "total": 1}
    engine.by_path["/v1/assets/a1"] = (404, {"detail": "Not Found"})
    check_connection(connection=connection)
    found = findings(connection)
    assert found["The states of videos are known"] == ("differs", "Not known: “BREWING”.")
    assert found["The fields of a video are found"] == ("differs", "Not Found")


def test_own_videos_commands_films_and_callbacks_are_evidence(connection: Connection) -> None:
    shared = {"team": connection.team, "connection": connection, "raw_status": "READY"}
    asset = make_asset(**shared, lips_model="fast")
    version = make_version(asset, status=VersionStatus.UNKNOWN, raw_status="BREWING")
    asset = version.asset
    now = timezone.now()
    row = {"team": connection.team, "asset": asset}
    for kind, state, reason in (
        (Kind.CREATE, MessageState.DONE, ""),
        (Kind.GENERATE, MessageState.REFUSED, "Use the studio."),
    ):
        OutboxMessage.objects.create(
            **row, kind=kind, state=state, due_at=now, settled_at=now, error_message=reason
        )
    Film.objects.create(
        **row, version=version, generation=1, state=FilmState.STORED, due_at=now,
        file="f.mp4", size=1, sha256="a" * 64, stored_at=now,
    )  # fmt: skip
    CallbackDelivery.objects.create(
        **row, event=Event.UNKNOWN, raw_event="dub.done", received_at=now,
        signature_form="base64, raw",
    )  # fmt: skip
    found = findings(connection)
    assert found["A video is taken by link"][0] == found["The lips model is taken"][0] == "works"
    assert found["A video is taken as a file"][0] == "unknown"
    assert found["Films can be generated here"] == (
        "differs",
        "It was refused: Use the studio.",
    )
    assert found["The states of videos are known"] == ("works", "Seen so far: “READY”.")
    assert found["The states of dubs are known"] == ("differs", "Not known: “BREWING”.")
    assert found["Finished films are copied"][0] == "works"
    assert "signature: base64, raw" in found["Callbacks come, signed by a known key"][1]
    assert found["The events of callbacks are known"] == ("differs", "Not known: “dub.done”.")


def test_unknown_cause_of_failure_is_told_in_panjayas_words(connection: Connection) -> None:
    make_asset(
        connection.team,
        connection=connection,
        status=AssetStatus.FAILED,
        error_code=FailureCode.UNKNOWN,
        error_message="Too many cooks",
    )
    assert findings(connection)["Causes of failure are known"] == (
        "differs",
        "Not known: “Too many cooks”.",
    )


def test_absent_calls_and_callbacks_are_told(scope: Team, settings: Any) -> None:
    settings.PUBLIC_URL = "http://desk.example.org"
    connection = make_connection(
        scope,
        is_sandbox=False,
        absent_calls=[{"call": "generate", "status_code": 404, "at": "2026-01-02T03:04:05"}],
        profile={"calls": {"studio_url": ""}},
    )
    rows = {row.what: row for row in report_assumptions(connection)}
    generate = rows["Films can be generated here"]
    assert generate.finding == Finding.ABSENT and generate.can_retry
    assert "Tried on 2026-01-02: Panjaya answered 404." in generate.evidence
    studio = rows["Studio links open by themselves"]
    assert studio.finding == Finding.ABSENT and not studio.can_retry
    assert rows["Callbacks come, signed by a known key"].finding == Finding.ABSENT


def test_key_that_was_refused_since_is_told(connection: Connection, far: Far) -> None:
    far[0].status, far[0].body = 401, {"detail": "Revoked"}
    check_connection(connection=connection)
    connection.refresh_from_db()
    assert connection.check_result == "refused" and "Revoked" in connection.check_detail
    assert findings(connection)["The list can be read"][0] == "differs"


# --- manage.py check_connection ----------------------------------------------------------------
def run_check(**options: Any) -> str:
    out = StringIO()
    call_command("check_connection", stdout=out, **options)
    return out.getvalue()


def test_command_reports_every_assumption(connection: Connection) -> None:
    with all_teams("test"):
        told = run_check(team="studio")
    assert "studio: Test engine" in told and "Accepted. The list was read: 0 videos." in told
    assert told.count("[") == len(report_assumptions(connection))
    assert "panjaya-sandbox" not in told


def test_command_forgets_absences_when_told_to(connection: Connection) -> None:
    Connection.objects.update(absent_calls=[{"call": "generate", "status_code": 404, "at": "x"}])
    assert "[Absent] Films can be generated here" in run_check(team="studio")
    assert "[Absent]" not in run_check(team="studio", forget_absent=True)


def test_command_ends_in_words_where_something_is_wrong(scope: Team) -> None:
    make_connection(scope)
    make_team(slug="bare")
    with pytest.raises(CommandError, match="Not every connection could be verified."):
        run_check()
    with pytest.raises(CommandError, match="There is no team “nobody”. Known: bare, studio."):
        run_check(team="nobody")


def test_command_says_where_a_wrong_guess_is_mended(connection: Connection, far: Far) -> None:
    far[0].status, far[0].body = 200, {"videos": []}
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_connection", stdout=out, team="studio")
    assert "Mended in the admin, in the wire profile: calls.list, reads.items" in out.getvalue()
