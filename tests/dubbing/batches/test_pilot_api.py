from __future__ import annotations

from decimal import Decimal

import pytest

from dubbing.models import Asset, BatchItem
from dubbing.services.pilots import make_pilot
from dubbing.states import AssetStatus
from tests.builders import make_api_key
from tests.dubbing.api.caller import Caller, faults, is_error


@pytest.fixture
def producer(in_team) -> Caller:
    return Caller(make_api_key(in_team)[1])


@pytest.fixture
def item(add) -> BatchItem:
    [row] = add(1, title="Film", languages="de-DE,fr-FR")
    BatchItem.objects.filter(pk=row.pk).update(duration_seconds=Decimal(180))
    row.refresh_from_db()
    return row


def address(item):
    return f"batches/{item.batch_id}/items/{item.pk}/pilot/"


def test_a_pilot_and_its_full_run(producer, item):
    answer = producer.post(address(item), {"languages": [{"locale": "fr-FR"}], "start": "1:30"})
    assert answer.status_code == 201, answer.content
    pilot = answer.json()
    assert (pilot["is_pilot"], pilot["start_time"], pilot["end_time"]) == (True, 90, 150)
    assert [dub["locale"] for dub in pilot["dubbings"]] == ["fr-FR"]
    assert (pilot["promoted_from"], pilot["full_run"]) == (None, None)
    row = producer.get(f"batches/{item.batch_id}/items/{item.pk}/").json()
    assert (row["pilot"], row["asset"]) == (pilot["id"], None)
    sent = producer.post(f"assets/{pilot['id']}/promote/")
    assert sent.status_code == 202, sent.content
    full = sent.json()
    assert (full["promoted_from"], full["is_pilot"]) == (pilot["id"], False)
    assert {dub["locale"] for dub in full["dubbings"]} == {"de-DE", "fr-FR"}
    assert producer.post(f"assets/{pilot['id']}/promote/").json()["id"] == full["id"]
    assert producer.get(f"assets/{pilot['id']}/").json()["full_run"] == full["id"]
    assert Asset.objects.get(pk=full["id"]).created_by_key is not None


def test_without_values_it_is_the_first_language_from_the_beginning(producer, item):
    pilot = producer.post(address(item)).json()
    assert ([dub["locale"] for dub in pilot["dubbings"]], pilot["start_time"]) == (["de-DE"], 0)


def test_a_repeated_request_makes_one_pilot(producer, item):
    first = producer.post(address(item), {}, Idempotency_Key="once")
    again = producer.post(address(item), {}, Idempotency_Key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"] and Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"start": "soon"}, {("start", "invalid_time")}),
        ({"start": -1}, {("start", "negative_time")}),
        ({"languages": [{"locale": "it-IT"}]}, {("languages", "not_its_language")}),
        ({"languages": "de-DE"}, {("languages", "not_a_list")}),
        ({"seconds": 30}, {("seconds", "unknown_field")}),
    ],
)
def test_wrong_values_are_refused_at_their_field(producer, item, body, found):
    answer = producer.post(address(item), body)
    assert answer.status_code == 400 and faults(answer) == found
    assert not Asset.objects.exists()


def test_what_does_not_fit_the_moment_is_a_conflict(producer, item, actor):
    pilot = make_pilot(item=item, actor=actor)
    assert is_error(producer.post(address(item)), 409, "conflict", "pilot_running")
    Asset.objects.filter(pk=pilot.pk).update(status=AssetStatus.FAILED)
    answer = producer.post(f"assets/{pilot.pk}/promote/")
    assert is_error(answer, 409, "conflict", "not_a_pilot")


def test_promoting_takes_no_values(producer, item, actor):
    pilot = make_pilot(item=item, actor=actor)
    answer = producer.post(f"assets/{pilot.pk}/promote/", {"title": "Other"})
    assert faults(answer) == {("title", "unknown_field")}
    assert Asset.objects.count() == 1
