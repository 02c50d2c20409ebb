"""What the matrix counts beyond its page: all that match, up to the cap, in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import DecimalField, F, JSONField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least

from accounts.models import Team
from accounts.scoping import active_team_id
from dubbing.screens.amounts import COUNTED, Amount, CappedCount, count_capped
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.matrix_cells import REVIEW_STAGES
from dubbing.screens.matrix_columns import Column
from dubbing.services.usual_times import LearntTimes, UsualTimes, times_of
from dubbing.states import BROKEN_STAGES

# GREATEST and LEAST leave out what is not known, so that an unknown length counts nothing.
_SECONDS = Greatest(
    Least(F("asset__end_time"), F("asset__duration_seconds"))
    - Coalesce(F("asset__start_time"), Value(0), output_field=DecimalField()),
    Value(0),
    output_field=DecimalField(),
)


@dataclass(frozen=True)
class Waiting:
    """What waits for review in a language."""

    count: int = 0
    seconds: float = 0.0

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)


@dataclass(frozen=True)
class Counts:
    videos: Amount
    waiting: Amount
    failed: Amount
    by_locale: Mapping[str, Waiting] | None = None
    """None: more wait than are counted, or nobody asked for it."""


class CappedWaiting(Subquery):
    """`{locale: [dubs, seconds]}` of a queryset, of which no more are read than one beyond the
    cap."""

    template = (
        "(SELECT jsonb_object_agg(code, jsonb_build_array(dubs, seconds)) FROM ("
        "SELECT code, count(*) AS dubs, sum(seconds)::float8 AS seconds "
        "FROM (%(subquery)s) AS capped GROUP BY code) AS waiting)"
    )
    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        told = rows.order_by().values(code=F("locale_id"), seconds=_SECONDS)
        super().__init__(told[: COUNTED + 1])


def waiting_in(
    columns: Iterable[Column], found: Mapping[str, Waiting]
) -> list[tuple[Column, Waiting]]:
    return [(column, found.get(column.code, Waiting())) for column in columns]


def count_matched(address: PageAddress) -> Counts:
    asked = address.filter
    videos, waiting, failed = count_capped(
        asked.asset_ids(COUNTED + 1),
        asked.counted_in(REVIEW_STAGES, COUNTED + 1),
        asked.counted_in(BROKEN_STAGES, COUNTED + 1),
    )
    return Counts(videos, waiting, failed)


def count_by_locale(address: PageAddress) -> tuple[Counts, UsualTimes]:
    """What a matrix of more than its page says beneath and above it, and what is usual: one
    query, so that the page asks no more of the database for being one of many."""
    asked = address.filter
    row = Team.objects.filter(pk=active_team_id()).values_list(
        CappedCount(asked.asset_ids(COUNTED + 1)),
        CappedWaiting(asked.dubbings_in(REVIEW_STAGES)),
        CappedCount(asked.counted_in(BROKEN_STAGES, COUNTED + 1)),
        LearntTimes(),
    )
    videos, waiting, failed, learnt = row.get()
    found = {code: Waiting(*told) for code, told in (waiting or {}).items()}
    count = sum(one.count for one in found.values())
    by_locale = found if count <= COUNTED else None
    counts = Counts(Amount(videos), Amount(count), Amount(failed), by_locale)
    return counts, times_of(learnt or ())
