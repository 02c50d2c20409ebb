"""What needs somebody now, said once for page, mail and API."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dubbing.services.attention.concerns import (
    COUNTED,
    Button,
    Concern,
    Viewer,
    count_words,
    things,
)
from dubbing.services.attention.dubs import dub_concerns
from dubbing.services.attention.looks import look_at_slow
from dubbing.services.attention.news import News, news_since
from dubbing.services.attention.standstills import standstill_concerns
from dubbing.services.attention.visits import last_here, note_visit

__all__ = [
    "COUNTED",
    "Button",
    "Concern",
    "News",
    "Viewer",
    "count_words",
    "find_concerns",
    "last_here",
    "look_at_slow",
    "news_since",
    "note_visit",
    "things",
]


def find_concerns(*, viewer: Viewer, now: datetime | None = None) -> list[Concern]:
    """Of the active team, what keeps everybody from working first. Empty: nothing to do."""
    now = now or timezone.now()
    return [*standstill_concerns(viewer, now), *dub_concerns(viewer, now)]
