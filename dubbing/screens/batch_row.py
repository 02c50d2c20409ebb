"""One row of a batch, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.urls import reverse

from dubbing.models import Asset, BatchItem, RateCard
from dubbing.screens.batch_amounts import piece_of_row
from dubbing.screens.standing import asset_badge, done_words
from dubbing.services.batches import NOT_MADE
from dubbing.services.money import Estimate, estimate
from dubbing.states import (
    SPEND_BADGES,
    VERDICT_BADGES,
    Badge,
    Group,
    SpendState,
    Verdict,
)
from dubbing.validators import parse_due

REASONS_SHOWN = 3
CODES_SHOWN = 6
PART = ("start_time", "end_time")
ASKED = Badge("On its way", Group.MOVING, "send", "A worker makes a video of it just now.")
# What pre-flight calls a red and an amber finding; others are no reasons.
FINDING_GROUPS = {
    "red": Group.BROKEN,
    "error": Group.BROKEN,
    "amber": Group.SLOW,
    "warning": Group.SLOW,
}


@dataclass(frozen=True)
class Reason:
    """Why a row is not green, in words; `group` colours it."""

    group: Group
    message: str


@dataclass(frozen=True)
class ItemRow:
    item: BatchItem
    names: Mapping[str, str]
    card: RateCard | None = None
    members: Mapping[str, str] = field(default_factory=dict)
    """E-mail → name."""

    @cached_property
    def badge(self) -> Badge:
        asset: Asset | None = self.item.asset
        if asset is not None:
            is_held = getattr(self.item, "held_since", None) is not None
            return SPEND_BADGES[SpendState.HELD] if is_held else asset_badge(asset)
        if self.item.send_asked_at:
            return ASKED
        return VERDICT_BADGES[Verdict.RED if self.item.faults else Verdict(self.item.verdict)]

    @property
    def pilot(self) -> Badge | None:
        """Where its pilot stands; the full run, once it is sent, speaks for both."""
        pilot: Asset | None = None if self.item.asset_id else self.item.pilot
        return asset_badge(pilot) if pilot is not None else None

    @cached_property
    def done(self) -> str:
        """How many of its languages are, once it was sent."""
        return done_words(self.item.asset) if self.item.asset is not None else ""

    @property
    def is_open(self) -> bool:
        return self.item.asset_id is None and self.item.send_asked_at is None

    @property
    def was_not_made(self) -> bool:
        """Sending it broke something; a person may try again."""
        return self.is_open and any(
            entry["code"] == NOT_MADE for entry in self.item.faults.get("", ())
        )

    @property
    def url(self) -> str:
        if self.item.asset_id:
            return reverse("dubbing:asset-detail", args=[self.item.asset_id])
        return reverse("dubbing:batch-item", args=[self.item.batch_id, self.item.pk])

    @property
    def title(self) -> str:
        """As it will be called: its own title, else what its source is named."""
        return self.item.title or self.source_name or "Untitled video"

    @property
    def source_name(self) -> str:
        if self.item.file_name:
            return str(self.item.file_name)
        path = unquote(urlsplit_safely(self.item.media_url))
        return path.rstrip("/").rpartition("/")[2]

    @property
    def source(self) -> str:
        return str(self.item.media_url or self.item.file_name)

    @cached_property
    def estimate(self) -> Estimate | None:
        """Of all its languages; None while its length is not known, or it has no language."""
        piece = piece_of_row(self.item)
        is_known = piece.seconds is not None and piece.languages
        return estimate([piece], card=self.card) if is_known else None

    @property
    def trim(self) -> str:
        start, end = self.item.start_time, self.item.end_time
        return f"{start or '0:00'} – {end or 'the end'}" if start or end else ""

    @property
    def due(self) -> str:
        """In words, or as typed where it makes no sense."""
        try:
            rule = parse_due(self.item.due)
        except ValidationError:
            return str(self.item.due)
        return str(rule).removesuffix(" after sending") if rule else ""

    @property
    def people(self) -> str:
        """Who judges it."""
        first, _, others = str(self.item.reviewer).partition(";")
        if ":" in first:
            return "by language"
        name = self.members.get(first.strip().lower(), first.strip())
        return f"{name} and others" if others.strip() else name

    @property
    def codes(self) -> list[str]:
        return list(self.item.languages[:CODES_SHOWN])

    @property
    def more_codes(self) -> int:
        return max(0, len(self.item.languages) - CODES_SHOWN)

    @property
    def language_names(self) -> str:
        return ", ".join(self.names.get(code, code) for code in self.item.languages)

    @property
    def source_language(self) -> str:
        return self.names.get(self.item.locale, self.item.locale)

    @property
    def reasons(self) -> list[Reason]:
        if self.item.asset is not None:
            said = self.item.asset.error_message
            return [Reason(self.badge.group, said)] if said else []
        if not self.is_open:
            return []
        faults = [
            Reason(Group.BROKEN, entry["message"])
            for entries in self.item.faults.values()
            for entry in entries
        ]
        if self.badge == VERDICT_BADGES[Verdict.CHECKING]:
            return faults  # what was found before is being looked at again
        told = {reason.message for reason in faults}
        findings = [
            Reason(FINDING_GROUPS.get(entry.get("level", ""), Group.SLOW), entry["message"])
            for entry in self.item.findings
            if entry.get("level") in FINDING_GROUPS and entry["message"] not in told
        ]
        return sorted([*faults, *findings], key=lambda reason: reason.group != Group.BROKEN)

    @property
    def part_faults(self) -> list[str]:
        """What is wrong with the part that is dubbed, in words for the fields where it is typed."""
        found = [self.item.faults.get(name, ()) for name in PART]
        return [entry["message"] for entries in found for entry in entries]

    @property
    def shown_reasons(self) -> list[Reason]:
        return self.reasons[:REASONS_SHOWN]

    @property
    def more_reasons(self) -> int:
        return max(0, len(self.reasons) - REASONS_SHOWN)

    @property
    def state(self) -> str:
        """For the glow: what the row's badge follows from."""
        asset = self.item.asset
        pilot = f"{self.item.pilot_id}:{self.pilot.label}" if self.pilot else ""
        return f"{self.badge.label}:{asset.status if asset else ''}:{self.done}:{pilot}"

    @property
    def subtitles(self) -> int:
        return int(getattr(self.item, "subtitle_count", 0))


def urlsplit_safely(address: str) -> str:
    """The path of an address as typed; nothing where it is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
