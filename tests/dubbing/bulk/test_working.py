from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dubbing import wake
from dubbing.models import Asset, BulkAction, BulkRow, Dubbing, OutboxMessage
from dubbing.services import sweep
from dubbing.services.actors import DESK
from dubbing.services.bulk import (
    Selection,
    begin_bulk,
    foresee_generate,
    prepare_bulk,
    run_bulk,
    undo_bulk,
    working,
)
from dubbing.services.retention import prune
from dubbing.states import BulkOutcome, BulkState, BulkVerb
from tests.builders import connection_of
from tests.dubbing.bulk.conftest import outcomes

MANY = 500


@pytest.fixture
def few_at_once(monkeypatch):
    """Turns of three rows."""
    monkeypatch.setattr("dubbing.services.bulk.verbs.EDITS_AT_ONCE", 3)
    monkeypatch.setattr("dubbing.services.bulk.verbs.SENDS_AT_ONCE", 3)


def make_many(team, count: int) -> None:
    """Videos with a dub each, in two statements."""
    engine = connection_of(team)
    common = {
        "team": team,
        "connection": engine,
        "locale_id": "en-US",
        "media_url": "https://x.y/z",
    }
    assets = [Asset(title=f"V{number}", **common) for number in range(count)]
    Asset.objects.bulk_create(assets)
    now = timezone.now()
    Dubbing.objects.bulk_create(
        Dubbing(team=team, asset=asset, locale_id="de-DE", stage_since=now) for asset in assets
    )


def begun_over_many(choose, dubs, count=7, verb=BulkVerb.DUE, **values) -> BulkAction:
    values = values or ({"due_on": "2030-01-31"} if verb == BulkVerb.DUE else {})
    return begin_bulk(action=choose(verb, dubs(count), **values), actor=DESK)


def test_many_rows_are_the_workers(few_at_once, choose, dubs):
    action = begun_over_many(choose, dubs)
    assert action.state == BulkState.WORKING and set(outcomes(action)) == {BulkOutcome.WAITING}
    run_bulk(action_id=action.pk)
    action.refresh_from_db()
    assert action.state == BulkState.DONE and action.done == 7
    assert set(outcomes(action)) == {BulkOutcome.DONE}
    assert action.lease_until is None and action.finished_at is not None


def test_a_worker_that_dies_between_turns_leaves_the_rest_for_the_sweep(few_at_once, choose, dubs):
    action = begun_over_many(choose, dubs, verb=BulkVerb.GENERATE)
    working.run_turn(action_id=action.pk)
    assert outcomes(action).count(BulkOutcome.DONE) == OutboxMessage.objects.count() == 3
    run_bulk(action_id=action.pk)
    assert OutboxMessage.objects.count() == 3, "its lease still runs"
    BulkAction.objects.update(lease_until=timezone.now())
    assert (wake.BULK, action.team_id, action.pk) in sweep._due_rows(timezone.now())
    run_bulk(action_id=action.pk)
    assert OutboxMessage.objects.count() == 7
    assert set(outcomes(action)) == {BulkOutcome.DONE}


def test_a_turn_that_breaks_off_has_done_none_of_its_rows(few_at_once, choose, dubs, monkeypatch):
    action = begun_over_many(choose, dubs, verb=BulkVerb.GENERATE)

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(working, "_progress", die)
        with pytest.raises(SystemExit):
            working.run_turn(action_id=action.pk)
    assert OutboxMessage.objects.count() == 0
    assert set(outcomes(action)) == {BulkOutcome.WAITING}


def test_undoing_many_is_the_workers_too(few_at_once, choose, dubs, actor):
    action = begun_over_many(choose, dubs)
    run_bulk(action_id=action.pk)
    action = undo_bulk(action=action, actor=actor)
    assert action.state == BulkState.UNDOING
    working.run_turn(action_id=action.pk)
    assert outcomes(action).count(BulkOutcome.UNDONE) == 3
    BulkAction.objects.update(lease_until=None)
    run_bulk(action_id=action.pk)
    action.refresh_from_db()
    assert action.state == BulkState.UNDONE and not Dubbing.objects.exclude(due_on=None).exists()


def test_who_is_not_at_work_ends_quietly(choose, dubs):
    action = choose(BulkVerb.HIDE, dubs(1))
    run_bulk(action_id=action.pk)
    assert not working.run_turn(action_id=action.pk)
    assert outcomes(action) == [BulkOutcome.WAITING]


def test_more_rows_in_a_turn_cost_no_more_statements(choose, dubs):
    def statements(count: int) -> int:
        action = choose(BulkVerb.DUE, dubs(count), due_on="2030-01-31")
        BulkAction.objects.filter(pk=action.pk).update(state=BulkState.WORKING)
        with CaptureQueriesContext(connection) as caught:
            working.run_turn(action_id=action.pk)
        return len(caught)

    assert statements(2) == statements(20) <= 25


def test_any_number_of_rows_is_taken_in_a_few_statements_and_done_in_turns(in_team, actor):
    make_many(in_team, MANY)
    with CaptureQueriesContext(connection) as caught:
        action = begin_bulk(
            action=prepare_bulk(
                team=in_team,
                actor=actor,
                verb=BulkVerb.DUE,
                selection=Selection(shown_dubbings=Dubbing.objects.all()),
                values={"due_on": "2030-01-31"},
            ),
            actor=actor,
        )
    assert action.total == MANY and action.state == BulkState.WORKING
    assert len(caught) <= 15
    assert working.run_turn(action_id=action.pk)
    assert BulkRow.objects.filter(outcome=BulkOutcome.DONE).count() == 200


def test_more_than_anybody_means_is_refused_whole(in_team, actor, dubs, monkeypatch):
    monkeypatch.setattr("dubbing.services.bulk.selection.MOST_ROWS", 2)
    dubs(3)
    chosen = Selection(shown_assets=Asset.objects.all())
    with pytest.raises(ValidationError) as caught:
        prepare_bulk(team=in_team, actor=actor, verb=BulkVerb.HIDE, selection=chosen)
    assert caught.value.code == "too_many_chosen" and not BulkAction.objects.exists()
    with pytest.raises(ValidationError):
        foresee_generate(Selection(shown_dubbings=Dubbing.objects.all()))


def test_what_nobody_said_yes_to_is_forgotten_after_a_day(choose, act, dubs):
    rows = dubs(1)
    asked, done = choose(BulkVerb.HIDE, rows), act(BulkVerb.HIDE, rows)
    now = timezone.now()
    prune(now=now + timedelta(hours=23))
    assert BulkAction.objects.count() == 2
    prune(now=now + timedelta(hours=25))
    assert BulkAction.objects.get() == done and asked.rows.count() == 0
    prune(now=now + timedelta(days=91))
    assert not BulkAction.objects.exists() and not BulkRow.objects.exists()
