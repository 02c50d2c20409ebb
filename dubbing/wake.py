"""How services start a task without importing it.

The broker is only a wake-up. A lost one costs a few seconds, until the sweep looks: so a broker
that is down is logged, never shown to the person whose command is already safe in the database.
"""

from __future__ import annotations

import logging
import uuid

from django.db import transaction
from kombu.exceptions import OperationalError

from config.celery import app

logger = logging.getLogger(__name__)

DELIVER = "dubbing.deliver"
REFRESH = "dubbing.refresh"
ARCHIVE = "dubbing.archive"
SWEEP = "dubbing.sweep"
TASKS = frozenset({DELIVER, REFRESH, ARCHIVE, SWEEP})


def after_commit(task: str, team_id: uuid.UUID, row_id: uuid.UUID) -> None:
    transaction.on_commit(lambda: now(task, team_id, row_id))


def now(task: str, team_id: uuid.UUID, row_id: uuid.UUID) -> None:
    try:
        app.send_task(task, args=[str(team_id), str(row_id)], ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("no wake-up for %s: %s; the sweep will find it", task, type(error).__name__)
