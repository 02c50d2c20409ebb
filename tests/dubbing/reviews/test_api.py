from __future__ import annotations

import pytest

from accounts.roles import Role
from dubbing.models import Dubbing, Note
from tests.builders import make_api_key, make_asset, make_team, make_version
from tests.dubbing.api.caller import Caller


@pytest.fixture
def api(team) -> Caller:
    return Caller(make_api_key(team, Role.REVIEWER)[1])


@pytest.fixture
def producer(team) -> Caller:
    return Caller(make_api_key(team, Role.PRODUCER)[1])


@pytest.fixture
def path(dubbing) -> str:
    return f"dubbings/{dubbing.pk}/"


def test_a_dubbing_tells_who_has_it_and_what_people_say(producer, path, dubbing, alice, rita):
    answer = producer.patch(path,
        {
            "owner": alice.email, "reviewer": str(rita.pk), "due_on": "2030-12-03",
            "priority": 3, "work_revision": 1,
        },
    )  # fmt: skip
    told = answer.json()
    assert answer.status_code == 200
    assert told["owner"] == {"id": str(alice.pk), "name": "Alice Ash", "email": alice.email}
    assert (told["reviewer"]["name"], told["due_on"]) == ("Rita Rowan", "2030-12-03")
    assert (told["priority"], told["review"], told["work_revision"]) == (3, "not_started", 2)
    assert told["current_version"] == str(dubbing.current_id)
    assert producer.patch(path, {"owner": None}).json()["owner"] is None


def test_an_edit_of_something_older_is_refused_with_both_values(producer, path, alice, rita):
    producer.patch(path, {"owner": rita.email, "work_revision": 1})
    answer = producer.patch(path, {"owner": alice.email, "work_revision": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_revision")
    assert "owner Rita Rowan; you chose owner Alice Ash" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"owner": "stranger@example.org"}, "owner", "not_a_member"),
        ({"reviewer": "bob@example.org"}, "reviewer", "may_not_review"),
        ({"due_on": "soon"}, "due_on", "invalid_date"),
        ({"priority": 9}, "priority", "unknown_priority"),
        ({"priority": "9"}, "priority", "invalid"),
        ({"stage": "approved"}, "stage", "unknown_field"),
    ],
)
def test_nonsense_is_told_by_its_field(producer, path, bob, body, field, code):
    answer = producer.patch(path, body)
    assert answer.status_code == 400
    assert [(fault["field"], fault["code"]) for fault in answer.json()["errors"]] == [(field, code)]


def test_a_review_from_its_beginning_to_its_verdict(api, path, dubbing):
    assert api.post(path + "start-review/", {}).json()["stage"] == "in_review"
    asked = api.post(
        path + "ask-revision/", {"reason": "The name is Marlow.", "at_seconds": "0:09.5"}
    ).json()
    assert (asked["stage"], asked["review_reason"]) == ("revision_asked", "The name is Marlow.")
    note = api.get(path + "notes/").json()["results"][0]
    assert (note["text"], note["at_seconds"]) == ("The name is Marlow.", 9.5)
    assert note["author_key"] == "test"
    version = str(dubbing.current_id)
    approved = api.post(path + "approve/", {"version": version}).json()
    assert (approved["stage"], approved["reviewed_by"]) == ("approved", None)
    assert api.post(path + "reset-review/", {}).json()["review"] == "not_started"


def test_a_verdict_that_is_not_possible_now_is_a_conflict(api, path, asset, version):
    make_version(asset)
    answer = api.post(path + "approve/", {"version": str(version.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_current")
    answer = api.post(path + "reset-review/", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_reviewable")


def test_a_revision_without_a_reason_is_refused(api, path):
    answer = api.post(path + "ask-revision/", {"reason": "  "})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "note_empty"
    assert api.post(path + "ask-revision/", {}).json()["errors"][0]["code"] == "required"


def test_a_repeated_request_writes_one_note(api, path):
    body = {"text": "Too fast", "at_seconds": 9.5}
    first = api.post(path + "notes/", body, Idempotency_Key="once")
    again = api.post(path + "notes/", body, Idempotency_Key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Note.objects.count() == 1


def test_notes_are_answered_resolved_changed_and_deleted(api, producer, path):
    note = api.post(path + "notes/", {"text": "Too fast"}).json()
    at = f"notes/{note['id']}/"
    reply = producer.post(at + "replies/", {"text": "Where?"}).json()
    assert reply["reply_to"] == note["id"]
    assert api.patch(at, {"resolved": True}).json()["resolved_at"]
    assert api.patch(at, {"resolved": False}).json()["resolved_at"] is None
    assert api.patch(at, {"text": "Too slow"}).json()["text"] == "Too slow"
    assert producer.patch(at, {"text": "Mine"}).json()["code"] == "not_author"
    assert api.client.delete(f"/api/v1/{at}").json()["code"] == "note_answered"
    assert producer.client.delete(f"/api/v1/notes/{reply['id']}/").status_code == 204
    assert api.client.delete(f"/api/v1/{at}").status_code == 204
    assert api.get(at).status_code == 404


def test_versions_are_pinned_and_unpinned(producer, asset, version):
    second = make_version(asset)
    pinned = producer.post(f"versions/{version.pk}/pin/", {}).json()
    assert (pinned["current_version"], pinned["is_pinned"]) == (str(version.pk), True)
    loose = producer.client.delete(f"/api/v1/{f'versions/{version.pk}/pin/'}").json()
    assert (loose["current_version"], loose["is_pinned"]) == (str(second.pk), False)


def test_another_teams_version_is_no_version_of_the_dubbing(api, path):
    other = make_version(make_asset(make_team()))
    for verdict in ("approve/", "notes/"):
        answer = api.post(path + verdict, {"version": str(other.pk), "text": "x"})
        assert answer.status_code in (400, 404)
    assert Dubbing.objects.get().review == "not_started"


def test_lists_take_no_more_queries_for_more_people(producer, in_team, captured_count, alice, rita):
    def rows(number: int) -> None:
        for _ in range(number):
            row = make_version(make_asset(in_team)).dubbing
            Dubbing.objects.filter(pk=row.pk).update(owner=alice, reviewer=rita, reviewed_by=rita)

    rows(2)
    producer.get("dubbings/")
    few = captured_count(lambda: producer.get("dubbings/"))
    rows(10)
    assert captured_count(lambda: producer.get("dubbings/")) == few
    few = captured_count(lambda: producer.get("assets/", page_size=2))
    assert captured_count(lambda: producer.get("assets/", page_size=12)) == few
