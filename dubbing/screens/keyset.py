"""Pages by keyset: every page costs the same, and new rows shift none of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Order:
    """By `name`, then by id; `read` turns an address's words back into a value. Without a name by
    id alone, whose order is that of time."""

    descending: bool
    name: str = ""
    read: Callable[[str], Any] = str


@dataclass(frozen=True)
class KeysetPage:
    """`previous` and `next` are marks for the address; empty where there is nothing."""

    rows: list[Any]
    previous: str
    next: str


def read_page(
    rows: QuerySet[Any], order: Order, *, size: int, before: str = "", after: str = ""
) -> KeysetPage:
    """`after` and `before` are marks of rows at a page's edges; nonsense counts as none."""
    backward = bool(before and not after)
    edge = _edge(order, before if backward else after)
    descending = order.descending != backward
    if edge is not None:
        rows = rows.filter(_beyond(order, edge, descending=descending))
    sign = "-" if descending else ""
    names = [name for name in (order.name, "pk") if name]
    found = list(rows.order_by(*(sign + name for name in names))[: size + 1])
    is_more, page = len(found) > size, found[:size]
    if backward:
        page.reverse()
    has_next = bool(page) and (backward or is_more)
    has_previous = bool(page) and edge is not None and (is_more if backward else True)
    return KeysetPage(
        page,
        previous=_mark(order, page[0]) if has_previous else "",
        next=_mark(order, page[-1]) if has_next else "",
    )


def _mark(order: Order, row: Any) -> str:
    value = getattr(row, order.name) if order.name else None
    return f"{value.isoformat()}~{row.pk}" if value is not None else str(row.pk)


def _edge(order: Order, mark: str) -> tuple[Any, uuid.UUID] | None:
    words, _, row_id = mark.rpartition("~")
    try:
        return (order.read(words) if order.name else None), uuid.UUID(row_id)
    except (ValueError, TypeError):
        return None


def _beyond(order: Order, edge: tuple[Any, uuid.UUID], *, descending: bool) -> Q:
    value, row_id = edge
    word = "lt" if descending else "gt"
    further = Q(**{f"pk__{word}": row_id})
    if not order.name:
        return further
    # The plain bound first: it is what an index can begin with.
    bound = Q(**{f"{order.name}__{word}e": value})
    return bound & (Q(**{f"{order.name}__{word}": value}) | further)
