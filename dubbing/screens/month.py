"""A month in sums: what it came to, against its ceiling, and what waits above it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from dubbing.models import MonthTotal, RateCard, SpendEntry
from dubbing.services.money import current_rates, month_of
from dubbing.services.releases import held_messages
from dubbing.states import SpendState

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


def month_named(text: str) -> date | None:
    """`2026-11`; None for anything else."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def read_month(text: str) -> date:
    """This month for what names none."""
    return month_named(text) or month_of(timezone.now())


@dataclass(frozen=True)
class Ceiling:
    limit: Decimal
    spent: Decimal

    @property
    def percent(self) -> int:
        """At most 100, for the bar."""
        if not self.limit:
            return 100
        return min(100, int(self.spent * 100 / self.limit))

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.limit - self.spent)

    @property
    def group(self) -> str:
        """The look's word: quiet until three quarters, then slow, then broken."""
        if self.percent >= 100:
            return "broken"
        return "slow" if self.percent >= 75 else "moving"


@dataclass(frozen=True)
class MonthSums:
    team_id: uuid.UUID
    month: date

    @cached_property
    def card(self) -> RateCard | None:
        return current_rates(team_id=self.team_id)

    @cached_property
    def totals(self) -> list[MonthTotal]:
        """One for each currency that the month knew; the card's first."""
        rows = list(MonthTotal.objects.filter(month=self.month))
        return sorted(rows, key=lambda row: (row.currency != self.currency, row.currency))

    @property
    def currency(self) -> str:
        return self.card.currency if self.card else ""

    @property
    def total(self) -> MonthTotal:
        for row in self.totals:
            if row.currency == self.currency:
                return row
        return MonthTotal(month=self.month, currency=self.currency)

    @property
    def other_totals(self) -> list[MonthTotal]:
        return [row for row in self.totals if row.currency != self.currency]

    @property
    def ceiling(self) -> Ceiling | None:
        """Of this month only: there is nothing to hold in one that is over."""
        if self.card is None or self.card.monthly_ceiling is None or not self.is_this_month:
            return None
        return Ceiling(self.card.monthly_ceiling, self.total.amount)

    @cached_property
    def held_count(self) -> int:
        return int(held_messages().count())

    @cached_property
    def held_amount(self) -> Decimal:
        held = SpendEntry.objects.filter(state=SpendState.HELD, currency=self.currency)
        return held.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)

    @cached_property
    def unknown_count(self) -> int:
        return int(self._counted.filter(minutes=None).count())

    @property
    def _counted(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = SpendEntry.objects.filter(
            month=self.month, state=SpendState.COUNTED, currency=self.currency
        )
        return rows

    @property
    def is_this_month(self) -> bool:
        return self.month == month_of(timezone.now())
