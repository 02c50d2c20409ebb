"""Dubs as a list: the matrix's filters, in columns and an order that one chooses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from dubbing.models import Dubbing
from dubbing.screens.filter_line import PageAddress
from dubbing.screens.keyset import Order, read_page
from dubbing.screens.matrix_totals import Counts, count_matched
from dubbing.services.money import dubbed_seconds
from dubbing.states import BADGES, Badge

ROWS = 100


@dataclass(frozen=True)
class ListColumn:
    key: str
    label: str
    sort: str = ""
    """The order that a press on its head brings."""


@dataclass(frozen=True)
class ColumnHead:
    column: ListColumn
    url: str
    direction: str
    """For `aria-sort`; empty: the list is in another order."""


@dataclass(frozen=True)
class ColumnChoice:
    column: ListColumn
    is_chosen: bool


COLUMNS = (
    ListColumn("language", "Language"),
    ListColumn("state", "State"),
    ListColumn("since", "Since", "since"),
    ListColumn("owner", "Owner"),
    ListColumn("reviewer", "Reviewer"),
    ListColumn("due", "Due", "due"),
    ListColumn("priority", "Priority"),
    ListColumn("project", "Project"),
    ListColumn("length", "Length"),
    ListColumn("versions", "Versions"),
)
USUAL_COLUMNS = ("language", "state", "since", "owner", "reviewer", "due")
# Only what an index brings in order: any other would read every row first.
ORDERS: dict[str, Order] = {
    "": Order(descending=True),
    "due": Order(descending=False, name="due_on", read=date.fromisoformat),
    "-due": Order(descending=True, name="due_on", read=date.fromisoformat),
    "since": Order(descending=False, name="stage_since", read=datetime.fromisoformat),
    "-since": Order(descending=True, name="stage_since", read=datetime.fromisoformat),
}
READ = (
    "id", "team", "stage", "stage_since", "due_on", "priority", "is_pinned", "versions_count",
    "failure_code", "asset__title", "asset__locale", "asset__duration_seconds",
    "asset__start_time", "asset__end_time", "asset__revision", "asset__poster", "asset__team",
    "asset__project__name", "locale__name", "owner__name", "owner__email", "reviewer__name",
    "reviewer__email",
)  # fmt: skip


@dataclass(frozen=True)
class DubRow:
    dubbing: Dubbing

    @property
    def badge(self) -> Badge:
        return BADGES[self.dubbing.stage]  # type: ignore[index]

    @property
    def is_overdue(self) -> bool:
        return bool(self.dubbing.is_overdue)

    @property
    def seconds(self) -> Any:
        asset = self.dubbing.asset
        return dubbed_seconds(
            duration=asset.duration_seconds, start=asset.start_time, end=asset.end_time
        )


@dataclass(frozen=True)
class DubList:
    address: PageAddress
    columns: list[ListColumn]
    sort: str
    rows: list[DubRow]
    previous_url: str
    next_url: str

    @cached_property
    def counts(self) -> Counts:
        return count_matched(self.address)

    @property
    def columns_count(self) -> int:
        """Of languages: a list counts none."""
        return 0

    @property
    def matched(self) -> str:
        return f"All that match, on {self.counts.videos} videos"

    @property
    def heads(self) -> list[ColumnHead]:
        return [self._head(column) for column in self.columns]

    def _head(self, column: ListColumn) -> ColumnHead:
        if not column.sort:
            return ColumnHead(column, "", "")
        is_up, is_down = self.sort == column.sort, self.sort == f"-{column.sort}"
        following = f"-{column.sort}" if is_up else column.sort
        direction = "ascending" if is_up else "descending" if is_down else ""
        return ColumnHead(column, self.address.url(extras={"sort": (following,)}), direction)

    @property
    def choices(self) -> list[ColumnChoice]:
        return [ColumnChoice(column, column in self.columns) for column in COLUMNS]

    @property
    def newest_url(self) -> str:
        return self.address.url(extras={"sort": ()})

    @property
    def revision(self) -> str:
        told = [f"{row.dubbing.pk}:{row.dubbing.asset.revision}" for row in self.rows]
        return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]


def known_columns(keys: Iterable[str]) -> list[ListColumn]:
    """In the order of `keys`; the usual ones where none is known."""
    by_key = {column.key: column for column in COLUMNS}
    found = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    return found or [by_key[key] for key in USUAL_COLUMNS]


def read_list(
    address: PageAddress, *, columns: Iterable[str], before: str = "", after: str = ""
) -> DubList:
    sort = address.chosen("sort") if address.chosen("sort") in ORDERS else ""
    order = ORDERS[sort]
    rows = address.filter.dubbings()
    if order.name == "due_on":
        rows = rows.filter(due_on__isnull=False)
    related = ("asset__project", "locale", "owner", "reviewer")
    page = read_page(
        rows.select_related(*related).only(*READ), order, size=ROWS, before=before, after=after
    )
    return DubList(
        address=address,
        columns=known_columns(columns),
        sort=sort,
        rows=[DubRow(row) for row in page.rows],
        previous_url=_edge(address, "before", page.previous),
        next_url=_edge(address, "after", page.next),
    )


def _edge(address: PageAddress, name: str, mark: str) -> str:
    return address.url(extras={name: (mark,)}) if mark else ""
