"""The matrix's rows: which videos stand on a page, and the dubs in their cells."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.utils.safestring import SafeString

from accounts.kept import KeptQuestion
from dubbing.filters import DubbingFilter
from dubbing.models import Dubbing
from dubbing.screens.matrix_cells import Dub, initials
from dubbing.services.money import dubbed_seconds
from dubbing.services.usual_times import UsualTimes
from dubbing.states import Stage

ASSET_COLUMNS = (
    "pk", "title", "locale_id", "project__name", "duration_seconds", "start_time", "end_time",
    "lips_model", "poster", "is_pilot", "revision",
)  # fmt: skip
DUB_COLUMNS = (
    "asset_id", "pk", "locale_id", "stage", "stage_since", "due_on", "fits",
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
    fits: bool = True
    """Whether the filter asks for it (still)."""
    dubs: dict[str, Dub] = field(default_factory=dict)
    cells: SafeString = field(default_factory=SafeString)

    @property
    def done(self) -> int:
        return sum(dub.stage == Stage.FINISHED for dub in self.dubs.values())


def rows_of(assets: QuerySet[Any]) -> list[Row]:
    return [_row(*values) for values in assets.values_list(*ASSET_COLUMNS)]


def _asset_values(asked: DubbingFilter, ids: Collection[uuid.UUID]) -> QuerySet[Any]:
    """Newest first."""
    rows = asked.everything().filter(pk__in=ids).order_by("-pk")
    found: QuerySet[Any] = rows.values_list(*ASSET_COLUMNS)
    return found


def _dub_values(asked: DubbingFilter, ids: Collection[uuid.UUID]) -> QuerySet[Any]:
    dubs: QuerySet[Any] = Dubbing.objects.filter(asset__in=ids, is_hidden=asked.is_hidden)
    found: QuerySet[Any] = dubs.annotate(fits=_fits(asked)).values_list(*DUB_COLUMNS)
    return found


# What every page that shows a video asks when it changes.
_KEPT_ASSETS = KeptQuestion(lambda ids: _asset_values(DubbingFilter(), ids))
_KEPT_DUBS = KeptQuestion(lambda ids: _dub_values(DubbingFilter(), ids))


def _row(
    pk: uuid.UUID, title: str, locale: str, project: str | None, duration: Decimal | None,
    start: Decimal | None, end: Decimal | None, lips: str, poster: str, is_pilot: bool,
    revision: int,
) -> Row:  # fmt: skip
    seconds = dubbed_seconds(duration=duration, start=start, end=end)
    return Row(pk, title, locale, project, seconds, lips, bool(poster), is_pilot, revision)


def rows_by_id(
    asked: DubbingFilter, *, shown: Collection[uuid.UUID], news: Collection[uuid.UUID]
) -> list[Row]:
    """Newest first: those that a page shows already, whatever the filter says of them now, and of
    `news` those that it asks for."""
    ids = {*shown, *news}
    fitting = ids
    if asked.terms:
        fitting = set(asked.assets().filter(pk__in=ids).values_list("pk", flat=True))
    wanted = [*{*shown, *(fitting & {*news})}]
    found = _asset_values(asked, wanted) if asked.terms else _KEPT_ASSETS.rows(wanted)
    rows = [_row(*values) for values in found]
    for row in rows:
        row.fits = row.id in fitting
    return rows


def page_of(
    asked: DubbingFilter, *, size: int, before: uuid.UUID | None, after: uuid.UUID | None
) -> tuple[QuerySet[Any], Any, Any]:
    """One row more than fits, and two questions: is there anything newer, anything older?"""
    rows = asked.first_assets(size + 1, before=before, after=after)
    if after:
        return rows, bool, lambda _: True
    return rows, lambda _: before is not None, bool


def read_dubs(
    asked: DubbingFilter, rows: Mapping[uuid.UUID, Row], times: UsualTimes, now: datetime
) -> None:
    """Values, not model instances: these are the page's thousands."""
    ids = list(rows)
    found = _dub_values(asked, ids) if asked.terms else _KEPT_DUBS.rows(ids)
    for asset, pk, locale, stage, since, due, fits, *names in found:
        row = rows[asset]
        is_slow = times.is_slow(
            stage=stage, since=since, now=now, locale=locale,
            lips_model=row.lips_model, seconds=row.seconds,
        )  # fmt: skip
        owner, reviewer = (
            initials(name, email) if email else "" for name, email in (names[:2], names[2:])
        )
        row.dubs[locale] = Dub(
            pk, Stage(stage), since, due, owner, reviewer, is_slow, bool(fits) and row.fits
        )


def _fits(asked: DubbingFilter) -> Value | ExpressionWrapper[Q]:
    """Whether a dub is one of those that are asked for, or stands beside one."""
    if not asked.asks_for_dubs:
        return Value(True)
    return ExpressionWrapper(asked.dubs_condition, output_field=BooleanField())
