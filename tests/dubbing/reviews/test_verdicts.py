from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from dubbing.models import Dubbing, Note, StatusChange
from dubbing.services.reviews import (
    approve,
    ask_revision,
    pin_version,
    reset_review,
    start_review,
    unpin_version,
    why_not_review,
)
from dubbing.services.stages import restage_dubbing
from dubbing.states import REVIEW_MOVES, ReviewState, Stage, VersionStatus
from tests.builders import make_version

VERDICTS = {
    ReviewState.NOT_STARTED: lambda **given: reset_review(**given),
    ReviewState.IN_REVIEW: lambda **given: start_review(**given),
    ReviewState.APPROVED: lambda **given: approve(**given),
    ReviewState.REVISION_ASKED: lambda **given: ask_revision(**given, reason="The names"),
}


def test_a_draft_is_looked_at_and_approved(dubbing, reviewer, rita):
    start_review(dubbing=dubbing, actor=reviewer)
    assert Dubbing.objects.get().stage == Stage.IN_REVIEW
    approve(dubbing=dubbing, actor=reviewer)
    now = Dubbing.objects.get()
    assert (now.stage, now.review, now.reviewed_by) == (Stage.APPROVED, "approved", rita)
    assert now.reviewed_at is not None
    rows = StatusChange.objects.order_by("pk").values_list("before", "after")
    assert list(rows) == [("not_started", "in_review"), ("in_review", "approved")]


def test_asking_for_a_revision_keeps_the_reason_and_makes_a_note_of_it(dubbing, reviewer, rita):
    ask_revision(
        dubbing=dubbing, actor=reviewer, reason=" Wrong name \r\n twice", at_seconds="1:02"
    )
    now = Dubbing.objects.get()
    assert (now.stage, now.review_reason) == (Stage.REVISION_ASKED, "Wrong name \n twice")
    note = Note.objects.get()
    assert (note.text, note.at_seconds, note.author) == (now.review_reason, Decimal(62), rita)
    assert note.version == now.current


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"reason": ""}, "reason", "note_empty"),
        ({"reason": " \u200b "}, "reason", "note_empty"),
        ({"reason": "x" * 5001}, "reason", "note_too_long"),
        ({"reason": "a\x00b"}, "reason", "invalid_note"),
        ({"reason": "fine", "at_seconds": "1:99"}, "at_seconds", "invalid_time"),
        ({"reason": "fine", "at_seconds": "-1"}, "at_seconds", "negative_time"),
        ({"reason": "fine", "at_seconds": "2:00"}, "at_seconds", "time_outside"),
    ],
)
def test_a_revision_needs_a_reason_and_a_moment_of_the_film(dubbing, actor, given, field, code):
    with pytest.raises(ValidationError) as error:
        ask_revision(dubbing=dubbing, actor=actor, **given)
    assert error.value.error_dict[field][0].code == code
    assert Dubbing.objects.get().review == ReviewState.NOT_STARTED
    assert not Note.objects.exists()


@pytest.mark.parametrize("wanted", ReviewState)
@pytest.mark.parametrize("present", ReviewState)
def test_every_move_that_the_table_has_is_made_and_no_other(asset, dubbing, actor, present, wanted):
    dubbing.review = present
    restage_dubbing(asset, dubbing, also=("review",))
    if wanted in REVIEW_MOVES[present]:
        assert why_not_review(dubbing, wanted) == ""
        VERDICTS[wanted](dubbing=dubbing, actor=actor)
        assert Dubbing.objects.get().review == wanted
    else:
        assert why_not_review(dubbing, wanted)
        with pytest.raises(ValidationError) as error:
            VERDICTS[wanted](dubbing=dubbing, actor=actor)
        assert error.value.code == "not_reviewable"


@pytest.mark.parametrize(
    "status", [VersionStatus.NOT_READY, VersionStatus.GENERATING, VersionStatus.FAILED]
)
def test_while_the_engine_works_or_has_failed_there_is_nothing_to_judge(asset, actor, status):
    dubbing = make_version(asset, "fr-FR", status).dubbing
    with pytest.raises(ValidationError, match="nothing to judge"):
        approve(dubbing=dubbing, actor=actor)


def test_a_finished_film_is_judged_as_well(asset, actor):
    dubbing = make_version(asset, "fr-FR", VersionStatus.COMPLETED).dubbing
    approve(dubbing=dubbing, actor=actor)
    dubbing.refresh_from_db()
    assert (dubbing.stage, dubbing.review) == (Stage.FINISHED, ReviewState.APPROVED)


def test_taking_a_verdict_back_leaves_nothing_of_it(dubbing, actor):
    ask_revision(dubbing=dubbing, actor=actor, reason="The names")
    reset_review(dubbing=dubbing, actor=actor)
    now = Dubbing.objects.get()
    assert (now.review, now.reviewed_by, now.reviewed_at) == ("not_started", None, None)
    assert (now.review_reason, now.stage) == ("", Stage.READY)


def test_a_verdict_on_a_version_that_is_not_the_current_one_is_refused(asset, version, actor):
    make_version(asset)
    with pytest.raises(ValidationError) as error:
        approve(dubbing=version.dubbing, actor=actor, version=version)
    assert error.value.code == "not_current"


def test_a_pinned_version_stays_current_and_begins_its_review_anew(asset, version, actor):
    second = make_version(asset)
    approve(dubbing=version.dubbing, actor=actor, version=second)
    pin_version(version=version, actor=actor)
    now = Dubbing.objects.get()
    assert (now.current, now.is_pinned, now.review) == (version, True, "not_started")
    make_version(asset)
    Dubbing.objects.update(current=version)
    restage_dubbing(asset, Dubbing.objects.get())
    assert Dubbing.objects.get().current == version


def test_unpinned_the_newest_version_is_current_again(asset, version, actor):
    second = make_version(asset)
    pin_version(version=version, actor=actor)
    pin_version(version=version, actor=actor)
    approve(dubbing=version.dubbing, actor=actor, version=version)
    unpin_version(dubbing=version.dubbing, actor=actor)
    unpin_version(dubbing=version.dubbing, actor=actor)
    now = Dubbing.objects.get()
    assert (now.current, now.is_pinned, now.review) == (second, False, "not_started")
    notes = StatusChange.objects.exclude(note="").order_by("pk").values_list("note", flat=True)
    assert list(notes) == [
        "Version 1 stays the current one",
        "The newest version is the current one again",
    ]
