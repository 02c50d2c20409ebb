"""Finds what the broker lost and what dead workers left behind."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from accounts.scoping import all_teams, team_scope
from dubbing import wake
from dubbing.models import (
    Batch,
    BatchItem,
    BulkAction,
    DownloadArchive,
    Film,
    LinkCheck,
    MonthTotal,
    OutboxMessage,
    SheetImport,
    Upload,
)
from dubbing.services import lanes
from dubbing.services.arrivals import due_arrivals
from dubbing.services.clock import database_now
from dubbing.services.looks import looks_to_wake
from dubbing.services.outbox import settle_abandoned

SWEEP_LOCK = 7_240_001
BATCH = 200
# A wake-up that waits in the broker needs no second one beside it; one that was lost gets it.
WAKE_AGAIN_SECONDS = 5.0

Row = tuple[str, uuid.UUID, uuid.UUID]
_woken: dict[Row, float] = {}


def sweep() -> None:
    """Wakes a worker for all that is due; one sweeper at a time, the others go home."""
    with _only_sweeper() as alone:
        if not alone:
            return
        now = database_now()
        due = _due_rows(now)
        abandoned = _abandoned(now)
    for task, team_id, row_id in _not_woken_lately(due):
        wake.now(task, team_id, row_id)
    for team_id, message_id in abandoned:
        with team_scope(team_id):
            settle_abandoned(message_id=message_id, now=now)


@contextmanager
def _only_sweeper() -> Iterator[bool]:
    """Whether nobody else sweeps.

    The lock belongs to the session, not to a transaction: one around all questions would hold on
    to every table they touch, in the way of whoever has to lock one whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def _due_rows(now: datetime) -> list[Row]:
    with all_teams("the sweep looks after every team"):
        questions = (
            (wake.ARCHIVE, Film.objects.due(now).order_by("due_at")),
            (wake.EXPAND, Batch.objects.to_expand(now).order_by("sent_at")),
            (wake.BULK, BulkAction.objects.to_work(now).order_by("pk")),
            (wake.SHEET, SheetImport.objects.due(now).order_by("pk")),
            (wake.LOOK, LinkCheck.objects.due(now).order_by("due_at")),
            (wake.MEASURE, Upload.objects.to_measure(now).order_by("finished_at")),
            (wake.PACK, DownloadArchive.objects.to_prepare(now).order_by("pk")),
            (wake.TELL, MonthTotal.objects.to_tell(now).order_by("tell_due_at")),
        )
        found = [
            (task, team_id, row_id)
            for task, rows in questions
            for team_id, row_id in rows.values_list("team_id", "pk")[:BATCH]
        ]
        found += [(wake.DELIVER, *ids) for ids in lanes.messages_to_wake(now=now, most=BATCH)]
        found += [(wake.REFRESH, *ids) for ids in looks_to_wake(now=now, most=BATCH)]
        found += [(wake.PREFLIGHT, *ids) for ids in _batches_to_check(now)]
        return found + [(wake.ARRIVE, *ids) for ids in due_arrivals(now)[:BATCH]]


def _batches_to_check(now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Team and id: one worker after another takes rows of it that are due."""
    rows = BatchItem.objects.check_due(now).order_by()
    return list(rows.values_list("team_id", "batch_id").distinct()[:BATCH])


def _not_woken_lately(due: list[Row]) -> list[Row]:
    """As far as this process remembers: others may have woken them too, which does no harm."""
    now = time.monotonic()
    for row in [row for row, at in list(_woken.items()) if now - at >= WAKE_AGAIN_SECONDS]:
        _woken.pop(row, None)
    fresh = [row for row in due if row not in _woken]
    _woken.update(dict.fromkeys(fresh, now))
    return fresh


def _abandoned(now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with all_teams("the sweep looks after every team"):
        return list(OutboxMessage.objects.abandoned(now).values_list("team_id", "pk")[:BATCH])
