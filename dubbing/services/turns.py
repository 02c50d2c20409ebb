"""A worker's turn at the outbox: one message after another, without the broker in between.

The way through the broker for each of them would take longer than many an answer. A turn is short,
so that a large batch of one team does not keep the threads from others.
"""

from __future__ import annotations

import time
import uuid

from dubbing.services import lanes, outbox

TURN_SECONDS = 1.0
MOST_MISSES = 3


def deliver_in_turn(*, message_id: uuid.UUID) -> None:
    """This message, then whatever else its connection has due; at the end the rest is handed on."""
    ends_at = time.monotonic() + TURN_SECONDS
    connection = outbox.attempt_message(message_id=message_id)
    if connection is None:
        return
    misses = 0
    while time.monotonic() <= ends_at:
        if outbox.attempt_next(connection=connection):
            misses = 0
            continue
        # A miss: others were quicker, or there is no place. They, or the lane's news, will go on.
        misses += 1
        if misses == MOST_MISSES or lanes.next_due(connection=connection) is None:
            return
    lanes.wake_next(connection=connection)
