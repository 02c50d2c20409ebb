from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse

from accounts.scoping import all_teams
from config.middleware import SMALL_BODY_BYTES, room_first
from dubbing.models import Asset
from dubbing.services.space import check_room, free_bytes, room_for
from tests.builders import connection_of, make_api_key
from tests.media import make_talking_video

FOREVER = 10**18


@pytest.fixture
def full(settings):
    """More is kept free than there is."""
    settings.MIN_FREE_BYTES = FOREVER


def test_there_is_room_until_the_reserve(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not" / "made" / "yet"
    settings.MIN_FREE_BYTES = free_bytes() // 2
    assert room_for(0) and room_for(1000)
    assert not room_for(free_bytes())


def test_a_file_is_refused_under_its_field_when_storage_is_full(full):
    with pytest.raises(ValidationError) as caught:
        check_room(field="file")
    assert caught.value.error_dict["file"][0].code == "storage_full"


def test_a_link_needs_no_room(full, team, client):
    connection_of(team)
    _, token = make_api_key(team)
    body = {
        "media_url": "https://media.example.org/a.mp4",
        "locale": "en-US",
        "languages": [{"locale": "de-DE"}],
    }
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/assets/", body, "application/json", headers=headers)
    assert answer.status_code == 201, answer.content


def test_the_api_names_the_field_and_the_code(full, team, client, tmp_path):
    connection_of(team)
    _, token = make_api_key(team)
    data = {"locale": "en-US", "languages": [{"locale": "de-DE"}]}
    video = make_talking_video(tmp_path / "talk.mp4", seconds=1)
    with video.open("rb") as file:
        answer = client.post(
            "/api/v1/assets/",
            {"data": json.dumps(data), "file": file},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["code"]) == ("file", "storage_full")
    with all_teams("test"):
        assert not Asset.objects.exists()


def test_the_page_says_it_beside_the_file(full, team, as_alice, tmp_path):
    connection_of(team)
    page = reverse("dubbing:asset-new")
    submission = re.search(
        r'name="submission" value="([^"]+)"', as_alice.get(page).content.decode()
    )
    video = make_talking_video(tmp_path / "talk.mp4", seconds=1)
    with video.open("rb") as file:
        form = {"locale": "en-US", "languages": ["de-DE"], "file": file}
        answer = as_alice.post(page, form | {"submission": submission[1] if submission else ""})
    assert answer.status_code == 200
    assert "storage is full" in answer.content.decode()


def send(path, size):
    """The answer to a body that is announced and never read."""

    def view(request):
        raise AssertionError("the body would have been taken in")

    request = RequestFactory().post(path, b"", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(size)
    return room_first(view)(request)


def test_a_large_body_is_refused_before_it_is_taken_in(full):
    answer = send("/api/v1/assets/", SMALL_BODY_BYTES + 1)
    assert answer.status_code == 507
    told = json.loads(answer.content)
    assert told["code"] == "storage_full" and "full" in told["message"]


def test_a_person_gets_a_page_about_it(full, db):
    answer = send("/assets/new/", SMALL_BODY_BYTES + 1)
    assert answer.status_code == 507
    assert "storage is full" in answer.content.decode()


def test_a_small_body_always_passes(full):
    with pytest.raises(AssertionError, match="taken in"):
        send("/assets/new/", SMALL_BODY_BYTES)


@pytest.mark.parametrize("size", [10**12, 10**15])
@pytest.mark.parametrize("path", ["/api/v1/assets/", "/assets/new/"])
def test_a_body_that_no_room_would_help_is_too_large(path, size):
    request = RequestFactory().post(path)
    request.META["CONTENT_LENGTH"] = str(size)
    answer = room_first(lambda _: pytest.fail("it was read"))(request)
    assert answer.status_code == 413 and b"50.0 GB" in answer.content
    if path.startswith("/api/"):
        assert json.loads(answer.content)["code"] == "too_large"
