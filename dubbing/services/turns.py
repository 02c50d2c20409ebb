"""A worker's turn at the outbox: one message after another, without the broker in between.

The way through the broker for each of them would take longer than many an answer. A turn is short,
so that a large batch of one team does not keep the threads from others.
"""

from __future__ import annotations

import time
import uuid

from dubbing.services import lanes
from dubbing.services.outbox import attempt_message

TURN_SECONDS = 1.0
MOST_MISSES = 3


def deliver_in_turn(*, message_id: uuid.UUID) -> None:
    """This message, then whatever else its connection has due; at the end the rest is handed on."""
    ends_at = time.monotonic() + TURN_SECONDS
    connection = attempt_message(message_id=message_id)
    misses = 0
    while connection is not None and misses < MOST_MISSES:
        if time.monotonic() > ends_at:
            lanes.wake_next(connection=connection)
            return
        following = lanes.next_due(connection=connection, whichever=misses > 0)
        if following is None:
            return
        # A miss: others were quicker, or there is no place. They, or the lane's news, will go on.
        misses = 0 if attempt_message(message_id=following) else misses + 1
