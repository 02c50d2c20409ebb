"""One batch on the screen: its rows in words, how many are how far, what sending would mean."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, TextChoices
from django.http import QueryDict
from django.urls import reverse

from dubbing.models import Batch, BatchItem, Locale, RateCard
from dubbing.screens.batch_amounts import Bill, bill_for
from dubbing.screens.batch_row import ItemRow
from dubbing.screens.standing import with_stages
from dubbing.services.batches import sendable
from dubbing.services.members import Members
from dubbing.services.money import current_rates
from dubbing.states import BatchState, Group, Verdict

ROWS = 200


class Shown(TextChoices):
    """Which rows the table shows."""

    ALL = "", "all"
    RED = "red", "cannot be sent"
    AMBER = "amber", "look at first"
    CHECKING = "checking", "being checked"
    GREEN = "green", "fit to send"
    SENT = "sent", "sent"


OF_SHOWN: dict[Shown, Q] = {
    Shown.ALL: Q(),
    Shown.RED: Q(asset=None, send_asked_at=None) & (Q(verdict=Verdict.RED) | ~Q(faults={})),
    Shown.AMBER: Q(asset=None, send_asked_at=None, faults={}, verdict=Verdict.AMBER),
    Shown.CHECKING: Q(
        asset=None,
        send_asked_at=None,
        faults={},
        verdict__in=[Verdict.CHECKING, Verdict.UNCHECKED],
    ),
    Shown.GREEN: Q(asset=None, send_asked_at=None, faults={}, verdict=Verdict.GREEN),
    Shown.SENT: Q(asset__isnull=False) | Q(send_asked_at__isnull=False),
}


@dataclass(frozen=True)
class RowFilter:
    """What an address asks of the table; `after` and `before` are places at the page's edges."""

    shown: Shown = Shown.ALL
    after: int | None = None
    before: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> RowFilter:
        """What makes no sense is left out."""
        word = given.get("show", "")
        shown = Shown(word) if word in Shown.values else Shown.ALL
        return cls(shown, _number(given.get("after")), _number(given.get("before")))

    def query(self, **changes: Any) -> str:
        wanted = replace(self, **({"after": None, "before": None} | changes))
        pairs = {"show": wanted.shown.value, "after": wanted.after, "before": wanted.before}
        told = {name: value for name, value in pairs.items() if value not in ("", None)}
        return f"?{urlencode(told)}" if told else ""

    def rows(self, batch: Batch) -> Any:
        return batch.rows.kept().filter(OF_SHOWN[self.shown])


# Without the page's own script a selection comes as one field per row: a page holds 200.
ALL_SHOWN = "all"


def chosen_rows(given: QueryDict, batch: Batch) -> Any:
    """The rows that are ticked, or all that the filter shows, beyond the page too."""
    if given.get("scope") == ALL_SHOWN:
        return RowFilter.read({name: str(value) for name, value in given.items()}).rows(batch)
    return batch.rows.filter(pk__in=read_ids(given.getlist("item")))


def read_ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """What is no id is left out."""
    return [key for text in texts if (key := _uuid(text))]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None


@dataclass(frozen=True)
class Counts:
    """The rows of a batch, each in one of these."""

    total: int = 0
    red: int = 0
    amber: int = 0
    checking: int = 0
    green: int = 0
    asked: int = 0
    made: int = 0

    @property
    def unsent(self) -> int:
        return self.red + self.amber + self.checking + self.green

    @property
    def sent(self) -> int:
        return self.asked + self.made

    def of(self, shown: Shown) -> int:
        return int(getattr(self, shown.value)) if shown else self.total


def count_rows(batch: Batch) -> Counts:
    words = (Shown.RED, Shown.AMBER, Shown.CHECKING, Shown.GREEN)
    conditions = {word.value: Count("pk", filter=OF_SHOWN[word]) for word in words}
    counts = batch.rows.kept().aggregate(
        total=Count("pk"),
        asked=Count("pk", filter=Q(asset=None, send_asked_at__isnull=False)),
        made=Count("pk", filter=Q(asset__isnull=False)),
        **conditions,
    )
    return Counts(**counts)


