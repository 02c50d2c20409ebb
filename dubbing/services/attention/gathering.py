from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dubbing.services.attention.concerns import Concern, Viewer
from dubbing.services.attention.dubs import dub_concerns
from dubbing.services.attention.standstills import door_concerns, standstill_concerns


def find_concerns(*, viewer: Viewer, now: datetime | None = None) -> list[Concern]:
    """Of the active team, what keeps everybody from working first. Empty: nothing to do."""
    now = now or timezone.now()
    return [
        *standstill_concerns(viewer, now),
        *dub_concerns(viewer, now),
        *door_concerns(viewer, now),
    ]
