"""How many callbacks were refused at a team's own addresses, by the hour.

Whoever knows such an address may call it as often as they like: so this process writes at most one
small row in WRITTEN_EVERY seconds and team, and nothing of what came.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.ids import new_id
from dubbing.models import RefusedCallbacks

WRITTEN_EVERY = 5.0
LATELY = timedelta(hours=24)
REASON_LENGTH = 200
COUNT = """
INSERT INTO dubbing_refusedcallbacks (id, team_id, hour, count, reason, last_at)
VALUES (%(id)s, %(team)s, date_trunc('hour', %(now)s::timestamptz), %(count)s, %(reason)s, %(now)s)
ON CONFLICT (team_id, hour) DO UPDATE SET
    count = LEAST(dubbing_refusedcallbacks.count + EXCLUDED.count, 2000000000),
    reason = EXCLUDED.reason, last_at = EXCLUDED.last_at
"""

_lock = threading.Lock()
_uncounted: dict[uuid.UUID, int] = {}
_written_at: dict[uuid.UUID, float] = {}


def note_refused(*, team_id: uuid.UUID, reason: str) -> None:
    """Counts one; what comes within the next seconds is written with the first one after them."""
    count = _take_count(team_id)
    if count:
        words: dict[str, Any] = {
            "id": new_id(),
            "team": team_id,
            "now": timezone.now(),
            "count": count,
            "reason": reason[:REASON_LENGTH],
        }
        with connection.cursor() as cursor:
            cursor.execute(COUNT, words)


def _take_count(team_id: uuid.UUID) -> int:
    """How many to write now; 0: a little later."""
    with _lock:
        count = _uncounted.pop(team_id, 0) + 1
        written = _written_at.get(team_id)
        if written is not None and time.monotonic() - written < WRITTEN_EVERY:
            _uncounted[team_id] = count
            return 0
        _written_at[team_id] = time.monotonic()
    return count


@dataclass(frozen=True)
class Refusals:
    """Of the last day and night. `count` may lack the newest few."""

    count: int
    first_at: datetime
    """Of the latest in the first of these hours."""
    last_at: datetime
    reason: str


def recent_refusals(*, now: datetime) -> Refusals | None:
    """None: there were none."""
    rows = list(RefusedCallbacks.objects.filter(hour__gte=now - LATELY).order_by("hour"))
    if not rows:
        return None
    last = rows[-1]
    return Refusals(sum(row.count for row in rows), rows[0].last_at, last.last_at, last.reason)
