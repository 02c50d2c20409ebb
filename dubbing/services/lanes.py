"""One connection's lane: how many sends at once and per minute, and when nobody is there.

The bucket is kept in the database and may run below zero: a message that finds it empty is promised
the moment at which its place will be there, so a thousand of them come back one by one, in order.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import (
    Connection,
    InstallationBrake,
    OutboxMessage,
    SendingBrake,
    SendingLane,
)
from dubbing.services.claim_statement import take_message
from dubbing.services.clock import database_now
from dubbing.states import MessageState

SANDBOX_AT_ONCE = 32
# Woken by a sweep: for a connection without a lane yet, and how many long backlogs it passes over.
FIRST_FEW = 4
MOST_BACKLOGS = 5
OUTAGES_TO_DOWN = 5
FIRST_PROBE_SECONDS = 2
LONGEST_PROBE_SECONDS = 300


def take_place(*, message: OutboxMessage, now: datetime) -> bool:
    """Marks the message “about to send” if its lane has a place for it; whether it had.

    A place in the future becomes its due time. The message is locked by the caller.
    """
    connection = message.asset.connection
    words: dict[str, Any] = {
        "key": _digest(connection),
        "at_once": _usual_at_once(connection),
        "per_minute": _usual_per_minute(connection),
    }
    taking = take_message(message=message, now=now, **words)
    if taking is None:
        locked_lane(connection)
        taking = take_message(message=message, now=now, **words)
    if taking is None:
        return False
    if taking.later is not None:
        wake.after_commit(wake.DELIVER, message.team_id, message.pk, at=taking.later)
    return taking.is_taken


def locked_lane(connection: Connection) -> SendingLane:
    lanes = SendingLane.objects.select_for_update(of=("self",))
    lane: SendingLane | None = lanes.filter(connection_id=connection.pk).first()
    if lane is None:
        SendingLane.objects.get_or_create(
            connection=connection, defaults={"team_id": connection.team_id}
        )
        lane = lanes.get(connection_id=connection.pk)
    return lane


def sends_at_once(lane: SendingLane, connection: Connection) -> int:
    return lane.at_once or _usual_at_once(connection)


def _usual_at_once(connection: Connection) -> int:
    usual: int = SANDBOX_AT_ONCE if connection.is_sandbox else settings.SENDS_AT_ONCE
    return usual


def _usual_per_minute(connection: Connection) -> int | None:
    usual: int | None = None if connection.is_sandbox else settings.SENDS_PER_MINUTE
    return usual


def _under_way(now: datetime) -> Any:
    return OutboxMessage.objects.filter(state=MessageState.SENDING, lease_until__gte=now)


def blocked_connections(now: datetime) -> set[uuid.UUID]:
    """Whose messages the sweep need not wake just now; asked in the scope of all teams."""
    return {pk for pk, places in free_places(now).items() if not places}


def free_places(now: datetime) -> dict[uuid.UUID, int]:
    """By connection that has a lane: how many more could go at once; as blocked_connections."""
    counts = _under_way(now).order_by().values_list("asset__connection_id")
    under_way = dict(counts.annotate(Count("pk")))
    lanes = SendingLane.objects.select_related("connection")
    return {lane.connection_id: _free_places(lane, now, under_way) for lane in lanes}


def _free_places(lane: SendingLane, now: datetime, under_way: dict[uuid.UUID, int]) -> int:
    connection = lane.connection
    if is_rejected(lane, connection) or (lane.held_until and lane.held_until > now):
        return 0
    if lane.down_since is not None:
        places = 0 if lane.probe_at and lane.probe_at > now else 1
    else:
        places = sends_at_once(lane, connection)
    return max(0, places - under_way.get(connection.pk, 0))


def free_messages(now: datetime) -> Any:
    """Due ones that nothing holds back; asked in the scope of all teams.

    A stopped team's backlog would fill every batch of the sweep, and look like a dead worker.
    """
    messages = OutboxMessage.objects.due(now)
    if InstallationBrake.objects.exclude(paused_at=None).exists():
        return messages.none()
    stopped = SendingBrake.objects.exclude(paused_at=None).values_list("team_id")
    blocked = blocked_connections(now)
    return messages.exclude(team_id__in=stopped).exclude(asset__connection_id__in=blocked)


def messages_to_wake(*, now: datetime, most: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Team and id: for each connection as many due ones as it has places; all others follow them.

    Asked in the scope of all teams.
    """
    places = free_places(now)
    passed: set[uuid.UUID] = set()
    found: list[tuple[uuid.UUID, uuid.UUID]] = []
    for _ in range(MOST_BACKLOGS):
        # One connection's backlog may fill the whole answer: the others are asked for without it.
        others = free_messages(now).exclude(asset__connection_id__in=passed).order_by("due_at")
        rows = list(others.values_list("team_id", "pk", "asset__connection_id")[:most])
        for team_id, pk, connection_id in rows:
            passed.add(connection_id)
            if places.setdefault(connection_id, FIRST_FEW) > 0:
                places[connection_id] -= 1
                found.append((team_id, pk))
        if len(rows) < most:
            break
    return found


