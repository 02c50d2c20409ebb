"""The archives that lists are measured on are ones that the desk itself could have."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.scoping import all_teams, team_scope
from benchmarks.scale import FOREIGN_KEYS, INDEXES, TABLES, Filled, fill
from benchmarks.scale_words import rare_word
from dubbing.models import Asset, AssetWords, Dubbing, Version
from dubbing.states import MERGED_STAGES, AssetStatus, DubbingStatus, VersionStatus, stage_of


def shape() -> list[list[tuple[str, ...]]]:
    """Keys and indexes of the tables that are filled."""
    with connection.cursor() as cursor:
        found = []
        for question in (FOREIGN_KEYS, INDEXES):
            cursor.execute(question, [TABLES])
            found.append(sorted(cursor.fetchall()))
    return found


@pytest.fixture
def filled(db: None) -> Filled:
    return fill(300)


def test_keys_and_indexes_are_as_before(db: None) -> None:
    before = shape()
    fill(300)
    assert shape() == before


def test_every_row_passes_its_own_checks(filled: Filled) -> None:
    assert (filled.videos, filled.dubs) == (10, 300)
    with all_teams("test"):
        for row in [*Asset.objects.all(), *Dubbing.objects.all()[::7], *Version.objects.all()[::7]]:
            row.full_clean(validate_unique=False)


def test_stages_are_what_engine_and_people_say(filled: Filled) -> None:
    with all_teams("test"):
        for dubbing in Dubbing.objects.select_related("current"):
            version = dubbing.current
            engine = stage_of(
                AssetStatus.READY,
                DubbingStatus(dubbing.status),
                VersionStatus(version.status) if version else None,
            )
            assert dubbing.stage == MERGED_STAGES[engine, dubbing.review]
            assert dubbing.versions_count == (version is not None)


def test_words_are_found(filled: Filled) -> None:
    with team_scope(filled.team.pk):
        assert Asset.objects.matching(rare_word(1)).exists()
        assert AssetWords.objects.count() == Asset.objects.count() == 10
