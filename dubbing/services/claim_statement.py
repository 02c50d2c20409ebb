"""The statement by which a worker takes a message and its place in the lane, as plain SQL.

Each message passes it; putting the same together from models costs more than running it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from dubbing.models import OutboxMessage, SendingLane
from dubbing.services.clock import lease_from
from dubbing.states import MessageState

# The lane is locked by the caller: nobody else counts its places meanwhile, and what others have
# committed before that lock is seen here. The bucket pays only for a message that is taken.
TAKE = """
WITH taken AS (
    UPDATE dubbing_outboxmessage AS m
    SET state = %(sending)s, attempts = m.attempts + 1, sent_at = %(now)s,
        tried_since = COALESCE(m.tried_since, %(now)s), slot_at = NULL, lease_until = %(lease)s
    WHERE m.id = %(message)s AND m.team_id = %(team)s AND %(places)s > (
        SELECT count(*)
        FROM dubbing_outboxmessage AS other
        JOIN dubbing_asset AS a ON a.id = other.asset_id
        WHERE other.state = %(sending)s AND other.lease_until >= %(now)s
          AND other.team_id = %(team)s AND a.connection_id = %(connection)s)
    RETURNING m.id
), paid AS (
    UPDATE dubbing_sendinglane AS l
    SET tokens = %(tokens)s, filled_at = %(now)s
    WHERE l.id = %(lane)s AND %(tokens)s::float8 IS NOT NULL AND EXISTS (SELECT FROM taken)
)
SELECT 1 FROM taken
"""


def take_message(
    *,
    message: OutboxMessage,
    lane: SendingLane,
    places: int,
    tokens: float | None,
    now: datetime,
) -> bool:
    """Marks it “about to send”, if fewer than `places` of its lane are under way.

    Both rows are locked by the caller. `tokens`: what is then left in the bucket; None: nothing is
    taken out of it.
    """
    lease = lease_from(now)
    words = {
        "sending": MessageState.SENDING.value,
        "now": now,
        "lease": lease,
        "message": message.pk,
        "team": message.team_id,
        "connection": lane.connection_id,
        "lane": lane.pk,
        "places": places,
        "tokens": tokens,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, words)
        if cursor.fetchone() is None:
            return False
    message.state, message.attempts = MessageState.SENDING, message.attempts + 1
    message.sent_at, message.tried_since = now, message.tried_since or now
    message.slot_at, message.lease_until = None, lease
    return True
