from __future__ import annotations

import pytest

from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.models import BulkAction, Dubbing
from dubbing.states import BulkState, VersionStatus
from tests.builders import make_api_key, make_asset, make_connection, make_version
from tests.dubbing.api.caller import Caller


@pytest.fixture
def producer(team):
    make_connection(team)
    return Caller(make_api_key(team)[1])


@pytest.fixture
def pair(team, producer):
    asset = make_asset(team, duration_seconds=60)
    return [make_version(asset, locale).dubbing for locale in ("de-DE", "fr-FR")]


def body(pair, verb="due", **changes):
    given = {"verb": verb, "dubbings": [str(dubbing.pk) for dubbing in pair]}
    return given | ({"values": {"due_on": "2030-01-31"}} if verb == "due" else {}) | changes


def problem(answer):
    told = answer.json()
    return answer.status_code, told.get("code"), sorted(told.get("errors", {}))


def test_a_small_action_is_done_at_once_with_a_result_per_row(producer, pair, team):
    answer = producer.post("bulk/", body(pair))
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert (told["state"], told["total"], told["foresight"]) == ("done", 2, None)
    assert told["values"] == {"due_on": "2030-01-31"}
    rows = producer.get(f"bulk/{told['id']}/rows/").json()["results"]
    assert [(row["dubbing"], row["outcome"], row["reason"]) for row in rows] == [
        (str(dubbing.pk), "done", "") for dubbing in sorted(pair, key=lambda one: one.pk)
    ]
    assert producer.get(f"bulk/{told['id']}/").json() == told
    assert [one["id"] for one in producer.get("bulk/").json()["results"]] == [told["id"]]


def test_rows_page_and_filter_by_outcome(producer, pair, team):
    made = make_version(make_asset(team), status=VersionStatus.COMPLETED).dubbing
    action = producer.post("bulk/", body([*pair, made], "generate")).json()
    rows = f"bulk/{action['id']}/rows/"
    first = producer.get(rows, page_size=2).json()
    second = producer.get(first["next"]).json()
    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None
    [refused] = producer.get(rows, outcome="refused").json()["results"]
    assert refused["reason"].startswith("The film is made.")


def test_a_dry_run_changes_nothing_and_is_confirmed(producer, pair, team):
    made = make_version(make_asset(team), status=VersionStatus.COMPLETED).dubbing
    told = producer.post("bulk/", body([*pair, made], "generate", dry_run=True)).json()
    assert told["state"] == "prepared" and told["foresight"]["able"] == 2
    assert told["foresight"]["refusals"][0]["count"] == 1
    assert told["foresight"]["minutes"] == "2.0000" and told["foresight"]["amount"] is None
    assert producer.get("bulk/").json()["results"] == []
    answer = producer.post(f"bulk/{told['id']}/confirm/", {})
    assert answer.status_code == 202 and answer.json()["state"] == "done"
    again = producer.post(f"bulk/{told['id']}/confirm/", {})
    assert problem(again)[:2] == (409, "bulk_closed")


def test_undo(producer, pair, team):
    told = producer.post("bulk/", body(pair)).json()
    answer = producer.post(f"bulk/{told['id']}/undo/", {})
    assert answer.status_code == 202 and answer.json()["state"] == "undone"
    with team_scope(team.id):
        assert set(Dubbing.objects.values_list("due_on", flat=True)) == {None}
    assert problem(producer.post(f"bulk/{told['id']}/undo/", {}))[:2] == (409, "undo_over")


def test_a_filter_chooses_as_the_lists_do(producer, pair, team):
    given = {"verb": "due", "values": {"due_on": "2030-01-31"}, "filter": {"locale": ["de-DE"]}}
    assert producer.post("bulk/", given).json()["total"] == 1


def test_a_repeat_with_the_same_key_is_one_action(producer, pair, team):
    first = producer.post("bulk/", body(pair), Idempotency_Key="one")
    again = producer.post("bulk/", body(pair), Idempotency_Key="one")
    assert first.json() == again.json()
    with team_scope(team.id):
        assert BulkAction.objects.get().state == BulkState.DONE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"verb": "explode"}, "invalid_choice"),
        ({"dubbings": ["x"]}, "invalid"),
        ({"values": {"due_on": "soon"}}, "invalid_date"),
        ({"values": {}}, "no_values"),
        ({"values": {"due_on": 5}}, "invalid_date"),
        ({"filter": {}}, "two_choices"),
        ({"nonsense": 1}, "unknown_field"),
        ({"verb": "add-tags", "values": {"tags": 5}}, "no_values"),
        ({"verb": "project", "values": {"project": 5}}, "invalid_title"),
        ({"verb": "add-languages", "values": {"languages": [5]}}, "no_values"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(producer, pair, team, changes, code):
    answer = producer.post("bulk/", body(pair) | changes)
    assert answer.status_code == 400, answer.content
    assert f'"{code}"' in answer.content.decode()
    with team_scope(team.id):
        assert not BulkAction.objects.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "required"),
        ({"filter": {"colour": "red"}}, "unknown_filter"),
        ({"filter": {"stage": "purple"}}, "invalid_filter"),
        ({"filter": {"owner": "me"}}, "invalid_filter"),
    ],
)
def test_a_choice_that_is_not_understood_is_never_widened(producer, pair, given, code):
    answer = producer.post("bulk/", {"verb": "hide"} | given)
    assert answer.status_code == 400 and f'"{code}"' in answer.content.decode()


def test_nothing_chosen_and_foreign_rows_are_refused_alike(producer, pair, charlie):
    theirs = make_version(make_asset(charlie.memberships.get().team)).dubbing
    assert problem(producer.post("bulk/", body([theirs])))[:2] == (409, "nothing_chosen")
    assert problem(producer.post("bulk/", body([])))[:2] == (409, "nothing_chosen")


def test_a_key_that_only_looks_is_refused(team, pair):
    looker = Caller(make_api_key(team, Role.VIEWER)[1])
    assert looker.post("bulk/", body(pair)).status_code == 403
