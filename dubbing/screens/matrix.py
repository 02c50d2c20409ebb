"""The matrix: which videos and languages, their cells, and what waits."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from dubbing.models import Dubbing
from dubbing.screens.amounts import Amount, count_capped
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.matrix_cells import REVIEW_STAGES, Dub, initials, row_cells
from dubbing.screens.matrix_columns import (
    Column,
    Region,
    ShapeRegion,
    in_regions,
    make_columns,
    shape_of,
)
from dubbing.services.money import dubbed_seconds
from dubbing.services.usual_times import UsualTimes, usual_times_for_team
from dubbing.states import BROKEN_STAGES, Stage

ROWS, MOST_ROWS = 200, 500
ASSET_COLUMNS = (
    "pk", "title", "locale_id", "project__name", "duration_seconds", "start_time", "end_time",
    "lips_model", "poster", "is_pilot", "revision",
)  # fmt: skip
DUB_COLUMNS = (
    "asset_id", "pk", "locale_id", "stage", "stage_since", "due_on",
    "owner__name", "owner__email", "reviewer__name", "reviewer__email",
)  # fmt: skip


@dataclass
class Row:
    """One video; `cells` is the markup of all its languages."""

    id: uuid.UUID
    title: str
    locale: str
    project: str | None
    seconds: Decimal | None
    lips_model: str
    has_poster: bool
    is_pilot: bool
    revision: int
    dubs: dict[str, Dub] = field(default_factory=dict)
    cells: SafeString = field(default_factory=SafeString)

    @property
    def done(self) -> int:
        return sum(dub.stage == Stage.FINISHED for dub in self.dubs.values())


@dataclass(frozen=True)
class Counts:
    videos: Amount
    waiting: Amount
    failed: Amount


@dataclass(frozen=True)
class Matrix:
    """One page of it. `newer` and `older` are ids at its edges, where there is more."""

    address: PageAddress
    rows: list[Row]
    columns: list[Column]
    newer: uuid.UUID | None
    older: uuid.UUID | None
    now: datetime

    @cached_property
    def regions(self) -> list[Region]:
        return in_regions(self.columns)

    @property
    def columns_count(self) -> int:
        return len(self.columns)

    @property
    def shape(self) -> list[ShapeRegion]:
        return shape_of(self.address, self.columns)

    @property
    def matched(self) -> str:
        """What “all” stands for, beside the box that chooses it."""
        return f"All that match, on {self.counts.videos} videos"

    @property
    def codes(self) -> str:
        return ",".join(column.code for column in self.columns)

    @property
    def newer_url(self) -> str:
        return _edge(self.address, "after", self.newer)

    @property
    def older_url(self) -> str:
        return _edge(self.address, "before", self.older)

    @property
    def revision(self) -> str:
        """The same as long as no row has changed."""
        return revision_of((row.id, row.revision) for row in self.rows)

    @cached_property
    def counts(self) -> Counts:
        is_all = self.newer is None and self.older is None and not self.address.filter.terms
        return self._counts_here() if is_all else count_matched(self.address)

    def _counts_here(self) -> Counts:
        """Of a page that shows everything there is."""
        stages = Counter(dub.stage for row in self.rows for dub in row.dubs.values())
        waiting = sum(stages[stage] for stage in REVIEW_STAGES)
        failed = sum(stages[stage] for stage in BROKEN_STAGES)
        return Counts(Amount(len(self.rows)), Amount(waiting), Amount(failed))


def revision_of(rows: Iterable[tuple[uuid.UUID, int]]) -> str:
    told = " ".join(f"{row_id}:{revision}" for row_id, revision in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def count_matched(address: PageAddress) -> Counts:
    dubs = address.filter.dubbings()
    return Counts(
        *count_capped(
            address.filter.assets(),
            dubs.filter(stage__in=REVIEW_STAGES),
            dubs.filter(stage__in=BROKEN_STAGES),
        )
    )


def _edge(address: PageAddress, name: str, row_id: uuid.UUID | None) -> str:
    return f"{address.url()}&{name}={row_id}".replace("?&", "?") if row_id else ""


def read_matrix(
    address: PageAddress, *, before: str = "", after: str = "", codes: list[str] | None = None
) -> Matrix:
    """A page from its newest video on, or beside one: `before` and `after` are ids. `codes`: the
    columns that it has already, else they follow from its rows."""
    size = _size(address)
    found, newer, older = page_of(
        address.filter.assets(), size=size, before=_id(before), after=_id(after)
    )
    rows = [_row(*values) for values in found.values_list(*ASSET_COLUMNS)]
    if after:
        rows.reverse()
    is_more = len(rows) > size
    rows = (rows[1:] if after else rows[:size]) if is_more else rows
    return _filled(
        address,
        rows,
        newer=rows[0].id if rows and newer(is_more) else None,
        older=rows[-1].id if rows and older(is_more) else None,
        codes=codes,
    )


def read_rows(address: PageAddress, ids: Iterable[uuid.UUID], codes: list[str]) -> Matrix:
    """These videos alone, whatever the filter says, in columns that a page has already."""
    found = address.filter.everything().filter(pk__in=list(ids)).order_by("-pk")
    rows = [_row(*values) for values in found.values_list(*ASSET_COLUMNS)]
    return _filled(address, rows, newer=None, older=None, codes=codes)


def page_of(
    rows: QuerySet[Any], *, size: int, before: uuid.UUID | None, after: uuid.UUID | None
) -> tuple[QuerySet[Any], Any, Any]:
    """One row more than fits, and two questions: is there anything newer, anything older?"""
    if after:
        return rows.filter(pk__gt=after).order_by("pk")[: size + 1], bool, lambda _: True
    if before:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")[: size + 1], lambda _: before is not None, bool


def _size(address: PageAddress) -> int:
    given = address.chosen("rows")
    return min(max(int(given), 1), MOST_ROWS) if given.isascii() and given.isdigit() else ROWS


def _id(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None


def _row(
    pk: uuid.UUID, title: str, locale: str, project: str | None, duration: Decimal | None,
    start: Decimal | None, end: Decimal | None, lips: str, poster: str, is_pilot: bool,
    revision: int,
) -> Row:  # fmt: skip
    seconds = dubbed_seconds(duration=duration, start=start, end=end)
    return Row(pk, title, locale, project, seconds, lips, bool(poster), is_pilot, revision)


def _filled(
    address: PageAddress,
    rows: list[Row],
    *,
    newer: uuid.UUID | None,
    older: uuid.UUID | None,
    codes: list[str] | None = None,
) -> Matrix:
    """With every row's cells."""
    now = timezone.now()
    _read_dubs(address, {row.id: row for row in rows}, usual_times_for_team(), now)
    columns = make_columns(_codes(address, rows) if codes is None else codes)
    if codes is not None:
        columns.sort(key=lambda column: codes.index(column.code))
    _count_waiting(rows, columns)
    order, today = [column.code for column in columns], timezone.localdate(now)
    for row in rows:
        # Words of ours, escaped where they are people's.
        row.cells = mark_safe(row_cells(row.dubs, order, now, today))  # noqa: S308
    return Matrix(address, rows, columns, newer, older, now)


