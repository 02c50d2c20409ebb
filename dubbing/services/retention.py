"""What is forgotten in time: the mirror stays, the traces of how it came about do not."""

from __future__ import annotations

import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.scoping import all_teams
from dubbing.models import BulkAction, CallbackDelivery, IdempotentAnswer, RefusedCallbacks
from dubbing.services.originals import remove_originals
from dubbing.services.sheets import forget_sheets
from dubbing.states import WORKING_BULK, BulkState

BATCH = 1000
HALVES_KEPT = timedelta(days=1)
SHEETS_KEPT = timedelta(days=90)
BULK_KEPT = timedelta(days=90)
ASKED_KEPT = timedelta(days=1)


def prune(*, now: datetime | None = None) -> dict[str, int]:
    """Deletes what the settings keep no longer, in short statements. Returns how many of each."""
    now = now or timezone.now()
    callbacks = now - timedelta(days=settings.KEEP_CALLBACKS_DAYS)
    answers = now - timedelta(days=settings.KEEP_ANSWERS_DAYS)
    SessionStore.clear_expired()
    originals = remove_originals(now=now)
    with all_teams("old traces of every team go"):
        return {
            "originals": originals,
            "callbacks": _delete(_older(CallbackDelivery, callbacks)),
            "refusals": _delete(_older(RefusedCallbacks, callbacks)),
            # One that was taken over again is younger than its id.
            "answers": _delete(_older(IdempotentAnswer, answers).filter(created_at__lt=answers)),
            "sheets": forget_sheets(before=first_id_at(now - SHEETS_KEPT)),
            "bulk": _forget_bulk(now),
            "halves": _drop_halves(before=now - HALVES_KEPT),
        }


def _forget_bulk(now: datetime) -> int:
    """Bulk actions with their rows: history keeps what they changed. What nobody said yes to goes
    after a day."""
    asked = _older(BulkAction, now - ASKED_KEPT).filter(state=BulkState.PREPARED)
    ended = _older(BulkAction, now - BULK_KEPT).exclude(state__in=sorted(WORKING_BULK))
    return _delete(asked) + _delete(ended)


def _drop_halves(*, before: datetime) -> int:
    """Files that a killed process was taking in: those who live drop their own."""
    dropped = 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("tmp*"):
        if _last_written(path) >= before.timestamp():
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        dropped += 1
    return dropped


def _last_written(path: Path) -> float:
    """Of a folder: the last of what lies in it. What has just gone counts as new."""
    try:
        return max(part.stat().st_mtime for part in (path, *path.glob("*")))
    except FileNotFoundError:
        return float("inf")


def _older(model: Any, moment: datetime) -> Any:
    """By the id, which begins with the time and has the only index."""
    return model.objects.filter(pk__lt=first_id_at(moment)).order_by("pk")


def first_id_at(moment: datetime) -> uuid.UUID:
    """No UUIDv7 made at this millisecond or later is smaller."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def _delete(rows: Any) -> int:
    deleted = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model.objects.filter(pk__in=batch).delete()[0]
    return deleted
