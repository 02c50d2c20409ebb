"""The stage of a dub is the engine's word and people's verdict, of its current version."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from dubbing.models import Asset, Dubbing
from dubbing.remote.types import AssetWord, VersionSnapshot, VersionWord
from dubbing.services.stages import restage_dubbing
from dubbing.states import (
    BADGES,
    MERGED_STAGES,
    VERSION_STAGES,
    AssetStatus,
    ReviewState,
    Stage,
    VersionStatus,
    merged_stages,
)
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.services.test_mirror import look, snapshot_of, version_of
from tests.dubbing.signing import body_for, deliver

ENGINE_STAGES = frozenset(Stage) - {Stage.IN_REVIEW, Stage.APPROVED, Stage.REVISION_ASKED}


@pytest.fixture
def asset(in_team) -> Asset:
    asset = make_asset(in_team, remote_id="a1", status=AssetStatus.PROCESSING)
    make_dubbing(asset)
    return asset


def say(review: ReviewState) -> None:
    Dubbing.objects.update(review=review, review_reason="Because")


def draft(remote_id: str = "v1") -> VersionSnapshot:
    return version_of(VersionWord.READY_TO_EDIT, remote_id)


def test_every_pair_of_engine_and_review_has_a_stage_that_can_be_shown():
    assert set(MERGED_STAGES) == set(product(ENGINE_STAGES, ReviewState))
    assert set(MERGED_STAGES.values()) == set(Stage) == set(BADGES)


def test_what_people_say_counts_only_while_there_is_something_to_look_at():
    for stage in ENGINE_STAGES - {Stage.READY, Stage.FINISHED}:
        assert set(merged_stages(stage).values()) == {stage}


@pytest.mark.parametrize(("status", "review"), list(product(VersionStatus, ReviewState)))
def test_a_row_is_kept_in_the_stage_of_the_table(in_team, status, review):
    asset = make_asset(in_team)
    dubbing = make_version(asset, status=status).dubbing
    dubbing.review = review
    restage_dubbing(asset, dubbing)
    dubbing.refresh_from_db()
    assert dubbing.stage == MERGED_STAGES[VERSION_STAGES[status], review]


@pytest.mark.parametrize("review", ReviewState)
def test_a_callback_stages_by_the_same_table(client, in_team, review):
    asset = make_asset(in_team)
    version = make_version(asset, status=VersionStatus.GENERATING)
    say(review)
    deliver(client, asset, body_for(asset, "version_generated", version))
    assert Dubbing.objects.get().stage == MERGED_STAGES[Stage.FINISHED, review]


def test_the_newest_version_is_the_current_one(asset):
    look(asset, snapshot_of(draft("v1")))
    look(asset, snapshot_of(draft("v1"), draft("v2")))
    dubbing = Dubbing.objects.select_related("current").get()
    assert (dubbing.current.number, dubbing.versions_count) == (2, 2)


def test_a_pinned_version_stays_current_and_gives_the_stage(asset):
    look(asset, snapshot_of(draft("v1")))
    Dubbing.objects.update(is_pinned=True)
    look(asset, snapshot_of(draft("v1"), version_of(VersionWord.FAILED, "v2")))
    dubbing = Dubbing.objects.select_related("current").get()
    assert (dubbing.current.number, dubbing.versions_count) == (1, 2)
    assert dubbing.stage == Stage.READY


def test_a_callback_of_another_version_than_the_current_one_leaves_the_stage(client, in_team):
    asset = make_asset(in_team)
    older = make_version(asset, status=VersionStatus.GENERATING)
    make_version(asset, status=VersionStatus.READY_TO_EDIT)
    deliver(client, asset, body_for(asset, "version_generated", older))
    assert Dubbing.objects.get().stage == Stage.READY


def test_a_newer_version_begins_its_review_anew(asset):
    look(asset, snapshot_of(draft("v1")))
    say(ReviewState.REVISION_ASKED)
    look(asset, snapshot_of(draft("v1"), draft("v2")))
    dubbing = Dubbing.objects.get()
    assert (dubbing.review, dubbing.review_reason) == (ReviewState.NOT_STARTED, "")
    assert dubbing.work_revision == 2


def test_an_approved_film_that_is_reopened_is_to_be_reviewed_again(asset):
    look(asset, snapshot_of(version_of(VersionWord.COMPLETED)))
    say(ReviewState.APPROVED)
    look(asset, snapshot_of(draft()))
    dubbing = Dubbing.objects.get()
    assert (dubbing.review, dubbing.stage) == (ReviewState.NOT_STARTED, Stage.READY)


def test_an_asked_revision_stays_asked_when_the_film_is_reopened_for_it(asset):
    look(asset, snapshot_of(version_of(VersionWord.COMPLETED)))
    say(ReviewState.REVISION_ASKED)
    look(asset, snapshot_of(draft()))
    dubbing = Dubbing.objects.get()
    assert (dubbing.review, dubbing.stage) == (ReviewState.REVISION_ASKED, Stage.REVISION_ASKED)


def test_why_it_failed_is_kept_with_the_stage(asset):
    failed = {"status": AssetWord.FAILED, "raw_status": "Failed", "error_code": "NoSpeech"}
    look(asset, snapshot_of(**failed))
    dubbing = Dubbing.objects.get()
    assert (dubbing.stage, dubbing.failure_code) == (Stage.FAILED, "NoSpeech")


@pytest.mark.parametrize("stage", Stage)
def test_only_what_is_finished_is_never_overdue(in_team, stage):
    yesterday = timezone.localdate() - timedelta(days=1)
    dubbing = make_dubbing(make_asset(in_team), stage=stage, due_on=yesterday)
    assert dubbing.is_overdue == (stage != Stage.FINISHED)
    dubbing.due_on = timezone.localdate()
    assert not dubbing.is_overdue
