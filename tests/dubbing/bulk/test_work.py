from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Membership
from dubbing.models import Asset, BulkAction, Dubbing, StatusChange
from dubbing.services.actors import DESK
from dubbing.services.bulk import Selection, begin_bulk, can_undo, prepare_bulk, undo_bulk
from dubbing.services.work import change_work
from dubbing.states import BulkOutcome, BulkState, BulkVerb, Priority
from tests.builders import make_asset, make_version
from tests.dubbing.bulk.conftest import outcomes, reasons, row_of

DONE, SAME, STALE = BulkOutcome.DONE, BulkOutcome.SAME, BulkOutcome.STALE
UNDONE, KEPT = BulkOutcome.UNDONE, BulkOutcome.KEPT


def now(dubbing: Dubbing) -> Dubbing:
    return Dubbing.objects.get(pk=dubbing.pk)


def test_assigning_sets_only_what_was_said(act, dubs, alice, rita):
    first, second = dubs(2)
    Dubbing.objects.filter(pk=first.pk).update(owner=alice)
    action = act(BulkVerb.ASSIGN, [first, second], reviewer=str(rita.pk))
    assert action.state == BulkState.DONE and outcomes(action) == [DONE, DONE]
    assert now(first).reviewer == rita and now(first).owner == alice
    assert now(second).reviewer == rita and now(second).owner is None


def test_due_date_and_priority(act, dubs):
    rows = dubs(2)
    act(BulkVerb.DUE, rows, due_on="2030-01-31")
    act(BulkVerb.PRIORITY, rows, priority="urgent")
    assert now(rows[0]).due_on == date(2030, 1, 31)
    assert now(rows[1]).priority == Priority.URGENT


def test_history_names_the_person_and_that_it_was_one_of_many(act, dubs, alice):
    [first, _] = rows = dubs(2)
    act(BulkVerb.DUE, rows, due_on="2030-01-31")
    change = StatusChange.objects.get(dubbing=first)
    assert change.actor == alice
    assert change.note == "Due date 31 Jan 2030 (before: no due date) (in bulk, 2 dubs)"


def test_every_video_gets_its_next_revision(act, dubs):
    [dubbing] = dubs(1)
    before = Asset.objects.get(pk=dubbing.asset_id).revision
    act(BulkVerb.DUE, [dubbing], due_on="2030-01-31")
    assert Asset.objects.get(pk=dubbing.asset_id).revision == before + 1


def test_what_is_so_already_is_left_alone(act, dubs):
    first, second = dubs(2)
    Dubbing.objects.filter(pk=first.pk).update(due_on=date(2030, 1, 31))
    action = act(BulkVerb.DUE, [first, second], due_on="2030-01-31")
    assert outcomes(action) == [SAME, DONE]
    assert not StatusChange.objects.filter(dubbing=first).exists()


def test_who_was_changed_meanwhile_is_left_alone_and_says_how(choose, dubs, actor, rita):
    first, second = dubs(2)
    action = choose(BulkVerb.ASSIGN, [first, second], owner="")
    Dubbing.objects.filter(pk=second.pk).update(owner=actor.user)
    change_work(dubbings=first, changes={"owner": rita}, actor=actor)
    action = begin_bulk(action=action, actor=DESK)
    assert row_of(action, first).outcome == STALE
    assert "now owner Rita Rowan" in row_of(action, first).reason
    assert now(first).owner == rita and now(second).owner is None


@pytest.mark.parametrize(
    ("verb", "values", "field"),
    [
        (BulkVerb.ASSIGN, {"owner": "nobody@example.org"}, "owner"),
        (BulkVerb.ASSIGN, {"priority": 3}, "owner"),
        (BulkVerb.DUE, {"due_on": "tomorrow"}, "due_on"),
        (BulkVerb.PRIORITY, {"priority": 9}, "priority"),
    ],
)
def test_values_that_cannot_be_are_refused_before_anything_begins(
    choose, dubs, verb, values, field
):
    with pytest.raises(ValidationError) as caught:
        choose(verb, dubs(1), **values)
    assert list(caught.value.error_dict) == [field]
    assert not BulkAction.objects.exists()


def test_a_viewer_is_no_reviewer(choose, dubs, bob):
    with pytest.raises(ValidationError) as caught:
        choose(BulkVerb.ASSIGN, dubs(1), reviewer=str(bob.pk))
    assert caught.value.error_dict["reviewer"][0].code == "may_not_review"


