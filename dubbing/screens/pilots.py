"""Pilots as people see them: of a row, of several rows, and what the full run would be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from dubbing.models import Asset, BatchItem, Locale
from dubbing.screens.amounts import minutes_words
from dubbing.screens.quotes import Quote, quote_for
from dubbing.screens.standing import asset_badge
from dubbing.services.money import Piece, dubbed_seconds
from dubbing.services.pilots import PILOT_SECONDS, speech_start, why_no_pilot, why_not_promote
from dubbing.states import (
    SETTLED_ASSETS,
    Badge,
    Group,
)
from dubbing.validators import format_timecode


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    is_chosen: bool = False


@dataclass(frozen=True)
class ItemPilot:
    """The pilot of one row: as it stands, or as it may be made."""

    item: BatchItem

    @property
    def pilot(self) -> Asset | None:
        found: Asset | None = self.item.pilot
        return found

    @property
    def badge(self) -> Badge | None:
        return asset_badge(self.pilot) if self.pilot else None

    @property
    def came_to_nothing(self) -> bool:
        return self.pilot is not None and self.pilot.status in SETTLED_ASSETS

    @cached_property
    def why_not(self) -> str:
        return why_no_pilot(self.item)

    @property
    def may_promote(self) -> bool:
        return self.pilot is not None and not why_not_promote(self.pilot)

    @property
    def url(self) -> str:
        return reverse("dubbing:item-pilot", args=[self.item.batch_id, self.item.pk])

    @property
    def live_url(self) -> str:
        return reverse("dubbing:item-pilot-progress", args=[self.item.batch_id, self.item.pk])

    @property
    def is_moving(self) -> bool:
        return self.badge is not None and self.badge.group == Group.MOVING

    @property
    def revision(self) -> str:
        """The same as long as the part would look the same."""
        pilot = self.pilot
        told = (pilot and pilot.pk, pilot and pilot.revision, self.badge, self.why_not)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def languages(self, chosen: Sequence[str] = ()) -> list[Language]:
        """Those of the row; without a choice the first is taken."""
        codes = list(self.item.languages)
        names = names_of(codes)
        taken = set(chosen or codes[:1])
        return [Language(code, names[code], code in taken) for code in codes]

    @property
    def start_words(self) -> str:
        """What a blank start means."""
        at = speech_start(self.item)
        if at:
            return f"Left blank: just before somebody first speaks, {format_timecode(int(at))}."
        return "Left blank: where the part to dub begins."

    @property
    def quote(self) -> Quote:
        """For one language."""
        piece = Piece(PILOT_SECONDS, 1, self.item.lips_model)
        return quote_for(team_id=self.item.team_id, pieces=[piece])


@dataclass(frozen=True)
class SeveralPilots:
    """What pilots of several rows come to, in the first language of each or in all."""

    items: Sequence[BatchItem]

    @cached_property
    def fit(self) -> list[BatchItem]:
        return [item for item in self.items if not why_no_pilot(item)]

    @property
    def others(self) -> list[tuple[BatchItem, str]]:
        told = ((item, why_no_pilot(item)) for item in self.items)
        return [(item, why) for item, why in told if why]

    @cached_property
    def quote(self) -> Quote:
        return self._quote((item, 1) for item in self.fit)

    @cached_property
    def quote_of_all(self) -> Quote:
        return self._quote((item, len(item.languages)) for item in self.fit)

    @property
    def has_more(self) -> bool:
        return any(len(item.languages) > 1 for item in self.fit)

    def _quote(self, parts: Iterable[tuple[BatchItem, int]]) -> Quote:
        pieces = [Piece(PILOT_SECONDS, count, item.lips_model) for item, count in parts]
        team_id = self.items[0].team_id
        return quote_for(team_id=team_id, pieces=pieces)


@dataclass(frozen=True)
class Promotion:
    """The full run that a pilot stands for."""

    pilot: Asset

    @property
    def why_not(self) -> str:
        return why_not_promote(self.pilot)

    @property
    def _plan(self) -> dict[str, Any]:
        return dict(self.pilot.pilot_plan)

    @property
    def title(self) -> str:
        return str(self._plan["title"])

    @cached_property
    def codes(self) -> list[str]:
        return [language["locale"] for language in self._plan["languages"]]

    @cached_property
    def seconds(self) -> Decimal | None:
        """Of one language; None for a link whose length nobody knows."""
        start, end = (self._time(name) for name in ("start_time", "end_time"))
        return dubbed_seconds(duration=self.pilot.duration_seconds, start=start, end=end)

    def _time(self, name: str) -> Decimal | None:
        told = self._plan[name]
        return None if told is None else Decimal(told)

    @cached_property
    def quote(self) -> Quote:
        piece = Piece(self.seconds, len(self.codes), self.pilot.lips_model)
        return quote_for(team_id=self.pilot.team_id, pieces=[piece])

    @property
    def facts(self) -> list[str]:
        names = names_of(self.codes)
        languages = ", ".join(names[code] for code in self.codes)
        return [self._length(len(self.codes)), f"Into {languages}.", *self._warnings()]

    def _length(self, count: int) -> str:
        times = f"{count} language{'' if count == 1 else 's'}"
        if self.seconds is None:
            return f"One video of a length nobody knows yet, in {times}."
        length = minutes_words(self.quote.estimate.minutes)
        clock = format_timecode(round(self.seconds))
        return f"One video: {clock} × {times} = {length} of dubbing."

    def _warnings(self) -> list[str]:
        told = ["As its row was when the pilot was made; later changes of the row are not in it."]
        badge = asset_badge(self.pilot)
        if badge.group == Group.MOVING:
            told.append(f"The pilot itself is not there yet: {badge.label.lower()}.")
        return told


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """An unknown code is its own name."""
    wanted = list(codes)
    known = dict(Locale.objects.filter(code__in=wanted).values_list("code", "name"))
    return {code: known.get(code, code) for code in wanted}
