"""Lists page by keyset: every page costs the same, and new rows shift none of them."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from dubbing.api.errors import refuse

PAGE_SIZE = 50
LARGEST_PAGE = 200


@dataclass(frozen=True)
class Order:
    """`names` are fields, the last of them unique; all run the same way."""

    names: tuple[str, ...]
    descending: bool


NEWEST_FIRST = Order(("id",), descending=True)


@dataclass(frozen=True)
class Cursor:
    """The row at the edge of the page somebody comes from, and the way they go."""

    backward: bool
    values: tuple[Any, ...]

    def __str__(self) -> str:
        told = json.dumps([int(self.backward), *map(_as_text, self.values)])
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def read_cursor(text: str, order: Order) -> Cursor:
    try:
        told = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        backward, *values = told
        readers = [_reader(name) for name in order.names]
        read = tuple(reader(value) for reader, value in zip(readers, values, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        refuse("cursor", "Take cursors from next and previous, as they are.", "invalid_cursor")
    return Cursor(bool(backward), read)


def _reader(name: str) -> Any:
    if name == "number":
        return int
    return datetime.fromisoformat if name.endswith("_at") else uuid.UUID


def answer_page(
    request: Request, rows: QuerySet[Any], *, order: Order, cursor: str, size: int
) -> tuple[list[Any], dict[str, str | None]]:
    """One page of rows, and the addresses of its neighbours."""
    at = read_cursor(cursor, order) if cursor else None
    backward = at is not None and at.backward
    descending = order.descending != backward
    if at is not None:
        rows = rows.filter(_beyond(order.names, at.values, descending=descending))
    sign = "-" if descending else ""
    found = list(rows.order_by(*(sign + name for name in order.names))[: size + 1])
    has_more, page = len(found) > size, found[:size]
    if backward:
        page.reverse()
    has_next = bool(page) and (backward or has_more)
    has_previous = bool(page) and (has_more if backward else at is not None)
    return page, {
        "next": _address(request, order, page[-1], backward=False) if has_next else None,
        "previous": _address(request, order, page[0], backward=True) if has_previous else None,
    }


def _beyond(names: Sequence[str], values: Sequence[Any], *, descending: bool) -> Q:
    """Rows after `values` in this order: a > x, or a = x and what remains lies beyond."""
    word = "lt" if descending else "gt"
    name, value = names[0], values[0]
    if len(names) == 1:
        return Q(**{f"{name}__{word}": value})
    rest = Q(**{name: value}) & _beyond(names[1:], values[1:], descending=descending)
    # The plain bound first: it is what an index can begin with.
    return Q(**{f"{name}__{word}e": value}) & (Q(**{f"{name}__{word}": value}) | rest)


def _address(request: Request, order: Order, row: Any, *, backward: bool) -> str:
    cursor = Cursor(backward, tuple(_value(row, name) for name in order.names))
    return str(replace_query_param(request.build_absolute_uri(), "cursor", str(cursor)))


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row
