from __future__ import annotations

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """UUIDv7: grows with time, so new rows land at the end of every index."""
    return uuid_utils.compat.uuid7()
