"""A person's open streams end when what they may see changes; edge listens.

Told within the transaction: PostgreSQL passes it on at its commit, or never. That is too dear for
what changes by the thousand (`dubbing/live.py`), and right for what must not get lost.
"""

from __future__ import annotations

import uuid

from django.db import connection

CHANNEL = "dubdesk_live"


def cut_streams(*, user_id: uuid.UUID, team_id: uuid.UUID | None = None) -> None:
    """Without a team: those of all teams. Who may still look opens a new one at once."""
    with connection.cursor() as cursor:
        words = f"revoke:{user_id}:{team_id or ''}"
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, words])
