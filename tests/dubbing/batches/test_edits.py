from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import BatchItem
from dubbing.services.batches import (
    StaleRowsError,
    edit_items,
    merge_item,
    remove_items,
    restore_items,
    typed_values,
)
from dubbing.states import Verdict


def fresh(item: BatchItem) -> BatchItem:
    return BatchItem.objects.get(pk=item.pk)


def test_languages_are_added_to_many_rows_and_each_stays_itself(batch, actor, add):
    items = [*add(2), *add(1, languages=["ja-JP"])]
    changed = edit_items(
        batch=batch, actor=actor, items=items, changes={"add_languages": ["fr-FR", "de-DE"]}
    )
    assert len(changed) == 3
    assert [fresh(item).languages for item in items] == [
        ["de-DE", "fr-FR"],
        ["de-DE", "fr-FR"],
        ["ja-JP", "fr-FR", "de-DE"],
    ]


def test_rows_that_have_it_already_do_not_change(batch, actor, add):
    items = add(2)
    assert edit_items(batch=batch, actor=actor, items=items, changes={"locale": "en-US"}) == []
    assert fresh(items[0]).revision == items[0].revision


def test_mending_a_row_takes_its_fault_away(batch, actor, add):
    [item] = add(1, locale="xx-XX")
    assert item.verdict == Verdict.RED
    edit_items(batch=batch, actor=actor, items=[item], changes={"locale": "fr-FR"})
    mended = fresh(item)
    assert mended.faults == {} and mended.verdict == Verdict.CHECKING


def test_a_wrong_value_is_kept_and_told(batch, actor, add):
    [item] = add(1)
    edit_items(batch=batch, actor=actor, items=[item], changes={"end_time": "never"})
    assert fresh(item).end_time == "never"
    assert fresh(item).faults["end_time"][0]["code"] == "invalid_time"


def test_a_new_project_does_not_send_a_checked_row_back_to_checking(batch, actor, add, pass_checks):
    [item] = add(1)
    pass_checks()
    edit_items(batch=batch, actor=actor, items=[item], changes={"project": "Autumn"})
    assert fresh(item).verdict == Verdict.GREEN and fresh(item).check_due_at is None
    edit_items(batch=batch, actor=actor, items=[item], changes={"start_time": "1:00"})
    assert fresh(item).verdict == Verdict.CHECKING and fresh(item).check_due_at


def test_a_stale_revision_changes_nothing(batch, actor, add):
    [item] = add(1)
    seen = {item.pk: item.revision}
    edit_items(batch=batch, actor=actor, items=[item], changes={"title": "A"}, revisions=seen)
    with pytest.raises(StaleRowsError):
        edit_items(batch=batch, actor=actor, items=[item], changes={"title": "B"}, revisions=seen)
    assert fresh(item).title == "A"


def test_two_people_on_different_fields_of_a_row_both_keep_theirs(batch, actor, add):
    [item] = add(1)
    was = typed_values(item)
    edit_items(batch=batch, actor=actor, items=[item], changes={"project": "Theirs"})
    merged = merge_item(batch=batch, actor=actor, item=item, typed=was | {"title": "Mine"}, was=was)
    assert merged.clashes == []
    assert (merged.item.project, merged.item.title) == ("Theirs", "Mine")


def test_two_people_on_one_field_are_shown_both_values(batch, actor, add):
    [item] = add(1)
    was = typed_values(item)
    edit_items(batch=batch, actor=actor, items=[item], changes={"title": "Theirs"})
    typed = was | {"title": "Mine", "reference": "r-1"}
    merged = merge_item(batch=batch, actor=actor, item=item, typed=typed, was=was)
    [clash] = merged.clashes
    assert (clash.name, clash.theirs, clash.mine) == ("title", "Theirs", "Mine")
    assert (merged.item.title, merged.item.reference) == ("Theirs", "r-1")
    # The form comes again with what it was told: undecided, it still changes nothing …
    now = typed_values(merged.item)
    again = merge_item(
        batch=batch, actor=actor, item=item, typed=typed, was=now, undecided={"title"}
    )
    assert again.item.title == "Theirs" and again.clashes
    # … until the person has decided.
    decided = merge_item(batch=batch, actor=actor, item=item, typed=typed, was=now)
    assert decided.item.title == "Mine"


def test_a_value_that_cannot_be_kept_does_not_hold_back_the_others(batch, actor, add):
    [item] = add(1)
    was = typed_values(item)
    typed = was | {"speakers_count": "two", "title": "Mine"}
    merged = merge_item(batch=batch, actor=actor, item=item, typed=typed, was=was)
    assert set(merged.faults) == {"speakers_count"} and merged.item.title == "Mine"


def test_rows_taken_out_come_back_as_they_were(batch, actor, add):
    items = add(5)
    moment = remove_items(batch=batch, actor=actor, items=items[1:3])
    assert batch.rows.kept().count() == 3
    assert restore_items(batch=batch, actor=actor, removed_at=moment) == 2
    kept = batch.rows.kept().order_by("position")
    assert [item.pk for item in kept] == [item.pk for item in items]


def test_rows_on_their_way_are_left_alone(batch, actor, add):
    items = add(2)
    batch.rows.filter(pk=items[0].pk).update(send_asked_at="2026-01-01T00:00Z")
    changed = edit_items(batch=batch, actor=actor, items=items, changes={"title": "New"})
    assert [item.pk for item in changed] == [items[1].pk]
    assert remove_items(batch=batch, actor=actor, items=items[:1]) is None
    with pytest.raises(ValidationError) as caught:
        merge_item(batch=batch, actor=actor, item=items[0], typed={"title": "x"}, was={})
    assert caught.value.code == "row_closed"


def test_a_thousand_rows_change_in_a_handful_of_statements(
    batch, actor, add, django_assert_max_num_queries
):
    add(1000)
    with django_assert_max_num_queries(16):
        changed = edit_items(
            batch=batch, actor=actor, items=batch.rows.all(), changes={"add_languages": "fr-FR"}
        )
    assert len(changed) == 1000
