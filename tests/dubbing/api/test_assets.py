from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from accounts.models import Team
from dubbing.models import Asset, OutboxMessage, Project
from dubbing.states import AssetStatus, MessageState, Stage
from tests.builders import make_api_key, make_asset, make_dubbing, make_version
from tests.dubbing.api.caller import Caller, faults, is_error

BY_LINK = {
    "media_url": "https://media.example.org/talk.mp4",
    "locale": "en-US",
    "languages": [{"locale": "de-DE"}],
}
SRT = "1\n00:00:01,000 --> 00:00:02,000\nGuten Tag.\n"
# What the fullest request is answered with, less what differs each time.
TOLD = {
    "id": "",
    "remote_id": None,
    "title": "Talk",
    "reference": "r-17",
    "project": "Conference",
    "tags": ["stage", "long"],
    "status": "Sending",
    "error": None,
    "media_url": "https://media.example.org/talk.mp4",
    "file": None,
    "locale": "en-US",
    "speakers_count": 2,
    "start_time": 0.5,
    "end_time": 3723.25,
    "lips_model": "fast",
    "background_audio_url": "https://media.example.org/music.mp3",
    "background_audio": None,
    "duration": None,
    "created_at": "",
    "updated_at": "",
    "checked_at": None,
    "hidden": False,
    "made_elsewhere": False,
    "replaces": None,
    "is_pilot": False,
    "promoted_from": None,
    "full_run": None,
    "held_since": None,
    "revision": 1,
    "url": "",
    "dubbings": [],
}


def test_link_becomes_an_asset(producer: Caller, in_team: Team) -> None:
    answer = producer.post(
        "assets/",
        {
            **BY_LINK,
            "languages": [{"locale": "de-DE", "srt": SRT}, {"locale": "ja-JP"}],
            "title": " Talk ",
            "reference": "r-17",
            "project": "Conference",
            "tags": ["stage", "long"],
            "speakers_count": 2,
            "start_time": 0.5,
            "end_time": "1:02:03.250",
            "lips_model": "fast",
            "background_audio_url": "https://media.example.org/music.mp3",
        },
    )
    assert answer.status_code == 201
    told = answer.json()
    asset = Asset.objects.get(pk=told["id"])
    assert asset.created_by_key is not None
    hidden = {"id": "", "created_at": "", "updated_at": "", "url": "", "dubbings": []}
    assert told | hidden == TOLD
    assert told["url"].endswith(f"/assets/{asset.id}/")
    german, japanese = told["dubbings"]
    assert german["locale"] == "de-DE" and japanese["locale"] == "ja-JP"
    assert german["asset"] == told["id"] and german["versions"] == []
    assert german["stage"] == "sending" and german["remote_id"] is None and german["error"] is None


