"""The tabs of a video's page: each has an address of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.roles import Can
from dubbing.models import Film, Note
from dubbing.screens.asset import AssetScreen
from dubbing.states import FilmState

LANGUAGES, REVIEW, FILES, HISTORY, TECHNICAL = (
    "languages",
    "review",
    "files",
    "history",
    "technical",
)
LABELS = {
    LANGUAGES: "Languages",
    REVIEW: "Review",
    FILES: "Files",
    HISTORY: "History",
    TECHNICAL: "Technical",
}


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int | None = None


def tab_named(name: str, screen: AssetScreen) -> str:
    """A word that is none of them, or a tab that is not theirs, leads to the first."""
    is_theirs = name != TECHNICAL or screen.membership.can(Can.PRODUCE)
    return name if name in LABELS and is_theirs else LANGUAGES


def tabs_of(screen: AssetScreen, current: str) -> list[Tab]:
    page = reverse("dubbing:asset-detail", args=[screen.asset.pk])
    counts = {
        LANGUAGES: len(screen.rows),
        REVIEW: Note.objects.open().filter(asset=screen.asset).count() or None,
        FILES: Film.objects.filter(asset=screen.asset).exclude(state=FilmState.LOST).count(),
    }
    return [
        Tab(
            label,
            page if name == LANGUAGES else f"{page}?tab={name}",
            name == current,
            counts.get(name),
        )
        for name, label in LABELS.items()
        if tab_named(name, screen) == name
    ]
