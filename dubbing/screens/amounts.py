"""Counts that stop counting: a page never waits for the millionth row. And lengths in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery, Value
from django.utils.formats import number_format

from accounts.models import Team
from accounts.scoping import active_team_id

COUNTED = 1000


A_MINUTE = 60
SPACE = "\N{NO-BREAK SPACE}"


def minutes_words(minutes: Decimal) -> str:
    """`12.5 min`, to a tenth; below a minute `5 s`: nothing that is paid for reads as 0.0."""
    seconds = round(minutes * A_MINUTE)
    if minutes > 0 and seconds < A_MINUTE:
        return f"{max(1, seconds)}{SPACE}s"
    return f"{number_format(round(minutes, 1), 1, force_grouping=True)}{SPACE}min"


def whole_minutes_words(seconds: Decimal) -> str:
    """`13 min`, rounded up: who is told 12 should not pay 13. Below a minute `5 s`."""
    if 0 < seconds < A_MINUTE:
        return f"{math.ceil(seconds)}{SPACE}s"
    return f"{math.ceil(seconds / A_MINUTE):,}{SPACE}min"


@dataclass(frozen=True)
class Amount:
    """Beyond the cap it says so."""

    number: int

    def __str__(self) -> str:
        return f"{COUNTED:,}+" if self.number > COUNTED else f"{self.number:,}"


class CappedCount(Subquery):
    """How many rows a queryset has, counted up to one beyond the cap; one that is cut already is
    counted as it is."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()
    # Of what cannot be, nothing is asked.
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet[Any]) -> None:
        is_cut = rows.query.is_sliced or rows.query.combinator
        # No column of theirs: an index alone can answer.
        super().__init__(rows if is_cut else rows.order_by().values(one=Value(1))[: COUNTED + 1])


def count_capped(*querysets: QuerySet[Any]) -> list[Amount]:
    """All of them in one query."""
    counts = [CappedCount(rows) for rows in querysets]
    row = Team.objects.filter(pk=active_team_id()).values_list(*counts).get()
    return [Amount(number) for number in row]
