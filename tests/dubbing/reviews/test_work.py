from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Dubbing, StatusChange
from dubbing.services.work import StaleWorkError, change_work, due_warning, read_work
from dubbing.states import Priority
from tests.builders import make_asset, make_version


def test_owner_reviewer_date_and_priority_are_changed_with_one_sentence_of_history(
    dubbing, actor, alice, rita, django_assert_max_num_queries
):
    changes = read_work(
        {"owner": str(alice.pk), "reviewer": rita.email, "due_on": "2030-12-03", "priority": "High"}
    )
    change_work(dubbings=dubbing, changes=changes, actor=actor)
    now = Dubbing.objects.get()
    assert (now.owner, now.reviewer, now.due_on) == (alice, rita, date(2030, 12, 3))
    assert (now.priority, now.work_revision) == (Priority.HIGH, 2)
    assert StatusChange.objects.get().note == (
        "Owner Alice Ash (before: no owner), reviewer Rita Rowan (before: no reviewer), "
        "due date 3 Dec 2030 (before: no due date), priority high (before: priority normal)"
    )


def test_what_is_left_out_stays_and_none_takes_it_away(dubbing, actor, alice):
    change_work(dubbings=dubbing, changes={"owner": alice, "priority": 4}, actor=actor)
    change_work(dubbings=dubbing, changes={"owner": None}, actor=actor)
    now = Dubbing.objects.get()
    assert (now.owner, now.priority) == (None, 4)


def test_the_page_of_the_video_hears_of_it(dubbing, asset, actor, alice):
    before = asset.revision
    change_work(dubbings=dubbing, changes={"owner": alice}, actor=actor)
    asset.refresh_from_db()
    assert asset.revision == before + 1


def test_repeating_a_change_writes_nothing(dubbing, actor, alice):
    assert change_work(dubbings=dubbing, changes={"owner": alice}, actor=actor) == [dubbing]
    assert change_work(dubbings=dubbing, changes={"owner": alice}, actor=actor) == []
    assert StatusChange.objects.count() == 1


def test_a_stale_edit_is_refused_and_names_both_values(dubbing, actor, alice, rita):
    read = dubbing.work_revision
    change_work(dubbings=dubbing, changes={"owner": rita}, actor=actor, revision=read)
    with pytest.raises(StaleWorkError) as error:
        change_work(dubbings=dubbing, changes={"owner": alice}, actor=actor, revision=read)
    assert error.value.code == "stale_revision"
    assert error.value.messages == [
        "Somebody changed this dub meanwhile. Now it has owner Rita Rowan; "
        "you chose owner Alice Ash."
    ]
    assert Dubbing.objects.get().owner == rita


def test_a_stale_edit_that_wants_what_is_there_already_is_no_quarrel(dubbing, actor, alice):
    change_work(dubbings=dubbing, changes={"owner": alice}, actor=actor, revision=1)
    assert change_work(dubbings=dubbing, changes={"owner": alice}, actor=actor, revision=1) == []


def test_people_of_other_teams_are_refused(dubbing, actor, charlie):
    for given in (str(charlie.pk), charlie.email, "nobody", 7, "someone@nowhere.example"):
        with pytest.raises(ValidationError) as error:
            read_work({"owner": given})
        assert error.value.error_dict["owner"][0].code == "not_a_member"
    with pytest.raises(ValidationError, match="not in this team"):
        change_work(dubbings=dubbing, changes={"owner": charlie}, actor=actor)


def test_who_may_only_look_is_no_reviewer_but_may_own(dubbing, bob):
    assert read_work({"owner": bob.email}) == {"owner": bob}
    with pytest.raises(ValidationError) as error:
        read_work({"reviewer": bob.email})
    assert error.value.error_dict["reviewer"][0].code == "may_not_review"


@pytest.mark.parametrize("given", ["tomorrow", "2026-02-30", "12026-01-01", 5, True, "3.12.2026"])
def test_nonsense_dates_are_refused(in_team, given):
    with pytest.raises(ValidationError) as error:
        read_work({"due_on": given})
    assert error.value.error_dict["due_on"][0].code == "invalid_date"


@pytest.mark.parametrize("given", ["9", "0", "soon", None, True, ""])
def test_nonsense_priorities_are_refused(in_team, given):
    with pytest.raises(ValidationError) as error:
        read_work({"priority": given})
    assert error.value.error_dict["priority"][0].code == "unknown_priority"


def test_all_faults_are_told_at_once(in_team):
    with pytest.raises(ValidationError) as error:
        read_work({"owner": "x", "due_on": "x", "priority": "x"})
    assert set(error.value.error_dict) == {"owner", "due_on", "priority"}


def test_a_past_date_is_taken_and_said():
    assert "has passed already" in due_warning(date(2020, 1, 2))
    assert due_warning(None) == due_warning(date(2999, 1, 1)) == ""


def test_thousands_cost_no_more_statements_than_two(in_team, actor, alice, captured_count):
    few = [make_version(make_asset(in_team)).dubbing for _ in range(2)]
    many = [make_version(make_asset(in_team)).dubbing for _ in range(40)]
    of_few = captured_count(
        lambda: change_work(dubbings=few, changes={"owner": alice}, actor=actor)
    )
    of_many = captured_count(
        lambda: change_work(dubbings=many, changes={"owner": alice}, actor=actor)
    )
    assert of_few == of_many <= 8
    assert Dubbing.objects.filter(owner=alice).count() == 42
