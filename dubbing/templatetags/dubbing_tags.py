"""What the pages about dubbing need to say: states, lengths, colours of pictures not yet made."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django import template

from dubbing.models import LanguageSet
from dubbing.states import BADGES, Badge, Stage
from dubbing.validators import format_timecode

register = template.Library()

TILES = 10


@register.filter
def badge(stage: str) -> Badge:
    """Label, group and icon of a stage, for components/badge.html."""
    return BADGES[Stage(stage)]


@register.filter
def clock(seconds: Decimal | None) -> str:
    """`2:05:10`, to the second: for lengths."""
    return "" if seconds is None else format_timecode(round(seconds))


@register.filter
def timecode(seconds: Decimal | None) -> str:
    """`2:05:10.250`, to the millisecond: for points in time that somebody typed."""
    return "" if seconds is None else format_timecode(seconds)


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
