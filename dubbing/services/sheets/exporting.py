"""Our own videos as a sheet that reads back to “unchanged”."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from accounts.scoping import active_team_id, team_scope
from dubbing.models import Asset, Dubbing
from dubbing.services.sheets.updates import FIXED, fixed_text
from dubbing.services.sheets.work_cells import work_text
from dubbing.services.work_plans import NAMES
from dubbing.sheets import write_xlsx
from dubbing.sheets.headings import BY_FIELD, COLUMNS
from dubbing.states import BADGES, AssetStatus, Stage

HEADINGS = [column.heading for column in COLUMNS]
ROWS_AT_ONCE = 500
# A program that opens it holds all of it in memory; CSV has no such limit.
MOST_XLSX_ROWS = 50_000
GIVEN = [column for column in COLUMNS if not column.is_told and column.field != "id"]
EXAMPLE = {
    "title": "Opening talk",
    "reference": "talk-001",
    "project": "Conference",
    "tags": "keynote, 2026",
    "media_url": "https://media.example.org/talk-001.mp4",
    "locale": "en-US",
    "languages": "de-DE, ja-JP",
    "speakers_count": "2",
    "start_time": "12.5",
    "end_time": "1:02:03",
    "lips_model": "quality",
    "due": "5 working days",
    "priority": "High",
}


def asset_rows(matched: QuerySet[Any]) -> Iterator[list[str]]:
    """A row per video, newest first, read in chunks: memory stays flat whatever their number.

    Works also after the request's scope is closed: it opens the team's own for each chunk.
    """
    return _rows(active_team_id(), _with_all(matched))


def _with_all(matched: QuerySet[Any]) -> QuerySet[Any]:
    dubbings = (
        Dubbing.objects.select_related("owner", "reviewer")
        .only(
            "pk",
            "asset_id",
            "team_id",
            "locale_id",
            "stage",
            "owner__email",
            "reviewer__email",
            "due_on",
            "priority",
        )
        .order_by("locale_id")
    )
    found: QuerySet[Any] = (
        matched.order_by("-pk")
        .select_related("project")
        .defer("snapshot", "facts")
        .prefetch_related(None)
        .prefetch_related(Prefetch("dubbings", queryset=dubbings))
    )
    return found


def _rows(team_id: uuid.UUID, rows: QuerySet[Any]) -> Iterator[list[str]]:
    last: uuid.UUID | None = None
    while True:
        with team_scope(team_id):
            part = rows if last is None else rows.filter(pk__lt=last)
            assets = list(part[:ROWS_AT_ONCE])
            written = [_row(asset) for asset in assets]
        yield from written
        if len(assets) < ROWS_AT_ONCE:
            return
        last = assets[-1].pk


def _row(asset: Asset) -> list[str]:
    return [CELLS[column.field](asset) for column in COLUMNS]


def _fixed(name: str) -> Callable[[Asset], str]:
    return lambda asset: fixed_text(asset, name)


def _work(name: str) -> Callable[[Asset], str]:
    return lambda asset: work_text(asset, name)


def _languages(asset: Asset) -> str:
    return ", ".join(dubbing.locale_id for dubbing in asset.dubbings.all())


def _states(asset: Asset) -> str:
    stages = ((dubbing.locale_id, dubbing.stage) for dubbing in asset.dubbings.all())
    return ", ".join(f"{locale}: {BADGES[Stage(stage)].label}" for locale, stage in stages)


def _page(asset: Asset) -> str:
    return urljoin(settings.PUBLIC_URL, reverse("dubbing:asset-detail", args=[asset.pk]))


CELLS: dict[str, Callable[[Asset], str]] = {
    "id": lambda asset: str(asset.pk),
    "title": lambda asset: asset.title,
    "reference": lambda asset: asset.reference,
    "project": lambda asset: asset.project.name if asset.project else "",
    "tags": lambda asset: ", ".join(asset.tags),
    **{name: _fixed(name) for name in FIXED},
    "languages": _languages,
    **{name: _work(name) for name in NAMES},
    "state": lambda asset: str(AssetStatus(asset.status).label),
    "languages_state": _states,
    "duration": lambda asset: (
        "" if asset.duration_seconds is None else f"{asset.duration_seconds.normalize():f}"
    ),
    "created_at": lambda asset: asset.created_at.isoformat(sep=" ", timespec="seconds"),
    "url": _page,
}


def export_xlsx(path: Path, matched: QuerySet[Any]) -> None:
    """At most MOST_XLSX_ROWS of them: the caller has counted."""
    rows = itertools.islice(asset_rows(matched), MOST_XLSX_ROWS)
    write_xlsx(path, "Videos", HEADINGS, rows)


def is_too_long(matched: QuerySet[Any]) -> bool:
    """Whether it has more rows than an XLSX file may get."""
    found = matched.order_by().values("pk")[MOST_XLSX_ROWS : MOST_XLSX_ROWS + 1]
    return len(found) > 0


def template_rows() -> tuple[list[str], list[list[str]]]:
    """Headings of a sheet for new videos, and one line that shows how it is filled."""
    headings = [BY_FIELD[column.field].heading for column in GIVEN]
    return headings, [[EXAMPLE.get(column.field, "") for column in GIVEN]]
