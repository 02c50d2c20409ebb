from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Asset, Dubbing, Project, StatusChange
from dubbing.services.assets import show_asset
from dubbing.services.bulk import undo_bulk
from dubbing.services.details import Details, change_details
from dubbing.states import BulkOutcome, BulkVerb
from tests.dubbing.bulk.conftest import outcomes, reasons

DONE, SAME, REFUSED = BulkOutcome.DONE, BulkOutcome.SAME, BulkOutcome.REFUSED
UNDONE, KEPT = BulkOutcome.UNDONE, BulkOutcome.KEPT


def video(dubbing: Dubbing) -> Asset:
    return Asset.objects.get(pk=dubbing.asset_id)


def tag(dubbing: Dubbing, *tags: str) -> None:
    Asset.objects.filter(pk=dubbing.asset_id).update(tags=list(tags))


def rename(asset: Asset, actor, **changes) -> None:
    change_details(asset=asset, details=replace(Details.of(asset), **changes), actor=actor)


def test_two_dubs_of_one_video_are_one_row(act, dubs):
    action = act(BulkVerb.ADD_TAGS, dubs(1, ("de-DE", "fr-FR")), tags="a")
    assert outcomes(action) == [DONE]


def test_tags_are_added_once_whatever_their_case(act, dubs, alice):
    first, second = dubs(2)
    tag(first, "Autumn")
    action = act(BulkVerb.ADD_TAGS, [first, second], tags="autumn, new")
    assert video(first).tags == ["Autumn", "new"] and video(second).tags == ["autumn", "new"]
    assert outcomes(action) == [DONE, DONE]
    note = StatusChange.objects.get(asset=first.asset_id).note
    assert note == "Tagged “autumn”, “new” (in bulk, 2 videos)"
    assert outcomes(act(BulkVerb.ADD_TAGS, [first], tags=["NEW"])) == [SAME]


def test_a_video_with_too_many_tags_is_named_and_the_others_go_on(act, dubs):
    full, empty = dubs(2)
    tag(full, *(f"t{number}" for number in range(20)))
    action = act(BulkVerb.ADD_TAGS, [full, empty], tags="more")
    assert sorted(outcomes(action)) == [DONE, REFUSED]
    assert any("At most 20 tags" in reason for reason in reasons(action))
    assert video(empty).tags == ["more"]


def test_undoing_tags_takes_off_only_what_was_added(act, dubs, actor):
    first, second = dubs(2)
    tag(first, "old", "both")
    action = act(BulkVerb.ADD_TAGS, [first, second], tags="both,new")
    rename(video(second), actor, tags="both, new, later")
    assert outcomes(undo_bulk(action=action, actor=actor)) == [UNDONE, UNDONE]
    assert video(first).tags == ["old", "both"] and video(second).tags == ["later"]


def test_removing_tags_and_putting_them_back(act, dubs, actor):
    first, second = dubs(2)
    tag(first, "Old", "kept")
    action = act(BulkVerb.REMOVE_TAGS, [first, second], tags="old")
    assert video(first).tags == ["kept"] and outcomes(action) == [DONE, SAME]
    undo_bulk(action=action, actor=actor)
    assert video(first).tags == ["kept", "Old"]


def test_a_project_is_made_set_and_taken_back(act, dubs, actor, in_team):
    first, second = dubs(2)
    before = Project.objects.create(team=in_team, name="Before")
    Asset.objects.filter(pk=first.asset_id).update(project=before)
    action = act(BulkVerb.PROJECT, [first, second], project="New one")
    assert video(first).project.name == video(second).project.name == "New one"
    undo_bulk(action=action, actor=actor)
    assert video(first).project == before and video(second).project is None


def test_undo_leaves_a_video_that_was_moved_on(act, dubs, actor):
    [dubbing] = dubs(1)
    action = act(BulkVerb.PROJECT, [dubbing], project="One")
    rename(video(dubbing), actor, project="Two")
    action = undo_bulk(action=action, actor=actor)
    assert outcomes(action) == [KEPT] and "another project since" in reasons(action)[0]
    assert video(dubbing).project.name == "Two"


def test_undo_cannot_put_it_back_into_a_project_that_is_gone(act, dubs, actor, in_team):
    [dubbing] = dubs(1)
    before = Project.objects.create(team=in_team, name="Before")
    Asset.objects.filter(pk=dubbing.asset_id).update(project=before)
    action = act(BulkVerb.PROJECT, [dubbing], project="")
    before.delete()
    action = undo_bulk(action=action, actor=actor)
    assert outcomes(action) == [KEPT] and "not there any more" in reasons(action)[0]


def test_hiding_and_showing_again(act, dubs, actor):
    first, second = dubs(2)
    action = act(BulkVerb.HIDE, [first, second])
    assert video(first).is_hidden and Dubbing.objects.get(pk=first.pk).is_hidden
    show_asset(asset=video(second), actor=actor)
    assert outcomes(act(BulkVerb.HIDE, [first])) == [SAME]
    undo_bulk(action=action, actor=actor)
    assert not video(first).is_hidden and not Dubbing.objects.get(pk=first.pk).is_hidden


@pytest.mark.parametrize(
    ("verb", "values", "field"),
    [
        (BulkVerb.ADD_TAGS, {"tags": " , "}, "tags"),
        (BulkVerb.ADD_TAGS, {"tags": "x" * 51}, "tags"),
        (BulkVerb.PROJECT, {"project": "x" * 201}, "project"),
        (BulkVerb.PROJECT, {"name": "x"}, "project"),
        (BulkVerb.ADD_LANGUAGES, {"languages": []}, "languages"),
        (BulkVerb.ADD_LANGUAGES, {"languages": ["xx-XX"]}, "languages"),
        (BulkVerb.ADD_LANGUAGES, {"languages": "de-DE"}, "languages"),
    ],
)
def test_wrong_values_are_refused_under_their_field(choose, dubs, verb, values, field):
    with pytest.raises(ValidationError) as caught:
        choose(verb, dubs(1), **values)
    assert list(caught.value.error_dict) == [field]
