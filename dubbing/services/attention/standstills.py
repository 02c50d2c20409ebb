"""What keeps the whole team's work from going on: sending, money, connection, keys, callbacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import ApiKey
from accounts.roles import Can
from accounts.scoping import active_team_id
from dubbing.models import Connection, OutboxMessage
from dubbing.services.attention.concerns import COUNTED, Button, Concern, Viewer, things
from dubbing.services.attention.lapsing import lapsing_concerns
from dubbing.services.brakes import why_stopped
from dubbing.services.lanes import Hold, find_holds
from dubbing.services.refusals import recent_refusals
from dubbing.states import CheckResult, Group, MessageState

LAPSES_WITHIN = timedelta(days=14)


def standstill_concerns(viewer: Viewer, now: datetime) -> Iterable[Concern]:
    """What stops everybody, or costs money unless somebody decides."""
    if viewer.can(Can.PRODUCE):
        yield from _paused()
        yield from _connection(viewer, now)
        yield from _unknown_outcomes()
        yield from _held(viewer)


def door_concerns(viewer: Viewer, now: datetime) -> Iterable[Concern]:
    """What goes wrong at the desk's own doors, and stops nobody yet."""
    if viewer.can(Can.PRODUCE):
        yield from lapsing_concerns(now)
    if viewer.can(Can.MANAGE_TEAM):
        yield from _refused_callbacks(now)
    if viewer.can(Can.MAKE_KEYS):
        yield from _lapsing_keys(now)


def _queue(label: str = "Open the queue") -> Button:
    return Button(label, reverse("dubbing:queue"), "send")


def _paused() -> Iterable[Concern]:
    stop = why_stopped(team_id=active_team_id())
    if stop is None:
        return
    who = f"{stop.by} stopped it" if stop.by else "It was stopped"
    reason = f": “{stop.reason}”." if stop.reason else "."
    yield Concern(
        key="paused",
        group=Group.SLOW,
        icon="player-pause",
        sentence="Sending is paused for the whole installation."
        if stop.everywhere
        else "Sending is paused.",
        advice=f"{who}{reason} Commands are still taken, and wait.",
        oldest=stop.since,
        button=_queue(),
    )


def _connection(viewer: Viewer, now: datetime) -> Iterable[Concern]:
    current = Connection.objects.filter(is_current=True).first()
    if current is None:
        yield _unconnected(viewer)
        return
    holds = list(find_holds(now=now).values())
    yield from (_held_lane(hold, viewer) for hold in holds if hold.kind != "asked")
    if current.pk in {hold.connection.pk for hold in holds}:
        return
    if current.check_result == CheckResult.REFUSED:
        yield _doubted(current, viewer, "is refused", Group.BROKEN)
    elif current.check_result != CheckResult.ACCEPTED and not current.is_sandbox:
        yield _doubted(current, viewer, "is not verified", Group.SLOW)


def _to_connection(viewer: Viewer, label: str) -> Button | None:
    """None: an owner has to do it."""
    if not viewer.can(Can.MANAGE_TEAM):
        return None
    return Button(label, reverse("dubbing:connection"), "plug")


def _unconnected(viewer: Viewer) -> Concern:
    return Concern(
        key="no_connection",
        group=Group.ASKED,
        icon="plug",
        sentence="This team has no connection to Panjaya yet.",
        advice="Nothing can be sent before an owner enters a key.",
        button=_to_connection(viewer, "Connect"),
    )


def _held_lane(hold: Hold, viewer: Viewer) -> Concern:
    name = hold.connection.name
    if hold.kind == "key":
        return Concern(
            key="key_rejected",
            group=Group.BROKEN,
            icon="key",
            sentence=f"The key of “{name}” is refused: nothing is sent.",
            advice="Everything waits until an owner enters a new key.",
            oldest=hold.since,
            button=_to_connection(viewer, "Enter a new key") or _queue(),
        )
    return Concern(
        key="unreachable",
        group=Group.SLOW,
        icon="plug-x",
        sentence=f"“{name}” cannot be reached.",
        advice="It is tried again and again; once one command gets through, all go on.",
        oldest=hold.since,
        button=_queue(),
    )


def _doubted(connection: Connection, viewer: Viewer, words: str, group: Group) -> Concern:
    return Concern(
        key="key_unverified",
        group=group,
        icon="key",
        sentence=f"The key of “{connection.name}” {words}.",
        advice=connection.check_detail,
        oldest=connection.checked_at,
        button=_to_connection(viewer, "Check it"),
    )


def _unknown_outcomes() -> Iterable[Concern]:
    rows = _open_messages("unknown_at", state=MessageState.UNCONFIRMED)
    if not rows:
        return
    oldest, first = rows[0]
    words = "was" if len(rows) == 1 else "were"
    yield Concern(
        key="unknown_outcomes",
        group=Group.ASKED,
        icon="help-circle",
        sentence=f"{things(len(rows), 'command')} {words} sent, and no answer came back.",
        advice="Nothing is sent twice by itself: that could be paid twice. Somebody decides.",
        count=len(rows),
        oldest=oldest,
        button=Button(
            "Decide" if len(rows) == 1 else "Decide the oldest",
            reverse("dubbing:message-decide", args=[first]),
        ),
    )


def _held(viewer: Viewer) -> Iterable[Concern]:
    rows = _open_messages("held_at", state=MessageState.WAITING, held_at__isnull=False)
    if not rows:
        return
    words = "waits" if len(rows) == 1 else "wait"
    is_owner = viewer.can(Can.MANAGE_MONEY)
    yield Concern(
        key="held",
        group=Group.ASKED,
        icon="coins",
        sentence=f"{things(len(rows), 'command')} {words} above the month’s ceiling.",
        advice="" if is_owner else "An owner has to release them.",
        count=len(rows),
        oldest=rows[0][0],
        button=Button(
            "Release or take back" if is_owner else "Show them", reverse("dubbing:money"), "coins"
        ),
    )


def _open_messages(moment: str, **words: Any) -> list[tuple[Any, Any]]:
    """Moment and id, the oldest first; at most one more than is counted."""
    rows = OutboxMessage.objects.filter(**words).order_by(moment).values_list(moment, "pk")
    return list(rows[: COUNTED + 1])


def _refused_callbacks(now: datetime) -> Iterable[Concern]:
    found = recent_refusals(now=now)
    if found is not None:
        count = min(found.count, COUNTED + 1)
        words = "was" if count == 1 else "were"
        yield Concern(
            key="callbacks_refused",
            group=Group.BROKEN,
            icon="shield-x",
            sentence=f"{things(count, 'callback')} {words} refused in the last 24 hours.",
            advice=f"The latest: {found.reason} Check the public key that they are signed with.",
            count=count,
            oldest=found.first_at,
            button=Button("Check the connection", reverse("dubbing:connection"), "plug"),
        )


def _lapsing_keys(now: datetime) -> Iterable[Concern]:
    usable = ApiKey.objects.usable(now).filter(expires_at__lt=now + LAPSES_WITHIN)
    keys = list(usable.order_by("expires_at").values_list("name", "expires_at")[: COUNTED + 1])
    if keys:
        name, ends = keys[0]
        others = len(keys) - 1
        yield Concern(
            key="keys_lapsing",
            group=Group.SLOW,
            icon="key",
            sentence=f"The API key “{name}” ends on {ends:%-d %B}.",
            advice=f"{things(others, 'other key')} will soon follow." if others else "",
            count=len(keys),
            button=Button("See the keys", reverse("accounts:keys"), "key"),
        )
