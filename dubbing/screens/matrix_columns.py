"""The matrix's columns: languages by region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dubbing.models import Locale
from dubbing.screens.filter_line import PageAddress
from dubbing.services.locales import locales_by_code


@dataclass(frozen=True)
class Column:
    """One language."""

    code: str
    name: str
    region: str
    is_only: bool
    """The only one of its language: the country need not be said."""
    is_right_to_left: bool = False

    @property
    def language(self) -> str:
        return self.code.partition("-")[0]

    @property
    def country(self) -> str:
        return "" if self.is_only else self.code.partition("-")[2]


@dataclass(frozen=True)
class Region:
    name: str
    columns: list[Column]


def make_columns(codes: Iterable[str]) -> list[Column]:
    """In the order of regions, then of names; a code that is no locale any more stands last."""
    wanted = set(codes)
    known = locales_by_code(wanted)
    languages = Counter(code.partition("-")[0] for code in wanted)
    columns = [_column(code, known.get(code), languages) for code in wanted]
    return sorted(columns, key=lambda column: (column.region == "", column.region, column.name))


def columns_of(codes: Sequence[str]) -> list[Column]:
    """In the order that a page has them."""
    return sorted(make_columns(codes), key=lambda column: codes.index(column.code))


def _column(code: str, locale: Locale | None, languages: Counter[str]) -> Column:
    is_only = languages[code.partition("-")[0]] == 1
    if locale is None:
        return Column(code, code, "", is_only)
    return Column(code, locale.name, locale.region, is_only, locale.right_to_left)


def in_regions(columns: list[Column]) -> list[Region]:
    return [
        Region(name or "Other", list(found))
        for name, found in groupby(columns, key=lambda column: column.region)
    ]


@dataclass(frozen=True)
class ShapeChoice:
    """A language that can be shown or hidden; `url` turns that round."""

    name: str
    url: str
    is_shown: bool


@dataclass(frozen=True)
class ShapeRegion:
    name: str
    choices: list[ShapeChoice]


def shape_of(address: PageAddress, columns: list[Column]) -> list[ShapeRegion]:
    """The shown languages by region, then those that are hidden."""
    hidden = address.extras.get("hide", [])
    shown = [
        ShapeRegion(region.name, [_hiding(address, column, hidden) for column in region.columns])
        for region in in_regions(columns)
    ]
    back = [
        ShapeChoice(
            code, address.url(extras={"hide": [one for one in hidden if one != code]}), False
        )
        for code in hidden
    ]
    return [*shown, *([ShapeRegion("Hidden", back)] if back else [])]


def _hiding(address: PageAddress, column: Column, hidden: list[str]) -> ShapeChoice:
    return ShapeChoice(column.name, address.url(extras={"hide": [*hidden, column.code]}), True)
