"""How services start a task without importing it.

The broker is only a wake-up. A lost one costs a few seconds, until the sweep looks: so a broker
that is down is logged, never shown to the person whose command is already safe in the database.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from contextvars import copy_context
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.celery import app

logger = logging.getLogger(__name__)

DELIVER = "dubbing.deliver"
REFRESH = "dubbing.refresh"
ARCHIVE = "dubbing.archive"
EXPAND = "dubbing.expand"
ARRIVE = "dubbing.arrive"
TIDY = "dubbing.tidy"
PRUNE = "dubbing.prune"
SHEET = "dubbing.sheet"
PREFLIGHT = "dubbing.preflight"
MEASURE = "dubbing.measure"
LOOK = "dubbing.look"
TELL = "dubbing.tell"
BULK = "dubbing.bulk"
LEARN = "dubbing.learn"
DIGEST = "dubbing.digest"
PACK = "dubbing.pack"
SWEEP = "dubbing.sweep"
TASKS = frozenset(
    {
        PRUNE, DELIVER, REFRESH, ARCHIVE, EXPAND, ARRIVE, TIDY, SHEET, PREFLIGHT, MEASURE, LOOK,
        TELL, LEARN, DIGEST, PACK, BULK, SWEEP,
    }
)  # fmt: skip
BELL_SECONDS = 0.2
LONGEST_ALARM_SECONDS = 120.0

_bell = threading.Lock()
_rung_at = 0.0
_ringer: threading.Thread | None = None


def after_commit(
    task: str, team_id: uuid.UUID, row_id: uuid.UUID, *, at: datetime | None = None
) -> None:
    """`at`: the moment the row is due, where that is not yet."""
    transaction.on_commit(lambda: now(task, team_id, row_id, at=at))


def now(task: str, team_id: uuid.UUID, row_id: uuid.UUID, *, at: datetime | None = None) -> None:
    seconds = 0.0 if at is None else (at - timezone.now()).total_seconds()
    # A worker keeps what is to come in its memory: the far future is the sweep's.
    if seconds <= LONGEST_ALARM_SECONDS:
        _send(task, str(team_id), str(row_id), countdown=max(0.0, seconds))


def sweep_after_commit() -> None:
    """For callbacks, which may come by the thousand: one bell for all rows that are due.

    At most one bell in BELL_SECONDS and process; what comes in between waits for beat's sweep.
    """
    transaction.on_commit(_ring)


def _ring() -> None:
    """In a thread of its own: a broker that does not answer must not hold up whoever rings."""
    global _rung_at, _ringer
    with _bell:
        is_busy = _ringer is not None and _ringer.is_alive()
        if is_busy or time.monotonic() - _rung_at < BELL_SECONDS:
            return
        _rung_at = time.monotonic()
        words = (_send, SWEEP)
        _ringer = threading.Thread(target=copy_context().run, args=words, name="bell", daemon=True)
        _ringer.start()


def _send(task: str, *ids: str, countdown: float = 0.0) -> None:
    try:
        app.send_task(task, args=ids, countdown=countdown or None, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("no wake-up for %s: %s; the sweep will find it", task, type(error).__name__)
