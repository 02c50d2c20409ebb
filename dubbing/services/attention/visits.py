"""When somebody was here last: a visit ends after half an hour of silence."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, When
from django.utils import timezone

from dubbing.models import MemberDesk

SILENCE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=3)
MOST_REMEMBERED = 10_000

_lock = threading.Lock()
_noted: dict[tuple[uuid.UUID, uuid.UUID], float] = {}


def note_visit(*, team_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Somebody opened a page of the active team. This process writes it every few minutes."""
    if _is_due(team_id, user_id):
        write_visit(team_id=team_id, user_id=user_id, now=timezone.now())


def _is_due(team_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    here, now = (team_id, user_id), time.monotonic()
    with _lock:
        if here in _noted and now - _noted[here] < NOTED_EVERY.total_seconds():
            return False
        if len(_noted) >= MOST_REMEMBERED:
            _noted.clear()
        _noted[here] = now
    return True


def write_visit(*, team_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> None:
    desks = MemberDesk.objects.filter(user_id=user_id)
    is_new_visit = When(seen_at__lt=now - SILENCE, then=F("seen_at"))
    visited = {"last_here_at": Case(is_new_visit, default=F("last_here_at")), "seen_at": now}
    if desks.filter(Q(seen_at=None) | Q(seen_at__lt=now)).update(**visited):
        return
    MemberDesk.objects.get_or_create(
        user_id=user_id, team_id=team_id, defaults={"team_id": team_id, "seen_at": now}
    )


def last_here(*, user_id: uuid.UUID, now: datetime) -> datetime | None:
    """When the visit before this one ended; None: this is the first."""
    desk = MemberDesk.objects.filter(user_id=user_id).first()
    if desk is None or desk.seen_at is None:
        return None
    ended: datetime | None = desk.seen_at if now - desk.seen_at > SILENCE else desk.last_here_at
    return ended