def test_a_person_who_left_meanwhile_is_not_set(choose, dubs, rita):
    action = choose(BulkVerb.ASSIGN, dubs(1), owner=str(rita.pk))
    Membership.objects.filter(user=rita).delete()
    action = begin_bulk(action=action, actor=DESK)
    assert outcomes(action) == [BulkOutcome.REFUSED]
    assert "Nobody of this team" in reasons(action)[0]


def test_undo_puts_back_what_was_there(act, dubs, actor, alice, rita):
    first, second = dubs(2)
    Dubbing.objects.filter(pk=first.pk).update(owner=alice)
    action = act(BulkVerb.ASSIGN, [first, second], owner=str(rita.pk))
    action = undo_bulk(action=action, actor=actor)
    assert action.state == BulkState.UNDONE and outcomes(action) == [UNDONE, UNDONE]
    assert now(first).owner == alice and now(second).owner is None
    assert "undone in bulk, 2 dubs" in StatusChange.objects.filter(dubbing=first).first().note


def test_undo_keeps_what_somebody_changed_since(act, dubs, actor, rita):
    first, second = dubs(2)
    action = act(BulkVerb.DUE, [first, second], due_on="2030-01-31")
    change_work(dubbings=first, changes={"due_on": date(2031, 2, 2)}, actor=actor)
    # Another fact of theirs does not stand in the way.
    change_work(dubbings=now(second), changes={"owner": rita}, actor=actor)
    action = undo_bulk(action=action, actor=actor)
    assert row_of(action, first).outcome == KEPT
    assert "now due date 2 Feb 2031" in row_of(action, first).reason
    assert now(first).due_on == date(2031, 2, 2) and now(second).due_on is None


def test_undo_ends_after_ten_minutes(act, dubs, actor):
    action = act(BulkVerb.DUE, dubs(1), due_on="2030-01-31")
    moment = timezone.now()
    assert can_undo(action, now=moment + timedelta(minutes=9))
    BulkAction.objects.update(finished_at=moment - timedelta(minutes=10))
    action.refresh_from_db()
    assert not can_undo(action, now=moment)
    with pytest.raises(ValidationError) as caught:
        undo_bulk(action=action, actor=actor)
    assert caught.value.code == "undo_over"


def test_a_second_undo_is_refused(act, dubs, actor):
    action = undo_bulk(action=act(BulkVerb.DUE, dubs(1), due_on="2030-01-31"), actor=actor)
    with pytest.raises(ValidationError):
        undo_bulk(action=action, actor=actor)


def test_a_second_yes_is_refused(act, dubs):
    action = act(BulkVerb.DUE, dubs(1), due_on="2030-01-31")
    with pytest.raises(ValidationError) as caught:
        begin_bulk(action=action, actor=DESK)
    assert caught.value.code == "bulk_closed"


def test_without_values_it_does_not_begin(choose, dubs):
    with pytest.raises(ValidationError) as caught:
        begin_bulk(action=choose(BulkVerb.DUE, dubs(1)), actor=DESK)
    assert caught.value.code == "no_values"


def test_an_empty_choice_is_refused_and_leaves_nothing(choose):
    with pytest.raises(ValidationError) as caught:
        choose(BulkVerb.DUE, [], due_on="2030-01-31")
    assert caught.value.code == "nothing_chosen" and not BulkAction.objects.exists()


def test_videos_stand_for_all_their_dubs(actor, in_team, dubs):
    german, french = dubs(1, ("de-DE", "fr-FR"))
    chosen = Selection(assets=[german.asset_id], dubbings=[german.pk])
    action = prepare_bulk(team=in_team, actor=actor, verb=BulkVerb.DUE, selection=chosen)
    assert {row.dubbing_id for row in action.rows} == {german.pk, french.pk}


def test_rows_of_another_team_are_never_chosen(choose, charlie):
    theirs = make_version(make_asset(charlie.memberships.get().team)).dubbing
    with pytest.raises(ValidationError) as caught:
        choose(BulkVerb.DUE, [theirs], due_on="2030-01-31")
    assert caught.value.code == "nothing_chosen"


def test_a_request_that_is_repeated_is_one_action(actor, in_team, dubs):
    submission = in_team.pk
    chosen = Selection(dubbings=[dubs(1)[0].pk])
    given = {"team": in_team, "actor": actor, "verb": BulkVerb.DUE, "selection": chosen}
    first = prepare_bulk(**given, submission=submission)
    assert prepare_bulk(**given, submission=submission) == first
    assert BulkAction.objects.count() == 1
