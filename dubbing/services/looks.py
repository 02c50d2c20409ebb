"""Which of the looks that are due the sweep wakes: no more than their keys have left.

A large batch makes thousands of looks due at once, and a key has one a second. Woken for nothing,
each of them would cost a worker as much as a look: so the others get a later moment here, in one
statement.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection as database

from dubbing.models import Asset, Connection
from dubbing.services.budget import free_looks

# Whoever is at one of them just now gives it its next moment anyway.
PUT_OFF = """
WITH late AS (
    SELECT a.id, later.due_at
    FROM dubbing_asset AS a
    JOIN unnest(%(ids)s::uuid[], %(moments)s::timestamptz[]) AS later(id, due_at) ON later.id = a.id
    WHERE a.refresh_due_at <= %(now)s
    FOR UPDATE OF a SKIP LOCKED
)
UPDATE dubbing_asset AS a SET refresh_due_at = late.due_at FROM late WHERE a.id = late.id
"""


def looks_to_wake(*, now: datetime, most: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Team and id of assets; asked in the scope of all teams. Puts off what must wait."""
    due = Asset.objects.refresh_due(now).order_by("refresh_due_at")
    by_connection = defaultdict(list)
    for team_id, pk, connection_id in due.values_list("team_id", "pk", "connection_id")[:most]:
        by_connection[connection_id].append((team_id, pk))
    found: list[tuple[uuid.UUID, uuid.UUID]] = []
    late: list[tuple[uuid.UUID, datetime]] = []
    for connection in Connection.objects.filter(pk__in=by_connection):
        rows = by_connection[connection.pk]
        moments = free_looks(connection, now=now, count=len(rows))
        found += [row for row, at in zip(rows, moments, strict=True) if at <= now]
        late += [(row[1], at) for row, at in zip(rows, moments, strict=True) if at > now]
    if late:
        _put_off(late, now)
    return found


def _put_off(late: Sequence[tuple[uuid.UUID, datetime]], now: datetime) -> None:
    ids, moments = zip(*late, strict=True)
    with database.cursor() as cursor:
        cursor.execute(PUT_OFF, {"ids": list(ids), "moments": list(moments), "now": now})