def _codes(address: PageAddress, rows: list[Row]) -> set[str]:
    chosen = address.filter.values.get("locale")
    codes = set(chosen) if chosen else {code for row in rows for code in row.dubs}
    return codes - set(address.extras.get("hide", ()))


def _read_dubs(
    address: PageAddress, rows: Mapping[uuid.UUID, Row], times: UsualTimes, now: datetime
) -> None:
    """Values, not model instances: these are the page's thousands."""
    found = Dubbing.objects.filter(asset__in=list(rows), is_hidden=address.filter.is_hidden)
    for asset, pk, locale, stage, since, due, *names in found.values_list(*DUB_COLUMNS):
        row = rows[asset]
        is_slow = times.is_slow(
            stage=stage, since=since, now=now, locale=locale,
            lips_model=row.lips_model, seconds=row.seconds,
        )  # fmt: skip
        owner, reviewer = (
            initials(name, email) if email else "" for name, email in (names[:2], names[2:])
        )
        row.dubs[locale] = Dub(pk, Stage(stage), since, due, owner, reviewer, is_slow)


def _count_waiting(rows: list[Row], columns: list[Column]) -> None:
    by_code = {column.code: column for column in columns}
    for row in rows:
        for code, dub in row.dubs.items():
            if dub.stage in REVIEW_STAGES and code in by_code:
                by_code[code].waiting += 1
                by_code[code].seconds += row.seconds or 0
