"""The matrix: which videos and languages, their cells, and what waits."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.safestring import mark_safe

from dubbing.screens.amounts import Amount
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.matrix_cells import REVIEW_STAGES, row_cells
from dubbing.screens.matrix_columns import (
    Column,
    Region,
    ShapeRegion,
    columns_of,
    in_regions,
    make_columns,
    shape_of,
)
from dubbing.screens.matrix_rows import Row, page_of, read_dubs, rows_by_id, rows_of
from dubbing.screens.matrix_totals import Counts, Waiting, count_by_locale, waiting_in
from dubbing.services.usual_times import UsualTimes, usual_times_if_needed
from dubbing.states import BROKEN_STAGES

ROWS, MOST_ROWS = 200, 500


@dataclass(frozen=True)
class Matrix:
    """One page of it. `newer` and `older` are ids at its edges, where there is more; `counted`
    is of all that match, where that is more than the page."""

    address: PageAddress
    rows: list[Row]
    columns: list[Column]
    newer: uuid.UUID | None
    older: uuid.UUID | None
    now: datetime
    counted: Counts | None = None

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
        hidden = ", hidden languages too," if self.address.extras.get("hide") else ","
        return f"All that match{hidden} on {self.counts.videos} videos"

    @property
    def codes(self) -> str:
        return ",".join(column.code for column in self.columns)

    @property
    def more_codes(self) -> str:
        """Languages of its rows that the columns it was told lack."""
        codes = {column.code for column in self.columns}
        return ",".join(sorted(_codes(self.address, self.rows) - codes))

    @property
    def newer_url(self) -> str:
        return _edge(self.address, "after", self.newer)

    @property
    def older_url(self) -> str:
        return _edge(self.address, "before", self.older)

    @property
    def revision(self) -> str:
        """The same as long as no row has changed."""
        told = " ".join(f"{row.id}:{row.revision}" for row in self.rows)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @cached_property
    def counts(self) -> Counts:
        """Without `counted`, of a page that shows everything there is."""
        if self.counted is not None:
            return self.counted
        stages = Counter(dub.stage for row in self.rows for dub in row.dubs.values())
        waiting = sum(stages[stage] for stage in REVIEW_STAGES)
        failed = sum(stages[stage] for stage in BROKEN_STAGES)
        return Counts(Amount(len(self.rows)), Amount(waiting), Amount(failed), self._waiting_here())

    @property
    def is_of_page(self) -> bool:
        """Whether the totals beneath the columns are of the page alone: more wait than are
        counted."""
        return self.counts.by_locale is None

    @cached_property
    def totals(self) -> list[tuple[Column, Waiting]]:
        found = self.counts.by_locale
        return waiting_in(self.columns, self._waiting_here() if found is None else found)

    def _waiting_here(self) -> dict[str, Waiting]:
        found: dict[str, Waiting] = {}
        for row in self.rows:
            for code, dub in row.dubs.items():
                if dub.stage in REVIEW_STAGES and dub.fits:
                    one = found.get(code, Waiting())
                    found[code] = Waiting(one.count + 1, one.seconds + float(row.seconds or 0))
        return found


def _edge(address: PageAddress, name: str, row_id: uuid.UUID | None) -> str:
    return f"{address.url()}&{name}={row_id}".replace("?&", "?") if row_id else ""


@dataclass(frozen=True)
class Place:
    """Which page: beside a video, `before` and `after` are ids; else from the newest on."""

    before: str = ""
    after: str = ""


def read_matrix(address: PageAddress, place: Place, keeps: Collection[str] = ()) -> Matrix:
    """With what is counted. `keeps`: columns that stand there without a dub too."""
    rows, newer, older = _page(address, place)
    counted, times = None, None
    if newer or older or address.filter.terms:
        counted, times = count_by_locale(address)
    return _filled(
        address, rows, newer=newer, older=older, keeps=keeps, counted=counted, times=times
    )


def read_page(address: PageAddress, place: Place, codes: list[str]) -> Matrix:
    """Its rows alone, in the columns that the page has already."""
    rows, newer, older = _page(address, place)
    return _filled(address, rows, newer=newer, older=older, codes=codes)


def read_rows(
    address: PageAddress, *, shown: list[uuid.UUID], news: list[uuid.UUID], codes: list[str]
) -> Matrix:
    """These videos alone, in the columns that the page has already."""
    return _filled(address, rows_by_id(address.filter, shown=shown, news=news), codes=codes)


def _page(
    address: PageAddress, place: Place
) -> tuple[list[Row], uuid.UUID | None, uuid.UUID | None]:
    """Its rows, and the ids at its edges where there is more."""
    size = _size(address)
    found, newer, older = page_of(
        address.filter, size=size, before=_id(place.before), after=_id(place.after)
    )
    rows = rows_of(found)
    if place.after:
        rows.reverse()
    is_more = len(rows) > size
    rows = (rows[1:] if place.after else rows[:size]) if is_more else rows
    return (
        rows,
        rows[0].id if rows and newer(is_more) else None,
        rows[-1].id if rows and older(is_more) else None,
    )


def _size(address: PageAddress) -> int:
    given = address.chosen("rows")
    return min(max(int(given), 1), MOST_ROWS) if given.isascii() and given.isdigit() else ROWS


def _id(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None


def _filled(
    address: PageAddress,
    rows: list[Row],
    *,
    newer: uuid.UUID | None = None,
    older: uuid.UUID | None = None,
    codes: list[str] | None = None,
    keeps: Collection[str] = (),
    counted: Counts | None = None,
    times: UsualTimes | None = None,
) -> Matrix:
    """With every row's cells."""
    now = timezone.now()
    read_dubs(address.filter, {row.id: row for row in rows}, times or usual_times_if_needed(), now)
    own = _codes(address, rows) | {*keeps}
    columns = make_columns(own) if codes is None else columns_of(codes)
    order, today = [column.code for column in columns], timezone.localdate(now)
    for row in rows:
        # Words of ours, escaped where they are people's.
        row.cells = mark_safe(row_cells(row.dubs, order, now, today))  # noqa: S308
    return Matrix(address, rows, columns, newer, older, now, counted)


def _codes(address: PageAddress, rows: Iterable[Row]) -> set[str]:
    chosen = address.filter.values.get("locale")
    codes = set(chosen) if chosen else {code for row in rows for code in row.dubs}
    return codes - set(address.extras.get("hide", ()))
