"""What the pages about dubbing need to say: states, lengths, colours of pictures not yet made."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

from django import template

from dubbing.models import LanguageSet
from dubbing.states import BADGES, REVIEW_BADGES, Badge, ReviewState, Stage
from dubbing.validators import format_timecode

register = template.Library()

TILES = 10


@register.filter
def badge(stage: str) -> Badge:
    """Label, group and icon of a stage, for components/badge.html."""
    return BADGES[Stage(stage)]


@register.filter
def review_label(word: str) -> str:
    return REVIEW_BADGES[ReviewState(word)].label


@register.filter
def clock(seconds: Decimal | None) -> str:
    """`2:05:10`, to the second: for lengths."""
    return "" if seconds is None else format_timecode(round(seconds))


@register.filter
def timecode(seconds: Decimal | None) -> str:
    """`2:05:10.250`, to the millisecond: for points in time that somebody typed."""
    return "" if seconds is None else format_timecode(seconds)


@register.filter
def moment(seconds: Decimal | None) -> str:
    """`1:02.5`: a point in time as somebody would say it."""
    text = timecode(seconds)
    return text.rstrip("0") if "." in text else text


@register.filter
def lasting(time: timedelta) -> str:
    """`under a minute`, `12 min`, `2 h 5 min`, `3 days`: how long something takes."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = round(hours / 24)
    return "1 day" if days == 1 else f"{days} days"


@register.filter
def tile(row_id: uuid.UUID) -> int:
    """Which of the tile colours stands in for a missing picture; a row keeps its own."""
    return row_id.int % TILES


@register.filter
def checksum(sha256: str) -> str:
    """Enough of it to compare by eye."""
    return f"{sha256[:8]}…{sha256[-8:]}" if sha256 else ""


@register.simple_tag
def language_sets() -> list[LanguageSet]:
    """The team's named sets, for above a language picker."""
    return list(LanguageSet.objects.all())
