"""What rows come to, said before the verb."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from dubbing.models import Batch, BatchItem
from dubbing.screens.amounts import whole_minutes_words
from dubbing.screens.quotes import Quote, quote_for
from dubbing.screens.waiting import delay_words
from dubbing.services.batches import sendable
from dubbing.services.batches.edits import Items
from dubbing.services.batches.sending import UNSURE
from dubbing.services.money import Piece
from dubbing.states import Verdict
from dubbing.validators import parse_timecode


@dataclass(frozen=True)
class Amount:
    """What rows come to: dubs, and minutes × languages as far as lengths are known."""

    videos: int = 0
    dubs: int = 0
    seconds: Decimal = Decimal(0)
    unknown: int = 0

    @property
    def length(self) -> str:
        return whole_minutes_words(self.seconds)


def amount_of(pieces: Iterable[Piece]) -> Amount:
    videos = dubs = unknown = 0
    seconds = Decimal(0)
    for piece in pieces:
        videos, dubs = videos + 1, dubs + piece.languages
        if piece.seconds is None:
            unknown += 1
        else:
            seconds += piece.seconds * piece.languages
    return Amount(videos, dubs, seconds, unknown)


def _part(duration: Decimal | None, start: str, end: str) -> Decimal | None:
    """Seconds that are dubbed; None where nobody knows yet."""
    try:
        begins = parse_timecode(start) if start else Decimal(0)
        ends = parse_timecode(end) if end else duration
    except ValidationError:
        return None
    return max(Decimal(0), ends - begins) if ends is not None else None


def pieces_of(rows: QuerySet[Any]) -> list[Piece]:
    """For the estimate, one for each row."""
    values = rows.values_list(
        "duration_seconds", "start_time", "end_time", "languages", "lips_model"
    )
    return [
        Piece(_part(duration, start, end), len(languages), lips)
        for duration, start, end, languages, lips in values
    ]


def piece_of_row(item: BatchItem) -> Piece:
    seconds = _part(item.duration_seconds, item.start_time, item.end_time)
    return Piece(seconds, len(item.languages), item.lips_model)


@dataclass(frozen=True)
class Bill:
    """What sending rows comes to."""

    amount: Amount
    quote: Quote

    @property
    def label(self) -> str:
        """`Send 28 videos · 412 min · 618.00 EUR`, as far as it is known."""
        videos, estimate = self.amount.videos, self.quote.estimate
        parts = [f"Send {videos:,} video{'' if videos == 1 else 's'}"]
        if self.amount.seconds:
            parts.append(self.amount.length)
            if estimate.amount is not None:
                parts.append(f"{estimate.amount:,.2f}\N{NO-BREAK SPACE}{estimate.currency}")
        return " · ".join(parts)


def bill_for(*, team_id: uuid.UUID, rows: QuerySet[Any]) -> Bill:
    pieces = pieces_of(rows)
    return Bill(amount_of(pieces), quote_for(team_id=team_id, pieces=pieces))


@dataclass(frozen=True)
class SendingScreen:
    """What pressing Send would do, said before the verb."""

    batch: Batch
    items: Items | None = None
    """The rows that were selected; None: all of them."""

    def rows(self, *, unsure_too: bool) -> Any:
        return sendable(self.batch, items=self.items, unsure_too=unsure_too)

    @property
    def undo_words(self) -> str:
        return delay_words()

    @cached_property
    def bill(self) -> Bill:
        """Of the fit ones."""
        return bill_for(team_id=self.batch.team_id, rows=self.rows(unsure_too=False))

    @cached_property
    def unsure_bill(self) -> Bill:
        rows = self.rows(unsure_too=True).filter(verdict__in=sorted(UNSURE))
        return bill_for(team_id=self.batch.team_id, rows=rows)

    @cached_property
    def whole_bill(self) -> Bill:
        return bill_for(team_id=self.batch.team_id, rows=self.rows(unsure_too=True))

    @property
    def fit(self) -> Amount:
        return self.bill.amount

    @property
    def unsure(self) -> Amount:
        return self.unsure_bill.amount

    @cached_property
    def checking(self) -> int:
        still = [Verdict.CHECKING, Verdict.UNCHECKED]
        return int(self.rows(unsure_too=True).filter(verdict__in=still).count())
