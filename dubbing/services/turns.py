"""A worker's turn at the outbox: one message after another, without the broker in between.

The way through the broker for each of them would take longer than many an answer. A turn is short,
so that a large batch of one team does not keep the threads from others.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from dubbing.models import Connection, OutboxMessage
from dubbing.services import lanes, outbox

TURN_SECONDS = 1.0
LONGEST_TURN_SECONDS = 20.0
MOST_MISSES = 3


def deliver_in_turn(
    *, message_id: uuid.UUID, somebody_waits: Callable[[], bool] = lambda: True
) -> None:
    """This message, then whatever else its connection has due; at the end the rest is handed on.

    Where others were quicker with this one, a turn begins all the same: whoever handed it on
    counts on that. While nobody waits for this thread a turn goes on for longer.
    """
    began = time.monotonic()
    connection = outbox.attempt_message(message_id=message_id) or _connection_of(message_id)
    if connection is None:
        return
    misses = 0
    while not _is_over(began, somebody_waits):
        if outbox.attempt_next(connection=connection):
            misses = 0
            continue
        # A miss: others were quicker, or there is no place. They, or the lane's news, will go on.
        misses += 1
        if misses == MOST_MISSES or lanes.next_due(connection=connection) is None:
            return
    lanes.wake_next(connection=connection)


def _is_over(began: float, somebody_waits: Callable[[], bool]) -> bool:
    seconds = time.monotonic() - began
    return seconds > LONGEST_TURN_SECONDS or (seconds > TURN_SECONDS and somebody_waits())


def _connection_of(message_id: uuid.UUID) -> Connection | None:
    messages = OutboxMessage.objects.select_related("asset__connection")
    message: OutboxMessage | None = messages.filter(pk=message_id).first()
    return None if message is None else message.asset.connection
