"""Finds what the broker lost and what dead workers left behind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from accounts.scoping import all_teams, team_scope
from dubbing import wake
from dubbing.models import Asset, Film, OutboxMessage
from dubbing.services import lanes
from dubbing.services.clock import database_now
from dubbing.services.outbox import settle_abandoned

SWEEP_LOCK = 7_240_001
BATCH = 200


def sweep() -> None:
    """Wakes a worker for all that is due; one sweeper at a time, the others go home."""
    with _only_sweeper() as alone:
        if not alone:
            return
        now = database_now()
        due = _due_rows(now)
        abandoned = _abandoned(now)
    for task, team_id, row_id in due:
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


def _due_rows(now: datetime) -> list[tuple[str, uuid.UUID, uuid.UUID]]:
    with all_teams("the sweep looks after every team"):
        questions = (
            (wake.DELIVER, lanes.free_messages(now).order_by("due_at")),
            (wake.REFRESH, Asset.objects.refresh_due(now).order_by("refresh_due_at")),
            (wake.ARCHIVE, Film.objects.due(now).order_by("due_at")),
        )
        return [
            (task, team_id, row_id)
            for task, rows in questions
            for team_id, row_id in rows.values_list("team_id", "pk")[:BATCH]
        ]


def _abandoned(now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with all_teams("the sweep looks after every team"):
        return list(OutboxMessage.objects.abandoned(now).values_list("team_id", "pk")[:BATCH])