def test_what_is_left_blank_comes_back_null(producer: Caller, in_team: Team) -> None:
    blank = dict.fromkeys(
        ("title", "reference", "project", "tags", "speakers_count", "start_time", "end_time")
    )
    blank |= {"lips_model": "", "background_audio_url": None}
    told = producer.post("assets/", BY_LINK | blank).json()
    nulls = {name for name, value in told.items() if value is None}
    assert nulls == {
        "remote_id", "reference", "project", "error", "file", "speakers_count", "start_time",
        "end_time", "lips_model", "background_audio_url", "background_audio", "duration",
        "checked_at", "replaces", "promoted_from", "full_run", "held_since",
    }  # fmt: skip
    assert told["title"] == "talk" and told["tags"] == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"callback_url": "https://x.example.org"}, "callback_url", "callback_url_is_ours"),
        ({"titel": "Talk"}, "titel", "unknown_field"),
        ({"id": "7"}, "id", "unknown_field"),
        ({"title": 7}, "title", "invalid"),
        ({"title": ["Talk"]}, "title", "invalid"),
        ({"media_url": {"url": ""}}, "media_url", "invalid"),
        ({"locale": 7}, "locale", "invalid"),
        ({"tags": "stage"}, "tags", "not_a_list"),
        ({"tags": [7]}, "tags.0", "invalid"),
        ({"speakers_count": "2"}, "speakers_count", "invalid"),
        ({"speakers_count": 1.5}, "speakers_count", "invalid"),
        ({"speakers_count": True}, "speakers_count", "invalid"),
        ({"start_time": [1]}, "start_time", "invalid_time"),
        ({"start_time": True}, "start_time", "invalid_time"),
        ({"languages": "de-DE"}, "languages", "not_a_list"),
        ({"languages": ["de-DE"]}, "languages.0", "invalid"),
        ({"languages": [{"locale": "de-DE", "voice": 1}]}, "languages.0.voice", "unknown_field"),
        ({"languages": [{"srt": SRT}]}, "languages.0.locale", "required"),
        ({"languages": [{"locale": "de-DE", "srt": 7}]}, "languages.0.srt", "invalid"),
        ({"languages": [{"locale": "de-DE"}] * 201}, "languages", "max_length"),
        ({"file": "talk.mp4"}, "file", "invalid"),
        ({"reference": "a\x00b"}, "reference", "invalid_reference"),
        ({"reference": "\ud800"}, "reference", "invalid_reference"),
        ({"locale": "\ud800"}, "locale", "unknown_locale"),
        ({"\ud800": 1}, "?", "unknown_field"),
    ],
)  # fmt: skip
def test_shape_of_a_value_is_held(
    producer: Caller, in_team: Team, change: dict[str, object], field: str, code: str
) -> None:
    answer = producer.post("assets/", BY_LINK | change)
    assert is_error(answer, 400, "validation_error", code)
    assert faults(answer) == {(field, code)}
    assert not Asset.objects.exists() and not OutboxMessage.objects.exists()


def test_all_faults_come_at_once(producer: Caller, in_team: Team) -> None:
    body = {"media_url": "ftp://x", "locale": "xx-XX", "languages": [], "speakers_count": 0}
    answer = producer.post("assets/", body)
    assert is_error(answer, 400, "validation_error", "invalid")
    assert faults(answer) == {
        ("media_url", "url_scheme"),
        ("locale", "unknown_locale"),
        ("languages", "no_target"),
        ("speakers_count", "speakers_range"),
    }
    assert not Project.objects.exists()


def test_fault_of_an_srt_stands_at_its_language(producer: Caller, in_team: Team) -> None:
    answer = producer.post("assets/", BY_LINK | {"languages": [{"locale": "de-DE", "srt": "x"}]})
    assert faults(answer) == {("languages.de-DE.srt", "srt_unreadable")}


def test_read_shows_versions_newest_first(producer: Caller, team: Team) -> None:
    asset = make_asset(team, start_time=Decimal("1.250"), duration_seconds=Decimal("12.000"))
    first, second = make_version(asset), make_version(asset)
    told = producer.get(f"assets/{asset.id}/").json()
    assert told["start_time"] == 1.25 and told["duration"] == 12.0
    assert told["remote_id"] == asset.remote_id
    versions = told["dubbings"][0]["versions"]
    assert [version["id"] for version in versions] == [str(second.id), str(first.id)]
    assert versions[0] == {
        "id": str(second.id),
        "remote_id": second.remote_id,
        "number": 2,
        "status": "ReadyToEdit",
        "error": None,
        "completed_at": None,
    }


@pytest.mark.parametrize(
    ("fields", "code", "advised"),
    [
        ({"status": AssetStatus.FAILED, "error_code": "NoSpeech"}, "NoSpeech", "somebody"),
        ({"status": AssetStatus.FAILED, "error_message": "Odd."}, "Unknown", "support"),
        ({"status": AssetStatus.NOT_SENT, "error_message": "No."}, "NotSent", "Mend"),
        ({"status": AssetStatus.UNCONFIRMED}, "Unconfirmed", "paid twice"),
    ],
)
def test_failure_is_told_with_advice(
    producer: Caller, team: Team, fields: dict[str, str], code: str, advised: str
) -> None:
    asset = make_asset(team, **fields)
    make_dubbing(asset)
    told = producer.get(f"assets/{asset.id}/").json()
    assert told["error"]["code"] == code
    assert advised in told["error"]["advice"]
    assert told["error"]["message"] == fields.get("error_message", told["error"]["message"]) != ""
    assert told["dubbings"][0]["error"] == told["error"]


