"""A sheet of 5,000 lines: half of them change videos that are here, half make new ones."""

from __future__ import annotations

import os
import resource
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from django.core.files.base import ContentFile

from accounts.models import Team
from accounts.scoping import team_scope
from benchmarks import desk
from dubbing.models import Asset, SheetImport
from dubbing.services.actors import Actor
from dubbing.services.sheets import (
    HEADINGS,
    asset_rows,
    confirm_sheet,
    give_sheet,
    map_headings,
    run_sheet,
)
from dubbing.sheets import write_csv, write_xlsx
from tests.builders import connection_of, make_team

T = TypeVar("T")
LINES = 5_000
EXPORTED = 50_000
COLUMNS = [
    "Title", "Reference", "Video link", "Project", "Tags", "Source language", "Target languages",
    "Speakers", "Start", "End",
]  # fmt: skip


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    for kind in ("csv", "xlsx"):
        team = make_team()
        connection = connection_of(team)
        with team_scope(team.id):
            _make_assets(team, connection.pk, LINES // 2)
            yield from _one_sheet(team, kind)
    yield from _export()


def _make_assets(team: Team, connection_id: uuid.UUID, count: int) -> None:
    Asset.objects.bulk_create(
        (
            Asset(
                team=team,
                connection_id=connection_id,
                title=f"Session {n}",
                reference=f"s-{n:05}",
                media_url=f"https://media.example.org/{n}.mp4",
                locale_id="en-US",
            )
            for n in range(count)
        ),
        batch_size=1000,
    )


def _one_sheet(team: Team, kind: str) -> Iterator[tuple[str, str]]:
    data = _file(kind)
    actor = Actor()
    file = ContentFile(data, name=f"sessions.{kind}")
    sheet, looked = _timed(lambda: give_sheet(team=team, actor=actor, file=file))
    map_headings(sheet=sheet, by_heading={})
    began = _processor_seconds()
    _, compared = _timed(lambda: run_sheet(sheet_id=sheet.pk))
    worked = _processor_seconds() - began
    found = SheetImport.objects.get(pk=sheet.pk)
    counts = found.counts
    yield f"{kind}: {len(data) / 1e6:.1f} MB, first look", f"{looked:.2f} s"
    verdicts = f"{counts['new']} new, {counts['update']} update, {counts['error']} error"
    yield f"{kind}: dry run ({verdicts}; target ≤ 10 s)", f"{compared:.2f} s"
    yield f"{kind}: the processor's part of it, the reading child's too", f"{worked:.2f} s"
    _, accepted = _timed(lambda: confirm_sheet(sheet=found, actor=actor, include_new=True))
    yield f"{kind}: commit accepted (target ≤ 2 s)", f"{accepted:.2f} s"
    _, applied = _timed(lambda: run_sheet(sheet_id=sheet.pk))
    done = SheetImport.objects.get(pk=sheet.pk).done
    yield f"{kind}: all {done} lines carried out by one worker", f"{applied:.1f} s"


def _file(kind: str) -> bytes:
    rows = [
        [
            f"Session {n}, renamed", f"s-{n:05}", f"https://media.example.org/{n}.mp4",
            "Conference 2026", "keynote, 2026", "en-US", "" if n < LINES // 2 else "de-DE, ja-JP",
            "", "", "",
        ]
        for n in range(LINES)
    ]  # fmt: skip
    if kind == "csv":
        return "".join(write_csv(COLUMNS, rows)).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_xlsx(path, "Videos", COLUMNS, rows)
        return path.read_bytes()


def _export() -> Iterator[tuple[str, str]]:
    team = make_team()
    connection = connection_of(team)
    with team_scope(team.id):
        _make_assets(team, connection.pk, EXPORTED)
        # A first pass, so that what Python and Django keep anyway is not counted.
        sum(1 for _ in asset_rows(Asset.objects.filter(title__lt="Session 1")))
        before = _peak()
        size, seconds = _timed(
            lambda: sum(map(len, write_csv(HEADINGS, asset_rows(Asset.objects.shown()))))
        )
    yield f"export of {EXPORTED:,} videos as CSV, {size / 1e6:.0f} MB", f"{seconds:.1f} s"
    yield "its peak memory above what it began with", f"{(_peak() - before) / 1024:.1f} MiB"


def _processor_seconds() -> float:
    """Ours and that of children that have ended; a busy machine does not change it much."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _peak() -> int:
    """KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    result = act()
    return result, time.perf_counter() - began
