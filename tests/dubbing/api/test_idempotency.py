from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import Asset, IdempotentAnswer, OutboxMessage
from tests.builders import make_api_key, make_asset, make_connection, make_version
from tests.dubbing.api.caller import Caller, a_file, faults, is_error

BY_LINK = {
    "media_url": "https://media.example.org/talk.mp4",
    "locale": "en-US",
    "languages": [{"locale": "de-DE"}],
}
KEY = {"Idempotency_Key": "first"}


def test_repeat_gets_the_same_answer(producer: Caller, in_team: Team) -> None:
    first, again = (
        producer.post("assets/", BY_LINK, **KEY),
        producer.post("assets/", BY_LINK, **KEY),
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    assert again["Content-Type"] == first["Content-Type"]
    assert Asset.objects.count() == 1 and OutboxMessage.objects.count() == 1


def test_order_of_names_makes_no_other_request(producer: Caller, in_team: Team) -> None:
    producer.post("assets/", BY_LINK, **KEY)
    turned = dict(reversed(BY_LINK.items()))
    assert producer.post("assets/", turned, **KEY).status_code == 201
    assert Asset.objects.count() == 1


def test_key_belongs_to_one_request(producer: Caller, in_team: Team) -> None:
    producer.post("assets/", BY_LINK, **KEY)
    other = producer.post("assets/", BY_LINK | {"title": "Other"}, **KEY)
    assert is_error(other, 422, "request_error", "idempotency_mismatch")
    elsewhere = producer.post(f"assets/{Asset.objects.get().id}/languages/", BY_LINK, **KEY)
    assert is_error(elsewhere, 422, "request_error", "idempotency_mismatch")
    assert Asset.objects.count() == 1


def test_teams_do_not_share_keys(producer: Caller, outsider: Caller, charlie: object) -> None:
    with all_teams("test"):
        make_connection(charlie.memberships.get().team)
    producer.post("assets/", BY_LINK, **KEY)
    other = outsider.post("assets/", BY_LINK | {"title": "Other"}, **KEY)
    assert other.status_code == 201
    with all_teams("test"):
        assert Asset.objects.count() == 2


def test_refused_request_may_be_mended(producer: Caller, in_team: Team) -> None:
    refused = producer.post("assets/", BY_LINK | {"speakers_count": 0}, **KEY)
    assert faults(refused) == {("speakers_count", "speakers_range")}
    assert not IdempotentAnswer.objects.exists()
    assert producer.post("assets/", BY_LINK, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 256, "a b"])
def test_key_has_a_form(producer: Caller, in_team: Team, key: str) -> None:
    answer = producer.post("assets/", BY_LINK, Idempotency_Key=key)
    assert faults(answer) == {("Idempotency-Key", "invalid_idempotency_key")}
    assert not Asset.objects.exists()


def unanswered(team: Team, age: timedelta) -> IdempotentAnswer:
    """The row of a request that is being worked on, or whose process died."""
    row = IdempotentAnswer.objects.get()
    IdempotentAnswer.objects.update(status_code=None, body=None, created_at=timezone.now() - age)
    return row


def test_repeat_that_comes_too_early_is_told(producer: Caller, in_team: Team) -> None:
    producer.post("assets/", BY_LINK, **KEY)
    unanswered(in_team, timedelta(minutes=1))
    again = producer.post("assets/", BY_LINK, **KEY)
    assert is_error(again, 409, "conflict", "idempotency_in_progress")


def test_crash_before_the_answer_was_kept_makes_no_second_asset(
    producer: Caller, in_team: Team
) -> None:
    first = producer.post("assets/", BY_LINK, **KEY)
    unanswered(in_team, timedelta(hours=1))
    again = producer.post("assets/", BY_LINK, **KEY)
    assert again.status_code == 201 and again.json()["id"] == first.json()["id"]
    assert Asset.objects.count() == 1
    assert producer.post("assets/", BY_LINK, **KEY)["Idempotent-Replayed"] == "true"


def test_languages_and_commands_are_repeated_too(producer: Caller, in_team: Team) -> None:
    asset = make_asset(in_team)
    version = make_version(asset)
    body = {"languages": [{"locale": "fr-FR"}]}
    for path, values in (
        (f"assets/{asset.id}/languages/", body),
        (f"versions/{version.id}/generate/", {}),
    ):
        first, again = (producer.post(path, values, Idempotency_Key=path[:40]) for _ in range(2))
        assert first.status_code == again.status_code == 202
        assert first.content == again.content
    assert OutboxMessage.objects.count() == 2


def test_file_is_known_by_its_content(producer: Caller, in_team: Team, video: bytes) -> None:
    values = {"locale": "en-US", "languages": [{"locale": "de-DE"}]}

    def send(content: bytes) -> HttpResponse:
        return producer.upload(values, {"file": a_file("v.mp4", content)}, **KEY)

    assert send(video).status_code == 201
    assert send(video)["Idempotent-Replayed"] == "true"
    other = send(video[:-1] + b"x")
    assert is_error(other, 422, "request_error", "idempotency_mismatch")
    assert Asset.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_at_once_goes_through(team: Team) -> None:
    make_connection(team)
    _, token = make_api_key(team)
    start = threading.Barrier(4)
    statuses: list[int] = []

    def send() -> None:
        start.wait(10)
        try:
            statuses.append(Caller(token).post("assets/", BY_LINK, **KEY).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(statuses) <= {201, 409} and 201 in statuses and len(statuses) == 4
    with all_teams("test"):
        assert Asset.objects.count() == 1
