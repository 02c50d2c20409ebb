"""A bulk action in words: what it would do, what it does, what became of each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from dubbing.models import BulkAction, BulkRow
from dubbing.screens.amounts import whole_minutes_words
from dubbing.screens.quotes import Quote, quote_for
from dubbing.screens.waiting import delay_words
from dubbing.services.bulk import UNDO_FOR, Foresight, can_undo, foresee, values_words
from dubbing.services.money import Piece
from dubbing.states import (
    BULK_BADGES,
    SENDING_VERBS,
    VERBS_WITH_VALUES,
    VIDEO_VERBS,
    WORKING_BULK,
    Badge,
    BulkOutcome,
    BulkState,
    BulkVerb,
    bulk_outcome_badge,
)

ROWS = 100
LISTED = 30
NOT_DONE = (BulkOutcome.REFUSED, BulkOutcome.STALE, BulkOutcome.KEPT)
# “Set the due date of 12 dubs?”; the button says the verb alone.
TITLES = {
    BulkVerb.ASSIGN: ("Assign {}", "Assign"),
    BulkVerb.DUE: ("Set the due date of {}", "Set the date"),
    BulkVerb.PRIORITY: ("Set the priority of {}", "Set the priority"),
    BulkVerb.ADD_TAGS: ("Tag {}", "Add the tags"),
    BulkVerb.REMOVE_TAGS: ("Take tags off {}", "Take them off"),
    BulkVerb.PROJECT: ("Put {} into a project", "Set the project"),
    BulkVerb.HIDE: ("Hide {}", "Hide"),
    BulkVerb.GENERATE: ("Generate {}", "Generate"),
    BulkVerb.RETRY: ("Retry {}", "Retry"),
    BulkVerb.ADD_LANGUAGES: ("Add languages to {}", "Add the languages"),
}
KEPT_WORDS = {
    BulkVerb.HIDE: "They leave the lists; Panjaya keeps them, and so does this desk.",
    BulkVerb.GENERATE: "Editing is locked while Panjaya makes the films.",
}


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def length_of(pieces: tuple[Piece, ...]) -> str:
    """In words; empty where nothing is known."""
    lengths = (piece.seconds * piece.languages for piece in pieces if piece.seconds is not None)
    seconds = sum(lengths, Decimal(0))
    return whole_minutes_words(seconds) if seconds else ""


@dataclass(frozen=True)
class BulkWords:
    """What every place says of an action."""

    action: BulkAction

    @property
    def verb(self) -> BulkVerb:
        return BulkVerb(self.action.verb)

    @property
    def noun(self) -> str:
        return "video" if self.verb in VIDEO_VERBS else "dub"

    @property
    def badge(self) -> Badge:
        return BULK_BADGES[BulkState(self.action.state)]

    @property
    def title(self) -> str:
        return TITLES[self.verb][0].format(counted(self.action.total, self.noun))

    @cached_property
    def values(self) -> str:
        return values_words(self.verb, self.action.values)

    @property
    def who(self) -> str:
        return str(self.action.created_by or self.action.created_by_key or "The desk")

    @property
    def is_sending(self) -> bool:
        return self.verb in SENDING_VERBS


@dataclass(frozen=True)
class BulkConfirmation(BulkWords):
    """Before the yes."""

    @cached_property
    def seen(self) -> Foresight:
        return foresee(self.action)

    @property
    def needs_values(self) -> bool:
        return self.verb in VERBS_WITH_VALUES

    @property
    def asks_first(self) -> bool:
        """Its price depends on what is said: that is asked before the yes."""
        return self.verb == BulkVerb.ADD_LANGUAGES and not self.action.values

    @property
    def about(self) -> str:
        if self.noun == "video":
            return ""
        return f"In {counted(self.seen.videos, 'video')}."

    @property
    def able_words(self) -> str:
        """Only where some of them cannot."""
        if not self.seen.refusals:
            return ""
        if not self.seen.able:
            return "None of them can:"
        return (
            f"{counted(self.seen.able, self.noun)} can, {self.seen.rows - self.seen.able:,} cannot:"
        )

    @property
    def has_price(self) -> bool:
        return bool(self.seen.pieces)

    @cached_property
    def quote(self) -> Quote | None:
        """Of what is counted when it is sent; generating was counted with its dub."""
        if self.verb == BulkVerb.GENERATE or not self.seen.pieces:
            return None
        return quote_for(team_id=self.action.team_id, pieces=self.seen.pieces)

    @property
    def length(self) -> str:
        return length_of(self.seen.pieces)

    @property
    def kept(self) -> str:
        return KEPT_WORDS.get(self.verb, "")

    @property
    def undo_words(self) -> str:
        if not self.is_sending:
            minutes = int(UNDO_FOR.total_seconds() // 60)
            return f"For {minutes} minutes it can be undone; what somebody changes meanwhile stays."
        return delay_words()

    @property
    def label(self) -> str:
        """“Generate · 96 min”, the price before the press."""
        if self.asks_first:
            return "Show the price"
        parts = [TITLES[self.verb][1]]
        if self.length:
            parts.append(self.length)
        if self.quote is not None and self.quote.estimate.amount:
            sum_ = self.quote.estimate
            parts.append(f"{sum_.amount:,.2f}\N{NO-BREAK SPACE}{sum_.currency}")
        return " · ".join(parts)

    @property
    def may_begin(self) -> bool:
        return self.seen.able > 0


@dataclass(frozen=True)
class ReportRow:
    row: BulkRow
    badge: Badge

    @property
    def url(self) -> str:
        dubbing = self.row.dubbing
        if dubbing is not None and dubbing.current_id:
            return reverse("dubbing:version-detail", args=[dubbing.current_id])
        return reverse("dubbing:asset-detail", args=[self.row.asset_id])


@dataclass(frozen=True)
class Part:
    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class BulkReport(BulkWords):
    """`outcome`: only rows of it; `after`: the last row that was shown already."""

    outcome: str = ""
    after: int = 0
    now: datetime = field(default_factory=timezone.now)

    @property
    def is_working(self) -> bool:
        return self.action.state in WORKING_BULK

    @property
    def asks_every(self) -> str:
        """How often the page asks anew; empty where nothing will change without anybody here.

        Commands leave one after another: with the last of them “Undo” is over.
        """
        if self.is_working:
            return "1s"
        return "5s" if self.is_sending and self.may_undo else ""

    @cached_property
    def counts(self) -> dict[str, int]:
        rows = self.action.rows.order_by().values_list("outcome").annotate(count=Count("pk"))
        return dict(rows)

    @property
    def progress(self) -> str:
        done = min(self.action.done, self.action.total)
        return f"{done:,} of {counted(self.action.total, self.noun)}"

    def badge_of(self, outcome: str) -> Badge:
        return bulk_outcome_badge(self.verb, BulkOutcome(outcome))

    @property
    def sentence(self) -> str:
        """“10 done · 2 not possible”."""
        said = [
            f"{self.counts[outcome]:,} {self.badge_of(outcome).label.lower()}"
            for outcome in BulkOutcome
            if self.counts.get(outcome)
        ]
        return " · ".join(said)

    @cached_property
    def may_undo(self) -> bool:
        return can_undo(self.action, now=self.now)

    @property
    def undo_until(self) -> datetime | None:
        """Of local edits; each command has its own moment."""
        if self.is_sending or self.action.finished_at is None:
            return None
        return self.action.finished_at + UNDO_FOR

    @property
    def all_went_well(self) -> bool:
        return self.action.state == BulkState.DONE and not any(
            self.counts.get(outcome) for outcome in NOT_DONE
        )

    @cached_property
    def _found(self) -> list[BulkRow]:
        rows = self.action.rows.filter(pk__gt=self.after)
        if self.outcome:
            rows = rows.filter(outcome=self.outcome)
        return list(rows.select_related("asset", "dubbing__locale")[: ROWS + 1])

    @property
    def rows(self) -> list[ReportRow]:
        return [ReportRow(row, self.badge_of(row.outcome)) for row in self._found[:ROWS]]

    @property
    def parts(self) -> list[Part]:
        every = Part("All", self.action.total, self._url(), not self.outcome)
        return [every] + [
            Part(
                self.badge_of(outcome).label,
                count,
                self._url(outcome=outcome),
                outcome == self.outcome,
            )
            for outcome in BulkOutcome
            if (count := self.counts.get(outcome, 0)) or outcome == self.outcome
        ]

    def _url(self, **query: Any) -> str:
        address = reverse("dubbing:bulk-detail", args=[self.action.pk])
        said = {name: str(value) for name, value in query.items() if value}
        return f"{address}?{urlencode(said)}" if said else address

    @property
    def next_url(self) -> str:
        if len(self._found) <= ROWS:
            return ""
        return self._url(outcome=self.outcome, after=self._found[ROWS - 1].pk)

    @property
    def first_url(self) -> str:
        return self._url(outcome=self.outcome) if self.after else ""

    @property
    def live_url(self) -> str:
        address = reverse("dubbing:bulk-progress", args=[self.action.pk])
        said = {"outcome": self.outcome, "after": self.after}
        return f"{address}?{urlencode({name: value for name, value in said.items() if value})}"

    @property
    def revision(self) -> str:
        return f"{self.action.revision}-{self.action.state}-{int(self.may_undo)}"


def newest_actions() -> list[BulkWords]:
    rows = BulkAction.objects.begun().select_related("created_by", "created_by_key")
    return [BulkWords(action) for action in rows.order_by("-pk")[:LISTED]]
