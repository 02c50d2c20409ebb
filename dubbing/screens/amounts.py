"""Counts that stop counting: a page never waits for the millionth row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from accounts.models import Team
from accounts.scoping import active_team_id

COUNTED = 1000


@dataclass(frozen=True)
class Amount:
    """Beyond the cap it says so."""

    number: int

    def __str__(self) -> str:
        return f"{COUNTED:,}+" if self.number > COUNTED else f"{self.number:,}"


class CappedCount(Subquery):
    """How many rows a queryset has, counted up to one beyond the cap."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: COUNTED + 1])


def count_capped(*querysets: QuerySet[Any]) -> list[Amount]:
    """All of them in one query."""
    counts = [CappedCount(rows) for rows in querysets]
    row = Team.objects.filter(pk=active_team_id()).values_list(*counts).get()
    return [Amount(number) for number in row]
