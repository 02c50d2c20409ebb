"""All that people said of a video, over its languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dubbing.models import Note, StatusChange
from dubbing.screens.asset import AssetScreen, LanguageRow
from dubbing.screens.notes import NotesScreen, threads_of
from dubbing.states import REVIEW_BADGES, Badge, ReviewState

DECISIONS_SHOWN = 100


@dataclass(frozen=True)
class LanguageReview:
    """One language with its verdict and its notes."""

    row: LanguageRow
    notes: NotesScreen

    @property
    def badge(self) -> Badge:
        return REVIEW_BADGES[ReviewState(self.row.dubbing.review)]


@dataclass(frozen=True)
class AssetReviewScreen:
    screen: AssetScreen

    @cached_property
    def languages(self) -> list[LanguageReview]:
        """Those with open notes first, then by name."""
        member = self.screen.membership
        threads = threads_of(Note.objects.filter(asset=self.screen.asset), member)
        found = [
            LanguageReview(row, NotesScreen(row.dubbing, member, threads.get(row.dubbing.pk, [])))
            for row in self.screen.rows
        ]
        return sorted(found, key=lambda language: not language.notes.open)

    @cached_property
    def decisions(self) -> list[Any]:
        """Newest first."""
        rows = StatusChange.objects.filter(asset=self.screen.asset, after__in=ReviewState.values)
        related = ("dubbing__locale", "version", "actor", "actor_key")
        return list(rows.select_related(*related).order_by("-pk")[:DECISIONS_SHOWN])
