from __future__ import annotations

import pytest

from dubbing.models import Asset, Dubbing, Film, StatusChange, Version
from dubbing.remote.types import (
    AssetSnapshot,
    AssetWord,
    DubbingSnapshot,
    VersionSnapshot,
    VersionWord,
)
from dubbing.services.fences import next_fence
from dubbing.services.mirror import apply_snapshot
from dubbing.states import AssetStatus, Cause, Stage, VersionStatus
from tests.builders import make_asset, make_dubbing


def version_of(word: VersionWord, remote_id: str = "v1", **changes) -> VersionSnapshot:
    return VersionSnapshot(remote_id=remote_id, status=word, raw_status=word.value, **changes)


def snapshot_of(*versions: VersionSnapshot, locale: str = "de-DE", **changes) -> AssetSnapshot:
    fields = {"remote_id": "a1", "status": AssetWord.READY, "raw_status": "Ready"} | changes
    return AssetSnapshot(
        dubbings=(DubbingSnapshot(remote_id="d1", locale=locale, versions=versions),), **fields
    )


@pytest.fixture
def asset(in_team) -> Asset:
    asset = make_asset(in_team, remote_id="a1", status=AssetStatus.PROCESSING)
    make_dubbing(asset)
    return asset


def look(asset: Asset, snapshot: AssetSnapshot, fence=None, **changes) -> bool:
    return apply_snapshot(
        asset_id=asset.pk,
        snapshot=snapshot,
        fence=fence or next_fence(),
        cause=Cause.SNAPSHOT,
        **changes,
    )


def test_first_look_makes_the_version_and_stages_the_dubbing(asset):
    assert look(asset, snapshot_of(version_of(VersionWord.READY_TO_EDIT)))
    version = Version.objects.get()
    assert (version.number, version.status) == (1, VersionStatus.READY_TO_EDIT)
    assert Dubbing.objects.get().stage == Stage.READY


def test_second_equal_look_changes_nothing(asset):
    snapshot = snapshot_of(version_of(VersionWord.READY_TO_EDIT))
    look(asset, snapshot)
    asset.refresh_from_db()
    changes = StatusChange.objects.count()
    assert not look(asset, snapshot)
    before = asset.revision
    asset.refresh_from_db()
    assert asset.revision == before
    assert StatusChange.objects.count() == changes


def test_older_look_never_overwrites_a_newer_one(asset):
    earlier, later = next_fence(), next_fence()
    look(asset, snapshot_of(version_of(VersionWord.COMPLETED)), fence=later)
    look(asset, snapshot_of(version_of(VersionWord.GENERATING)), fence=earlier)
    assert Version.objects.get().status == VersionStatus.COMPLETED


def test_newer_look_may_reopen_a_finished_version(asset):
    look(asset, snapshot_of(version_of(VersionWord.COMPLETED)))
    look(asset, snapshot_of(version_of(VersionWord.READY_TO_EDIT)))
    version = Version.objects.get()
    assert version.status == VersionStatus.READY_TO_EDIT
    look(asset, snapshot_of(version_of(VersionWord.COMPLETED)))
    assert sorted(Film.objects.values_list("generation", flat=True)) == [1, 2]


def test_failed_asset_keeps_code_and_words(asset):
    failure = {"error_code": "NoSpeech", "error_message": "nobody speaks"}
    look(asset, snapshot_of(status=AssetWord.FAILED, raw_status="Failed", **failure))
    asset.refresh_from_db()
    assert (asset.status, asset.error_code) == (AssetStatus.FAILED, "NoSpeech")
    assert StatusChange.objects.get(after="Failed").note == "nobody speaks"
    assert Dubbing.objects.get().stage == Stage.FAILED


def test_unknown_word_is_kept_raw(asset):
    odd = VersionSnapshot(remote_id="v1", status=VersionWord.UNKNOWN, raw_status="Marinating")
    look(asset, snapshot_of(odd))
    version = Version.objects.get()
    assert (version.status, version.raw_status) == (VersionStatus.UNKNOWN, "Marinating")
    assert Dubbing.objects.get().stage == Stage.UNKNOWN


def test_language_added_at_panjaya_is_taken_in(asset):
    look(asset, snapshot_of(version_of(VersionWord.NOT_READY), locale="fr-FR"))
    assert set(Dubbing.objects.values_list("locale_id", flat=True)) == {"de-DE", "fr-FR"}


def test_language_we_do_not_know_is_passed_over(asset):
    look(asset, snapshot_of(version_of(VersionWord.NOT_READY), locale="tlh-XX"))
    assert Dubbing.objects.count() == 1


def test_newest_version_sets_the_stage(asset):
    first = version_of(VersionWord.COMPLETED, "v1")
    second = version_of(VersionWord.READY_TO_EDIT, "v2")
    look(asset, snapshot_of(first, second))
    assert Dubbing.objects.get().stage == Stage.READY
    assert sorted(Version.objects.values_list("number", flat=True)) == [1, 2]


def test_untold_state_is_filled_in_by_the_versions_own_answer(asset):
    bare = VersionSnapshot(remote_id="v1")
    look(asset, snapshot_of(bare), details={"v1": version_of(VersionWord.GENERATING)})
    assert Version.objects.get().status == VersionStatus.GENERATING


def test_loose_version_finds_its_language(asset):
    loose = version_of(VersionWord.READY_TO_EDIT, locale="de-DE")
    look(asset, AssetSnapshot(remote_id="a1", raw_status="Ready", loose_versions=(loose,)))
    assert Version.objects.get().dubbing.locale_id == "de-DE"


def test_duration_is_learnt_from_the_engine_once(asset):
    look(asset, snapshot_of(duration=61.2345))
    asset.refresh_from_db()
    assert str(asset.duration_seconds) == "61.234"
