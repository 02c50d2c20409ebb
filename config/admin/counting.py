"""Counts that stop early: no page of the admin counts a table of millions."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

CAP = 1000


class CappedCount(int):
    """A count that was not counted to its end; it is shown as “1,000+”."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


def capped_count(rows: QuerySet[Any], cap: int = CAP) -> int:
    found = rows.order_by().values("pk")[: cap + 1].count()
    return found if found <= cap else CappedCount(cap)


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Leads through the first thousand rows; whoever looks for another one searches or filters."""

    @cached_property
    def count(self) -> int:
        if isinstance(self.object_list, QuerySet):
            return capped_count(self.object_list)
        return len(self.object_list)