@dataclass(frozen=True)
class ShownChoice:
    label: str
    count: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class BatchScreen:
    batch: Batch
    asked: RowFilter = field(default_factory=RowFilter)
    editing: frozenset[uuid.UUID] = frozenset()

    @cached_property
    def counts(self) -> Counts:
        return count_rows(self.batch)

    @cached_property
    def _page(self) -> tuple[list[BatchItem], bool, bool]:
        """The rows in their order, and whether there are rows before and after them."""
        rows = self.asked.rows(self.batch).select_related("asset", "pilot")
        rows = with_stages(rows.with_holds("asset_id"), "asset", "pilot")
        placed = Q(subtitles__removed_at=None) & ~Q(subtitles__locale="")
        rows = rows.annotate(subtitle_count=Count("subtitles", filter=placed))
        if self.asked.before is not None:
            rows = rows.filter(position__lt=self.asked.before).order_by("-position", "-pk")
            found = list(rows[: ROWS + 1])
            return found[:ROWS][::-1], len(found) > ROWS, True
        if self.asked.after is not None:
            rows = rows.filter(position__gt=self.asked.after)
        found = list(rows.order_by("position", "pk")[: ROWS + 1])
        return found[:ROWS], self.asked.after is not None, len(found) > ROWS

    @cached_property
    def rows(self) -> list[ItemRow]:
        names = dict(Locale.objects.values_list("code", "name"))
        members = Members().names()
        return [ItemRow(item, names, self.card, members) for item in self._page[0]]

    @property
    def address(self) -> str:
        return reverse("dubbing:batch-detail", args=[self.batch.pk])

    @property
    def here(self) -> str:
        """The query of this very page, to come back to."""
        return self.asked.query(after=self.asked.after, before=self.asked.before)

    @property
    def live_url(self) -> str:
        return reverse("dubbing:batch-rows", args=[self.batch.pk]) + self.here

    @property
    def previous_url(self) -> str:
        items, has_before, _ = self._page
        if not (has_before and items):
            return ""
        return self.address + self.asked.query(before=items[0].position)

    @property
    def next_url(self) -> str:
        items, _, has_after = self._page
        if not (has_after and items):
            return ""
        return self.address + self.asked.query(after=items[-1].position)

    @property
    def first_url(self) -> str:
        """Where a page that has emptied meanwhile leads to."""
        return self.address + self.asked.query() if self.here != self.asked.query() else ""

    @property
    def choices(self) -> list[ShownChoice]:
        """Filters that would show something, and the one that is chosen."""
        return [
            ShownChoice(
                shown.label, self.counts.of(shown), self.asked.query(shown=shown),
                shown == self.asked.shown,
            )
            for shown in Shown
            if shown == self.asked.shown or not shown or self.counts.of(shown)
        ]  # fmt: skip

    @property
    def matched(self) -> int:
        """How many rows the filter shows, on all pages."""
        return self.counts.of(self.asked.shown)

    @property
    def is_open(self) -> bool:
        return self.batch.state in (BatchState.OPEN, BatchState.SENDING)

    @property
    def is_all_sent(self) -> bool:
        """Nothing waits for Send, or for a subtitle file."""
        return bool(self.counts.sent) and not self.counts.unsent

    @property
    def is_sending(self) -> bool:
        return bool(self.batch.state == BatchState.SENDING)

    @property
    def is_discarded(self) -> bool:
        return bool(self.batch.state == BatchState.DISCARDED)

    @property
    def is_moving(self) -> bool:
        """Whether the page changes by itself: soon looked at again."""
        shown = any(row.badge.group == Group.MOVING for row in self.rows)
        return self.is_sending or bool(self.counts.checking) or shown

    @cached_property
    def bill(self) -> Bill:
        """Of the rows that are fit to send."""
        return bill_for(team_id=self.batch.team_id, rows=sendable(self.batch))

    @cached_property
    def card(self) -> RateCard | None:
        return current_rates(team_id=self.batch.team_id)

    @property
    def can_send(self) -> bool:
        counts = self.counts
        return self.is_open and bool(counts.green or counts.amber or counts.checking)

    @property
    def revision(self) -> str:
        """The same as long as the page would look the same."""
        shown = [
            (item.pk, item.revision, item.verdict, item.checked_at, len(item.findings))
            for item in self._page[0]
        ]
        moved = [row.state for row in self.rows]
        subtitles = [row.subtitles for row in self.rows]
        priced = self.card.pk if self.card else None
        told = (
            self.batch.state,
            self.counts,
            priced,
            shown,
            moved,
            subtitles,
            sorted(self.editing),
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
