from __future__ import annotations

import pytest

from accounts.models import Team
from accounts.roles import Role
from dubbing.models import Asset, Batch, BatchItem
from dubbing.services.batches import expand_batch
from dubbing.states import Verdict
from tests.builders import make_api_key, make_connection
from tests.dubbing.api.caller import Caller


@pytest.fixture
def producer(in_team: Team) -> Caller:
    make_connection(in_team)
    return Caller(make_api_key(in_team)[1])


def begin(producer: Caller, **changes):
    body = {"locale": "en-US", "languages": [{"locale": "de-DE"}]} | changes
    answer = producer.post("batches/", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def rows(count: int, **changes):
    return {
        "items": [
            {"media_url": f"https://media.example.org/{n}.mp4"} | changes for n in range(count)
        ]
    }


def test_a_batch_from_beginning_to_videos(producer):
    batch = begin(producer, title="Autumn")
    assert (batch["title"], batch["status"]) == ("Autumn", "open")
    answer = producer.post(f"batches/{batch['id']}/items/", rows(3))
    assert answer.status_code == 201
    assert [row["languages"] for row in answer.json()["results"]] == [[{"locale": "de-DE"}]] * 3
    BatchItem.objects.update(verdict=Verdict.GREEN)
    sent = producer.post(f"batches/{batch['id']}/send/")
    assert sent.status_code == 202
    assert sent.json()["status"] == "sending" and sent.json()["counts"]["asked"] == 3
    expand_batch(batch_id=batch["id"])
    listed = producer.get(f"batches/{batch['id']}/items/").json()["results"]
    assert {row["asset"] for row in listed} == {
        str(pk) for pk in Asset.objects.values_list("pk", flat=True)
    }
    assert producer.get(f"batches/{batch['id']}/").json()["counts"]["made"] == 3
    assert Asset.objects.first().created_by_key is not None


def test_each_row_is_answered_with_what_is_wrong_with_it(producer):
    batch = begin(producer)
    body = {"items": [{"media_url": "ftp://x"}, {"media_url": "https://a.example.org/a.mp4"}]}
    bad, good = producer.post(f"batches/{batch['id']}/items/", body).json()["results"]
    assert [fault["code"] for fault in bad["faults"]] == ["url_scheme"]
    assert bad["verdict"] == "red" and good["faults"] == []


def test_a_wrong_shape_is_refused_as_a_whole(producer):
    batch = begin(producer)
    body = {"items": [{"media_url": "https://a.example.org/a.mp4"}, {"colour": "red"}]}
    answer = producer.post(f"batches/{batch['id']}/items/", body)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == ["items.1.colour"]
    body = {"items": [{"title": "t" * 2000}]}
    answer = producer.post(f"batches/{batch['id']}/items/", body)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["items.0.title"]
    assert BatchItem.objects.count() == 0


@pytest.mark.parametrize("count", [0, 1001])
def test_rows_come_by_the_thousand_at_most(producer, count):
    batch = begin(producer)
    assert producer.post(f"batches/{batch['id']}/items/", rows(count)).status_code == 400


def test_a_repeated_request_makes_nothing_twice(producer):
    name = {"Idempotency_Key": "abc-1"}
    body = {"title": "Once"}
    first = producer.post("batches/", body, **name).json()
    assert producer.post("batches/", body, **name).json()["id"] == first["id"]
    add = {"Idempotency_Key": "abc-2"}
    for _ in range(2):
        producer.post(f"batches/{first['id']}/items/", rows(2), **add)
    assert Batch.objects.count() == 1 and BatchItem.objects.count() == 2


def test_a_row_is_changed_only_as_it_was_read(producer):
    batch = begin(producer)
    [row] = producer.post(f"batches/{batch['id']}/items/", rows(1)).json()["results"]
    path = f"batches/{batch['id']}/items/{row['id']}/"
    changed = producer.patch(path, {"title": "New", "revision": row["revision"]})
    assert changed.status_code == 200 and changed.json()["title"] == "New"
    stale = producer.patch(path, {"title": "Newer", "revision": row["revision"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_revision")


def test_a_row_is_taken_out_and_put_back(producer):
    batch = begin(producer)
    [row] = producer.post(f"batches/{batch['id']}/items/", rows(1)).json()["results"]
    items, path = f"batches/{batch['id']}/items/", f"batches/{batch['id']}/items/{row['id']}/"
    assert producer.patch(path, {"removed": True}).json()["removed"] is True
    assert producer.get(items).json()["results"] == []
    assert len(producer.get(items, removed=1).json()["results"]) == 1
    assert producer.patch(path, {"removed": False, "title": "Back"}).json()["title"] == "Back"
    assert len(producer.get(items).json()["results"]) == 1


def test_a_batch_is_renamed_thrown_away_and_taken_back(producer):
    batch = begin(producer)
    path = f"batches/{batch['id']}/"
    changed = producer.patch(path, {"title": "Winter", "project": "P"}).json()
    assert changed["title"] == "Winter" and changed["settings"]["project"] == "P"
    assert producer.patch(path, {"discarded": True}).json()["status"] == "discarded"
    assert producer.get("batches/").json()["results"] == []
    refused = producer.post(f"{path}items/", rows(1))
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_closed")
    assert producer.patch(path, {"discarded": False}).json()["status"] == "open"


def test_sending_nothing_says_so(producer):
    batch = begin(producer)
    producer.post(f"batches/{batch['id']}/items/", {"items": [{"media_url": "ftp://x"}]})
    answer = producer.post(f"batches/{batch['id']}/send/", {"unsure_too": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_send")


def test_rows_page_in_their_order(producer):
    batch = begin(producer)
    producer.post(f"batches/{batch['id']}/items/", rows(5))
    path, seen = f"batches/{batch['id']}/items/?page_size=2", []
    while path:
        page = producer.get(path).json()
        seen += [row["position"] for row in page["results"]]
        path = page["next"]
    assert seen == [1, 2, 3, 4, 5]
    found = producer.get(f"batches/{batch['id']}/items/", verdict="green").json()
    assert found["results"] == []


def test_a_viewers_key_sees_no_drafts(in_team):
    looker = Caller(make_api_key(in_team, Role.VIEWER)[1])
    assert looker.get("batches/").status_code == 403
