"""Form and API refuse the same inputs, at the same field, with the same code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from dubbing.models import Asset, OutboxMessage, Project
from tests.bad_inputs import BAD_INPUTS, GOOD, BadInput
from tests.builders import make_api_key, make_connection
from tests.dubbing.api.caller import Caller, faults
from tests.media import make_talking_video


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_talking_video(tmp_path_factory.mktemp("media") / "v.mp4", seconds=2).read_bytes()


@pytest.fixture(autouse=True)
def media_root(settings: LazySettings, tmp_path: Path, team: Team) -> Path:
    settings.MEDIA_ROOT = tmp_path
    make_connection(team)
    return tmp_path


def files_of(bad: BadInput, video: bytes) -> dict[str, SimpleUploadedFile]:
    return {
        name: SimpleUploadedFile(f"{name}.mp4", make(video)) for name, make in bad.files.items()
    }


def send_to_api(caller: Caller, bad: BadInput, video: bytes) -> set[tuple[str, str]]:
    languages = [
        {"locale": locale} | ({} if srt is None else {"srt": srt})
        for locale, srt in bad.languages()
    ]
    body = bad.values() | {"languages": languages}
    files = files_of(bad, video)
    answer = caller.upload(body, files) if files else caller.post("assets/", body)
    assert answer.status_code == 400, answer.content
    assert all(fault["message"] for fault in json.loads(answer.content)["errors"])
    return faults(answer)


def send_to_form(client: Client, bad: BadInput, video: bytes) -> set[tuple[str, str]]:
    fields: dict[str, Any] = bad.values() | {"languages": [name for name, _ in bad.languages()]}
    fields["tags"] = ", ".join(fields.get("tags", []))
    for locale, srt in bad.languages():
        if srt is not None:
            fields[f"languages.{locale}.srt"] = SimpleUploadedFile("a.srt", srt.encode())
    answer = client.post(reverse("dubbing:asset-new"), fields | files_of(bad, video))
    assert answer.status_code == 200
    return {
        (name, fault.code)
        for name, found in answer.context["form"].errors.as_data().items()
        for fault in found
    }


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=lambda bad: bad.name)
def test_both_doors_refuse_it_alike(
    in_team: Team, as_alice: Client, video: bytes, media_root: Path, bad: BadInput
) -> None:
    caller = Caller(make_api_key(in_team)[1])
    told = send_to_api(caller, bad, video)
    assert (bad.field, bad.code) in told
    assert told == send_to_form(as_alice, bad, video)
    assert_nothing_is_saved(media_root)


def assert_nothing_is_saved(media_root: Path) -> None:
    assert not Asset.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert not Project.objects.exists()
    assert not [path for path in media_root.rglob("*") if path.is_file()]


def test_what_the_table_changes_is_good_in_itself(in_team: Team, as_alice: Client) -> None:
    caller = Caller(make_api_key(in_team)[1])
    made = caller.post("assets/", GOOD | {"languages": [{"locale": "de-DE"}]})
    assert made.status_code == 201
    sent = as_alice.post(reverse("dubbing:asset-new"), GOOD | {"languages": ["de-DE"]})
    assert sent.status_code == 302
    assert Asset.objects.count() == 2
