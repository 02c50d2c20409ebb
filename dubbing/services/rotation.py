"""A new key in front of the ring: what the old ones sealed is sealed anew, then they may go."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from accounts.scoping import all_teams
from accounts.sealing import read_ring
from dubbing.models import Connection


def reseal_keys() -> int:
    """Seals every connection's key with the ring's first key; how many needed it.

    All or nothing: raises SealError where a key of the ring is missing.
    """
    newest = next(iter(read_ring(settings.KEY_RING)))
    changed = 0
    with all_teams("every team's keys are sealed anew"), transaction.atomic():
        rows = Connection.objects.exclude(sealed_key="").select_for_update(of=("self",))
        for row in rows.exclude(sealed_key__startswith=f"{newest}:"):
            row.set_key(row.read_key())
            row.save(update_fields=["sealed_key", "key_hint"])
            changed += 1
    return changed
