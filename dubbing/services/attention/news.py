"""“Since you were last here”: what has become of dubs meanwhile, and who wrote something."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Can
from dubbing.models import Dubbing, Note
from dubbing.services.attention.concerns import (
    COUNTED,
    Viewer,
    count_words,
    filter_words,
    list_address,
)
from dubbing.services.retention import first_id_at
from dubbing.states import BADGES, Badge, Group, Stage

# What is told, in this order, in the words for one and for many.
TOLD: dict[Stage, tuple[str, str]] = {
    Stage.FINISHED: ("film finished", "films finished"),
    Stage.FAILED: ("dub failed", "dubs failed"),
    Stage.READY: ("draft ready for review", "drafts ready for review"),
    Stage.APPROVED: ("dub approved", "dubs approved"),
    Stage.REVISION_ASKED: ("revision asked", "revisions asked"),
}
NOTES = Badge("Note", Group.PERSON, "message-circle", "")


@dataclass(frozen=True)
class News:
    """One line; `count` is at most COUNTED + 1."""

    key: str
    badge: Badge
    count: int
    noun: str
    url: str

    @property
    def counted(self) -> str:
        return count_words(self.count)


def news_since(*, viewer: Viewer, since: datetime) -> list[News]:
    """Reviewers are told of their own dubs, everybody else of the team's."""
    rows = Dubbing.objects.shown().filter(stage_since__gte=since)
    if not viewer.can(Can.PRODUCE) and viewer.can(Can.REVIEW):
        rows = rows.filter(Q(owner=viewer.user) | Q(reviewer=viewer.user))
    counts = _count_stages(rows)
    told = [_stage_news(stage, counts[stage], since) for stage in TOLD if counts[stage]]
    return told + (_notes_for(viewer.user, since) if viewer.user is not None else [])


def _count_stages(rows: Any) -> Counter[str]:
    """In one query, which reads at most COUNTED + 1 of each."""
    some = [rows.filter(stage=stage).values_list("stage")[: COUNTED + 1] for stage in TOLD]
    return Counter(stage for (stage,) in some[0].union(*some[1:], all=True))


def _stage_news(stage: Stage, count: int, since: datetime) -> News:
    query = filter_words(stage=stage.value, since=since.isoformat(timespec="seconds"))
    return News(stage.value, BADGES[stage], count, TOLD[stage][count > 1], list_address(query))


def _notes_for(user: User, since: datetime) -> list[News]:
    """On dubs that one owns or reviews, and answers to one's own notes."""
    theirs = Q(dubbing__owner=user) | Q(dubbing__reviewer=user) | Q(reply_to__author=user)
    rows = Note.objects.filter(theirs, pk__gte=first_id_at(since)).exclude(author=user)
    found = list(rows.order_by("pk").values_list("dubbing__current_id", "asset_id")[: COUNTED + 1])
    if not found:
        return []
    version, asset = found[0]
    url = (
        reverse("dubbing:version-detail", args=[version])
        if version
        else reverse("dubbing:asset-detail", args=[asset])
    )
    return [
        News(
            "notes", NOTES, len(found), "note for you" if len(found) == 1 else "notes for you", url
        )
    ]
