"""What the team spends: a month's sum, where it went, and what waits above the ceiling."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Can
from accounts.scoping import team_scope
from dubbing.models import OutboxMessage, RateCard, SpendEntry
from dubbing.screens.month import MonthSums
from dubbing.services.money import month_of
from dubbing.services.releases import held_messages

LINES = 50
EXPORTED_AT_ONCE = 500
HELD_SHOWN = 50
PARTS_SHOWN = 12
CARDS_SHOWN = 10
HEADINGS = ("Video", "Language", "State", "Minutes", "Rate", "Amount", "Currency", "Asked by", "At")


@dataclass(frozen=True)
class Part:
    """A project's or a language's share of the month."""

    name: str
    dubs: int
    minutes: Decimal
    amount: Decimal
    share: int
    """Percent of the month's amount; of its minutes where nothing has a price."""


@dataclass(frozen=True)
class MoneyScreen(MonthSums):
    membership: Membership
    before: uuid.UUID | None = None

    @property
    def may_manage(self) -> bool:
        return self.membership.can(Can.MANAGE_MONEY)

    @cached_property
    def older_cards(self) -> list[RateCard]:
        return list(RateCard.objects.select_related("created_by")[1:CARDS_SHOWN])

    @cached_property
    def held(self) -> list[OutboxMessage]:
        rows = held_messages().prefetch_related("spending__dubbing__locale")
        return list(rows.select_related("asset", "actor", "actor_key")[:HELD_SHOWN])

    @cached_property
    def projects(self) -> list[Part]:
        return self._parts("asset__project__name", "Without a project")

    @cached_property
    def languages(self) -> list[Part]:
        return self._parts("dubbing__locale__name", "")

    def _parts(self, name: str, nameless: str) -> list[Part]:
        grouped = self._counted.values(part=F(name)).annotate(
            dubs=Count("id"), spent=Sum("amount"), length=Sum("minutes")
        )
        whole = self.total.amount or self.total.minutes or Decimal(1)
        key = "spent" if self.total.amount else "length"
        rows = grouped.order_by(F(key).desc(nulls_last=True), "part")[:PARTS_SHOWN]
        return [
            Part(
                name=row["part"] or nameless,
                dubs=row["dubs"],
                minutes=row["length"] or Decimal(0),
                amount=row["spent"] or Decimal(0),
                share=int((row[key] or Decimal(0)) * 100 / whole),
            )
            for row in rows
        ]

    @cached_property
    def _found(self) -> list[SpendEntry]:
        rows = lines_of(self.month)
        if self.before is not None:
            rows = rows.filter(pk__lt=self.before)
        return list(rows[: LINES + 1])

    @property
    def lines(self) -> list[SpendEntry]:
        return self._found[:LINES]

    def url(self, **more: str) -> str:
        asked = {} if self.is_this_month else {"month": f"{self.month:%Y-%m}"}
        query = urlencode(asked | more)
        return reverse("dubbing:money") + (f"?{query}" if query else "")

    @property
    def older_url(self) -> str:
        return self.url(before=str(self.lines[-1].pk)) if len(self._found) > LINES else ""

    @property
    def newest_url(self) -> str:
        return self.url() if self.before else ""

    @property
    def export_url(self) -> str:
        return f"{reverse('dubbing:money-export')}?month={self.month:%Y-%m}"

    @property
    def month_before(self) -> str:
        year, month = divmod(self.month.year * 12 + self.month.month - 2, 12)
        return f"{reverse('dubbing:money')}?month={year}-{month + 1:02}"

    @property
    def month_after(self) -> str:
        if self.month >= month_of(timezone.now()):
            return ""
        year, month = divmod(self.month.year * 12 + self.month.month, 12)
        return f"{reverse('dubbing:money')}?month={year}-{month + 1:02}"


def lines_of(month: date) -> QuerySet[Any]:
    """Newest first, with what a line shows."""
    rows: QuerySet[Any] = SpendEntry.objects.filter(month=month).order_by("-id")
    return rows.select_related("asset", "dubbing__locale", "created_by", "created_by_key")


def exported_lines(team_id: uuid.UUID, month: date) -> Iterator[list[str]]:
    """Works also after the request's scope is closed: it opens the team's own for each part."""
    last: uuid.UUID | None = None
    while True:
        with team_scope(team_id):
            rows = lines_of(month)
            part = list((rows if last is None else rows.filter(pk__lt=last))[:EXPORTED_AT_ONCE])
        yield from map(_exported, part)
        if len(part) < EXPORTED_AT_ONCE:
            return
        last = part[-1].pk


def _exported(line: SpendEntry) -> list[str]:
    return [
        line.asset.title,
        line.dubbing.locale_id,
        line.get_state_display(),
        "" if line.minutes is None else str(line.minutes),
        "" if line.rate is None else str(line.rate),
        str(line.amount),
        line.currency,
        str(line.created_by or line.created_by_key or ""),
        line.created_at.isoformat(timespec="seconds"),
    ]