@dataclass(frozen=True)
class Hold:
    """Why a whole connection stands still: `key`, `asked` (to come later) or `down`."""

    kind: str
    connection: Connection
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""


def find_holds(*, now: datetime) -> dict[uuid.UUID, Hold]:
    """By connection, those of the active team that send nothing just now."""
    lanes = SendingLane.objects.select_related("connection")
    holds = (_hold(lane, lane.connection, now) for lane in lanes)
    return {hold.connection.pk: hold for hold in holds if hold is not None}


def _hold(lane: SendingLane, connection: Connection, now: datetime) -> Hold | None:
    if is_rejected(lane, connection):
        return Hold("key", connection, since=lane.rejected_at, reason=lane.rejected_reason)
    if lane.down_since is not None:
        return Hold("down", connection, since=lane.down_since, until=lane.probe_at)
    if lane.held_until and lane.held_until > now:
        return Hold("asked", connection, until=lane.held_until)
    return None


def is_rejected(lane: SendingLane, connection: Connection) -> bool:
    """Its key was refused, and is still the same: a new key opens the lane by itself."""
    return lane.rejected_at is not None and lane.rejected_key == _digest(connection)


def _digest(connection: Connection) -> str:
    return hashlib.sha256(connection.sealed_key.encode()).hexdigest()


def note_rejected_key(*, connection: Connection, reason: str) -> None:
    """Nothing more goes out by this connection until its key is replaced or somebody resumes it."""
    with team_atomic():
        lane = locked_lane(connection)
        lane.rejected_at, lane.rejected_reason = timezone.now(), reason
        lane.rejected_key = _digest(connection)
        lane.save(update_fields=["rejected_at", "rejected_reason", "rejected_key"])


def resume_lane(*, connection: Connection) -> None:
    """A person says: try again. Forgets refusals, requests to wait, and outages."""
    with team_atomic():
        lane = locked_lane(connection)
        lane.rejected_at, lane.rejected_reason, lane.rejected_key = None, "", ""
        lane.held_until = lane.down_since = lane.probe_at = None
        lane.outages = 0
        lane.save()
    _release(connection)


def note_wait(*, connection: Connection, until: datetime) -> None:
    """Panjaya named the moment: nothing goes out by this key before it, no look either."""
    with team_atomic():
        lane = locked_lane(connection)
        SendingLane.objects.filter(pk=lane.pk).update(held_until=Greatest("held_until", until))


def asked_to_wait(*, connection: Connection, now: datetime) -> datetime | None:
    """Until when Panjaya wants nothing by this key, looks included."""
    held = SendingLane.objects.filter(connection=connection, held_until__gt=now)
    until: datetime | None = held.values_list("held_until", flat=True).first()
    return until


def note_answer(*, connection: Connection) -> None:
    """Somebody is there. Ends an outage; costs one statement that nearly always finds nothing."""
    mended = SendingLane.objects.filter(connection=connection, outages__gt=0)
    if mended.update(outages=0, down_since=None, probe_at=None):
        _release(connection)


def note_unreachable(*, connection: Connection, now: datetime) -> datetime | None:
    """Counts an outage; the moment of the next probe once the connection counts as down."""
    with team_atomic():
        lane = locked_lane(connection)
        lane.outages += 1
        beyond = lane.outages - OUTAGES_TO_DOWN
        if beyond >= 0:
            lane.down_since = lane.down_since or now
            wait = min(FIRST_PROBE_SECONDS * 2 ** min(beyond, 16), LONGEST_PROBE_SECONDS)
            lane.probe_at = now + timedelta(seconds=wait)
        lane.save(update_fields=["outages", "down_since", "probe_at"])
    return lane.probe_at


def _release(connection: Connection) -> None:
    """What had waited longer and longer need not wait any more.

    Not while the lane is locked: a claim locks its message first. What somebody has hold of just
    now is left out.
    """
    now = database_now()
    waiting = OutboxMessage.objects.filter(
        asset__connection=connection,
        state=MessageState.WAITING,
        attempts__gt=0,
        due_at__gt=now,
    )
    with team_atomic():
        free = waiting.select_for_update(skip_locked=True, of=("self",))
        ids = list(free.values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk__in=ids).update(due_at=now)
        wake.sweep_after_commit()


def wake_next(*, connection: Connection) -> None:
    """A place is free: the message that is due first takes it, without waiting for the sweep."""
    following = next_due(connection=connection)
    if following is not None:
        wake.now(wake.DELIVER, connection.team_id, following)


def next_due(*, connection: Connection) -> uuid.UUID | None:
    """The message that is due first."""
    due = OutboxMessage.objects.due(Now()).sent_by(connection.pk)
    following: uuid.UUID | None = due.order_by("due_at").values_list("pk", flat=True).first()
    return following
