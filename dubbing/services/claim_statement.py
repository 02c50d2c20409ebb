"""The statements by which a worker takes a message and its place in the lane, as plain SQL.

Each message passes them while its lane is locked. They go to the server together: the lane is free
again one round trip later, and putting the same together from models costs more than running it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database

from dubbing.models import OutboxMessage
from dubbing.services.clock import lease_from
from dubbing.states import MessageState

# How much of a minute's sends may go in one burst, and how long a promised place is good for.
BURST_SECONDS = 10

# The second statement's snapshot is taken after the first one's wait: it counts what those have
# taken who had the lane before. While a lane is down one probe goes at a time. The bucket, where
# there is one, pays only for a message that is taken; one with a promised place has paid before.
# Nothing but the few that are under way is counted through: no join, and no team, may lead the
# planner to all that waits.
TAKE = """
SELECT 1 FROM dubbing_sendinglane WHERE connection_id = %(connection)s FOR UPDATE;
WITH lane AS (
    SELECT id, tokens, filled_at,
        CASE WHEN down_since IS NULL AND NOT %(has_place)s
             THEN COALESCE(per_minute, %(per_minute)s) END / 60.0::float8 AS rate,
        CASE WHEN rejected_at IS NOT NULL AND rejected_key = %(key)s THEN 0
             WHEN held_until > %(now)s THEN 0
             WHEN down_since IS NULL THEN COALESCE(at_once, %(at_once)s)
             WHEN probe_at > %(now)s THEN 0
             ELSE 1 END AS places
    FROM dubbing_sendinglane WHERE connection_id = %(connection)s
), place AS (
    SELECT id, rate,
        LEAST(
            GREATEST(1, rate * %(burst)s),
            tokens + CASE WHEN filled_at IS NULL THEN 'infinity'
                ELSE GREATEST(0, EXTRACT(EPOCH FROM %(now)s - filled_at))::float8 * rate END
        ) - 1 AS tokens,
        places > (
            SELECT count(*)
            FROM dubbing_outboxmessage AS other
            WHERE other.state = %(sending)s AND other.lease_until >= %(now)s AND (
                SELECT a.connection_id FROM dubbing_asset AS a WHERE a.id = other.asset_id
            ) = %(connection)s) AS is_free
    FROM lane
), taken AS (
    UPDATE dubbing_outboxmessage AS m
    SET state = %(sending)s, attempts = m.attempts + 1, sent_at = %(now)s,
        tried_since = COALESCE(m.tried_since, %(now)s), slot_at = NULL, lease_until = %(lease)s
    FROM place
    WHERE m.id = %(message)s AND place.is_free AND (place.rate IS NULL OR place.tokens >= 0)
    RETURNING m.id
), promised AS (
    UPDATE dubbing_outboxmessage AS m
    SET due_at = %(now)s + make_interval(secs => -place.tokens / place.rate),
        slot_at = %(now)s + make_interval(secs => -place.tokens / place.rate)
    FROM place
    WHERE m.id = %(message)s AND place.is_free AND place.rate IS NOT NULL AND place.tokens < 0
    RETURNING m.slot_at
), paid AS (
    UPDATE dubbing_sendinglane AS l
    SET tokens = place.tokens, filled_at = %(now)s
    FROM place
    WHERE l.id = place.id AND place.is_free AND place.rate IS NOT NULL
)
SELECT EXISTS (SELECT FROM taken), (SELECT slot_at FROM promised) FROM place
"""


@dataclass(frozen=True)
class Taking:
    """What came of it: it is taken, or promised a place `later`, or neither."""

    is_taken: bool
    later: datetime | None


def take_message(
    *, message: OutboxMessage, key: str, at_once: int, per_minute: int | None, now: datetime
) -> Taking | None:
    """Marks it “about to send” if its lane lets it; None: its connection has no lane yet.

    The message is locked by the caller. `key`: digest of the connection's key. `at_once` and
    `per_minute`: for a lane that has none of its own.
    """
    lease = lease_from(now)
    words: dict[str, Any] = {
        "connection": message.asset.connection_id,
        "message": message.pk,
        "has_place": _has_place(message, now),
        "key": key,
        "at_once": at_once,
        "per_minute": per_minute,
        "burst": BURST_SECONDS,
        "sending": MessageState.SENDING.value,
        "now": now,
        "lease": lease,
    }
    with database.cursor() as cursor:
        cursor.execute(TAKE, words)
        cursor.nextset()
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0]:
        message.state, message.attempts = MessageState.SENDING, message.attempts + 1
        message.sent_at, message.tried_since = now, message.tried_since or now
        message.slot_at, message.lease_until = None, lease
    return Taking(is_taken=row[0], later=row[1])


def _has_place(message: OutboxMessage, now: datetime) -> bool:
    """A promise goes stale: after an hour's pause sixty of them must not be kept at once."""
    promised = message.slot_at
    return promised is not None and promised <= now < promised + timedelta(seconds=BURST_SECONDS)
