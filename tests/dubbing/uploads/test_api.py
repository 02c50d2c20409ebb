"""Uploads through the REST API: by key, and by a page's session."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import Asset, Upload
from dubbing.services.uploads import spool
from dubbing.states import UploadState
from tests.builders import make_api_key, make_connection, make_upload
from tests.conftest import signed_in
from tests.dubbing.api.caller import Caller, faults, is_error
from tests.dubbing.uploads.arriving import finished, whole_upload
from tests.media import make_audio_only

PATH = "/api/v1/uploads/"


def metadata(**told: str) -> str:
    pairs = [f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items()]
    return ",".join(pairs)


def create(client: Client, length: Any = 1000, **headers: str) -> HttpResponse:
    given = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length)} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return client.post(
        PATH,
        b"",
        "application/octet-stream",
        headers={name: text for name, text in given.items() if text},
    )


@pytest.fixture
def producer(team: Team) -> Caller:
    make_connection(team)
    return Caller(make_api_key(team)[1])


def test_creation_answers_where_the_bytes_go(producer: Caller, settings: LazySettings) -> None:
    told = metadata(filename="Ähre.mp4", filetype="video/mp4", fingerprint="f-1")
    answer = create(producer.client, Upload_Metadata=told)
    assert answer.status_code == 201
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer["Location"].startswith(f"{settings.EDGE_URL}/tus/")
    assert answer["Upload-Expires"].endswith(" GMT")
    body = answer.json()
    assert body["location"] == answer["Location"]
    told_back = (body["name"], body["size"], body["offset"], body["state"], body["fingerprint"])
    assert told_back == ("Ähre.mp4", 1000, 0, "receiving", "f-1")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus_Resumable": ""}, 412, "unknown_version"),
        ({"Tus_Resumable": "0.2"}, 412, "unknown_version"),
        ({"Upload_Length": ""}, 400, "required"),
        ({"Upload_Length": "-5"}, 400, "invalid"),
        ({"Upload_Length": "9" * 40}, 400, "invalid"),
        ({"Upload_Length": "0"}, 400, "file_empty"),
        ({"Upload_Length": "9" * 18}, 413, "file_too_large"),
        ({"Upload_Metadata": "filename ???"}, 400, "invalid"),
        ({"Upload_Metadata": metadata(sha256="abc")}, 400, "invalid_checksum"),
        ({"Upload_Metadata": metadata(filename="a\x00")}, 400, "null_characters_not_allowed"),
    ],
    ids=str,
)
def test_wrong_creations_are_refused(
    producer: Caller, headers: dict[str, str], status: int, code: str
) -> None:
    answer = create(producer.client, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    with all_teams("test"):
        assert not Upload.objects.exists()


def test_full_quota_and_full_disk_are_told_apart(producer: Caller, settings: LazySettings) -> None:
    settings.UPLOAD_QUOTA_BYTES = 500
    quota = create(producer.client)
    assert is_error(quota, 413, "request_error", "upload_quota")
    settings.MIN_FREE_BYTES = 10**15
    assert is_error(create(producer.client), 507, "request_error", "storage_full")


def test_options_tells_what_the_desk_can_do(producer: Caller) -> None:
    answer = producer.client.options(PATH)
    assert answer.status_code == 204
    assert "creation" in answer["Tus-Extension"] and answer["Tus-Version"] == "1.0.0"


def test_reading_tells_how_far_it_is_and_gives_a_fresh_address(producer: Caller) -> None:
    made = create(producer.client).json()
    spool().part(made["id"]).write_bytes(b"0" * 300)
    read = producer.get(f"uploads/{made['id']}/").json()
    assert (read["offset"], read["state"], read["sha256"]) == (300, "receiving", None)
    assert read["location"].startswith("http")


def test_finished_one_tells_what_it_is(team: Team, producer: Caller, video: bytes) -> None:
    with all_teams("test"):
        upload = finished(whole_upload(team, video))
    read = producer.get(f"uploads/{upload.pk}/").json()
    assert (read["state"], read["offset"], read["location"]) == ("ready", len(video), None)
    assert (read["sha256"], read["is_video"]) == (upload.sha256, True)
    assert 1.5 < read["duration"] < 2.5


def test_list_finds_an_upload_again(team: Team, producer: Caller, alice: User) -> None:
    mine = create(producer.client, Upload_Metadata=metadata(fingerprint="f-9")).json()
    make_upload(team, created_by=alice)
    found = producer.get("uploads/", state="receiving", fingerprint="f-9").json()["results"]
    assert [upload["id"] for upload in found] == [mine["id"]]
    assert len(producer.get("uploads/").json()["results"]) == 2
    assert len(producer.get("uploads/", mine="1").json()["results"]) == 1


def test_giving_up(team: Team, producer: Caller) -> None:
    made = create(producer.client).json()
    assert producer.client.delete(f"{PATH}{made['id']}/").status_code == 204
    assert producer.get(f"uploads/{made['id']}/").json()["state"] == "given_up"
    with all_teams("test"):
        used = make_upload(team, used_at="2026-01-01T00:00Z")
    answer = producer.client.delete(f"{PATH}{used.pk}/")
    assert is_error(answer, 409, "conflict", "upload_used")


def test_pages_begin_uploads_with_their_session(team: Team, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    refused = create(client)
    assert refused.status_code == 403
    client.get("/")
    client.get(reverse("dubbing:asset-new"))
    token = client.cookies["csrftoken"].value
    answer = create(client, X_CSRFToken=token)
    assert answer.status_code == 201
    with all_teams("test"):
        assert Upload.objects.get().created_by == alice
    assert len(client.get(PATH, {"mine": "1"}).json()["results"]) == 1


def test_viewers_and_strangers_are_kept_out(team: Team, bob: User, charlie: User) -> None:
    upload = make_upload(team)
    assert create(signed_in(bob)).status_code == 403
    assert signed_in(charlie).get(f"{PATH}{upload.pk}/").status_code == 404
    assert Client().get(PATH).status_code == 401
    stray = signed_in(User.objects.create_user("stray@example.org"))
    assert stray.get(PATH).status_code == 403


def order(upload: object, **changes: object) -> dict[str, object]:
    return {"upload": str(upload), "locale": "en-US", "languages": [{"locale": "de-DE"}], **changes}


def test_asset_is_made_of_an_upload_without_copying(
    team: Team, producer: Caller, video: bytes, places: Path
) -> None:
    with all_teams("test"):
        upload = finished(whole_upload(team, video, name="Opening_talk.mp4"))
    before = sum(1 for path in places.rglob("*") if path.is_file())
    answer = producer.post("assets/", order(upload.pk))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["title"], body["file"]["size"]) == ("Opening talk", len(video))
    with all_teams("test"):
        asset = Asset.objects.get()
        upload.refresh_from_db()
    assert asset.media_file.name == upload.file.name
    assert asset.poster.name == upload.poster.name
    assert asset.duration_seconds and asset.facts["format"] == "MP4/MOV"
    assert upload.used_at is not None
    assert sum(1 for path in places.rglob("*") if path.is_file()) == before
    again = producer.post("assets/", order(upload.pk, title="The full run"))
    assert again.status_code == 201


def test_background_may_be_an_upload_too(
    team: Team, producer: Caller, video: bytes, tmp_path: Path
) -> None:
    sound = make_audio_only(tmp_path / "s.m4a").read_bytes()
    with all_teams("test"):
        upload = finished(whole_upload(team, video))
        track = finished(whole_upload(team, sound, name="track.m4a"))
    answer = producer.post("assets/", order(upload.pk, background_upload=str(track.pk)))
    assert answer.json()["background_audio"] == {"name": "track.m4a"}
    wrong = producer.post("assets/", order(track.pk))
    assert faults(wrong) == {("upload", "no_video_stream")}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (UploadState.RECEIVING, "upload_unfinished"),
        (UploadState.CHECKING, "upload_unfinished"),
        (UploadState.REFUSED, "upload_refused"),
        (UploadState.GIVEN_UP, "unknown_upload"),
    ],
)
def test_only_finished_uploads_become_assets(
    team: Team, producer: Caller, as_alice: Client, state: UploadState, code: str
) -> None:
    upload = make_upload(team, state=state, error_message="No picture.")
    assert faults(producer.post("assets/", order(upload.pk))) == {("upload", code)}
    fields = {"upload": str(upload.pk), "locale": "en-US", "languages": ["de-DE"]}
    page = as_alice.post(reverse("dubbing:asset-new"), fields)
    found = page.context["form"].errors.as_data()
    assert {name: [fault.code for fault in faults] for name, faults in found.items()} == {
        "upload": [code]
    }


def test_upload_and_link_exclude_each_other(team: Team, producer: Caller) -> None:
    upload = make_upload(team)
    answer = producer.post("assets/", order(upload.pk, media_url="https://example.com/a.mp4"))
    assert faults(answer) == {("media_url", "two_sources")}


def test_other_teams_upload_is_unknown(producer: Caller, charlie: User) -> None:
    theirs = make_upload(charlie.memberships.get().team)
    assert faults(producer.post("assets/", order(theirs.pk))) == {("upload", "unknown_upload")}


def test_viewers_key_begins_nothing(team: Team) -> None:
    looker = Caller(make_api_key(team, Role.VIEWER)[1])
    assert create(looker.client).status_code == 403