def test_languages_are_added(producer: Caller, in_team: Team) -> None:
    asset = make_asset(in_team)
    make_dubbing(asset, "de-DE")
    answer = producer.post(f"assets/{asset.id}/languages/", {"languages": [{"locale": "fr-FR"}]})
    assert answer.status_code == 202
    stages = {row["locale"]: row["stage"] for row in answer.json()["dubbings"]}
    assert stages == {"de-DE": Stage.PREPARING, "fr-FR": Stage.SENDING}
    assert OutboxMessage.objects.get().state == MessageState.WAITING


def test_language_that_is_there_is_refused(producer: Caller, team: Team) -> None:
    asset = make_asset(team)
    make_dubbing(asset, "de-DE")
    answer = producer.post(f"assets/{asset.id}/languages/", {"languages": [{"locale": "de-DE"}]})
    assert faults(answer) == {("languages", "language_exists")}


def test_languages_wait_until_the_engine_has_the_video(producer: Caller, team: Team) -> None:
    asset = make_asset(team, remote_id="", status=AssetStatus.SENDING)
    answer = producer.post(f"assets/{asset.id}/languages/", {"languages": [{"locale": "fr-FR"}]})
    assert is_error(answer, 409, "conflict", "asset_not_ready")


def test_hidden_asset_leaves_the_list_and_comes_back(producer: Caller, team: Team) -> None:
    asset = make_asset(team)
    assert producer.patch(f"assets/{asset.id}/", {"hidden": True}).json()["hidden"] is True
    assert producer.get("assets/").json()["results"] == []
    assert producer.get("dubbings/").json()["results"] == []
    assert len(producer.get("assets/", hidden=1).json()["results"]) == 1
    assert producer.get(f"assets/{asset.id}/").status_code == 200
    assert producer.patch(f"assets/{asset.id}/", {"hidden": False}).json()["hidden"] is False
    assert len(producer.get("assets/").json()["results"]) == 1


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [({}, "hidden", "required"), ({"hidden": "?"}, "hidden", "invalid"),
     ({"hidden": True, "title": "x"}, "title", "unknown_field")],
)  # fmt: skip
def test_patch_takes_only_hidden(
    producer: Caller, team: Team, body: dict[str, object], field: str, code: str
) -> None:
    answer = producer.patch(f"assets/{make_asset(team).id}/", body)
    assert faults(answer) == {(field, code)}


def test_viewer_reads_and_commands_nothing(looker: Caller, in_team: Team) -> None:
    asset = make_asset(in_team)
    assert looker.get(f"assets/{asset.id}/").status_code == 200
    for answer in (
        looker.post("assets/", BY_LINK),
        looker.patch(f"assets/{asset.id}/", {"hidden": True}),
        looker.post(f"assets/{asset.id}/languages/", {"languages": [{"locale": "fr-FR"}]}),
    ):
        assert is_error(answer, 403, "permission_error", "permission_denied")
    assert not OutboxMessage.objects.exists()


def test_outsider_finds_nothing(outsider: Caller, team: Team) -> None:
    asset = make_asset(team)
    assert outsider.get("assets/").json()["results"] == []
    for answer in (
        outsider.get(f"assets/{asset.id}/"),
        outsider.patch(f"assets/{asset.id}/", {"hidden": True}),
        outsider.post(f"assets/{asset.id}/languages/", {"languages": [{"locale": "fr-FR"}]}),
        outsider.get(f"assets/{uuid.uuid4()}/"),
    ):
        assert is_error(answer, 404, "not_found", "not_found")


def test_team_without_a_connection_is_told(team: Team) -> None:
    caller = Caller(make_api_key(team)[1])
    assert is_error(caller.post("assets/", BY_LINK), 409, "conflict", "no_connection")


def test_locales_say_what_they_are_good_for(producer: Caller) -> None:
    rows = {row["code"]: row for row in producer.get("locales/").json()["results"]}
    assert len(rows) >= 36
    assert rows["he-IL"]["can_target"] is False and rows["he-IL"]["can_source"] is True
