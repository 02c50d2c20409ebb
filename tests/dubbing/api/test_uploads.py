"""Multipart in the vendor's manner: values as JSON in `data`, files beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import Team
from dubbing.models import Asset
from tests.dubbing.api.caller import Caller, a_file, faults, is_error
from tests.media import make_tone_audio

VALUES = {"locale": "en-US", "languages": [{"locale": "de-DE"}]}


@pytest.fixture(autouse=True)
def own_storage(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_file_becomes_an_asset(
    producer: Caller, in_team: Team, video: bytes, tmp_path: Path
) -> None:
    music = make_tone_audio(tmp_path / "music.m4a", seconds=2).read_bytes()
    parts = {"file": a_file("Über_uns.mp4", video), "background_audio": a_file("m.m4a", music)}
    answer = producer.upload(VALUES | {"start_time": 0.5}, parts)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["file"] == {"name": "Über_uns.mp4", "size": len(video)}
    assert told["background_audio"] == {"name": "m.m4a"}
    assert told["media_url"] is None and told["title"] == "Über uns"
    assert told["duration"] == pytest.approx(2, abs=0.3)
    with Asset.objects.get(pk=told["id"]).media_file.open() as stored:
        assert stored.read() == video


def test_values_may_come_as_a_file_of_their_own(producer: Caller, video: bytes) -> None:
    data = a_file("data.json", b'{"locale": "en-US", "languages": [{"locale": "de-DE"}]}')
    form = {"data": data, "file": a_file("v.mp4", video)}
    assert producer.client.post("/api/v1/assets/", form).status_code == 201


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"hello", "not_a_video"), (None, "truncated")],
)
def test_file_that_is_no_whole_video_is_refused(
    producer: Caller, in_team: Team, video: bytes, own_storage: Path, content: bytes, code: str
) -> None:
    file = a_file("v.mp4", video[: len(video) // 2] if content is None else content)
    answer = producer.upload(VALUES, {"file": file})
    assert answer.status_code == 400
    assert faults(answer) == {("file", code)}
    assert not Asset.objects.exists() and not list(own_storage.rglob("*.*"))


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({}, "data", "required"),
        ({"data": "{"}, "data", "not_json"),
        ({"data": "[]"}, "data", "invalid"),
        ({"data": ["{}", "{}"]}, "data", "given_twice"),
        ({"data": "{}", "title": "x"}, "title", "unknown_field"),
        ({"data": '{"file": "x"}'}, "file", "invalid"),
        ({"data": '{"callback_url": "x"}'}, "callback_url", "callback_url_is_ours"),
    ],
)
def test_parts_are_held_to_their_manner(
    producer: Caller, form: dict[str, object], field: str, code: str
) -> None:
    answer = producer.client.post("/api/v1/assets/", form)
    assert is_error(answer, 400, "validation_error", code)
    assert faults(answer) == {(field, code)}


def test_link_and_file_together_are_refused(producer: Caller, video: bytes) -> None:
    values = VALUES | {"media_url": "https://media.example.org/talk.mp4"}
    answer = producer.upload(values, {"file": a_file("v.mp4", video)})
    assert faults(answer) == {("media_url", "two_sources")}


def test_viewers_file_is_not_kept(looker: Caller, video: bytes, own_storage: Path) -> None:
    answer = looker.upload(VALUES, {"file": a_file("v.mp4", video)})
    assert is_error(answer, 403, "permission_error", "permission_denied")
    assert not list(own_storage.rglob("*.mp4"))


def test_nobodys_file_is_not_read(db: None, video: bytes) -> None:
    answer = Client().post("/api/v1/assets/", {"data": "{}", "file": a_file("v.mp4", video)})
    assert is_error(answer, 401, "authentication_error", "not_authenticated")
