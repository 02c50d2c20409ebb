"""What waits to be sent for one video or one dub: “Will be sent in 24 s · Undo”."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from dubbing.models import Asset, Connection, OutboxMessage, Version
from dubbing.screens.queue import Send, as_sends, digest_of, open_messages
from dubbing.services.brakes import send_delay, why_stopped
from dubbing.services.lanes import find_holds
from dubbing.states import MessageState

MOST = 50


def waiting_sends(asset: Asset, version: Version | None = None) -> list[Send]:
    """Those that can be taken back; what failed once already is shown among the troubles.

    What waits for an owner is here in any case: nothing has gone wrong with it.
    """
    messages = list(
        open_messages()
        .filter(Q(attempts=0) | Q(held_at__isnull=False))
        .filter(asset=asset, state=MessageState.WAITING)
        .filter(**({"version": version} if version is not None else {}))
        .order_by("due_at", "pk")[:MOST]
    )
    if not messages:
        return []
    stop = why_stopped(team_id=asset.team_id)
    return as_sends(messages, stop, find_holds(now=timezone.now()))


def delay_words() -> str:
    """Whether what is sent now can be taken back."""
    connection = Connection.objects.filter(is_current=True).first()
    seconds = int(send_delay(connection=connection).total_seconds()) if connection else 0
    if not seconds:
        return "Commands of this team leave at once: they cannot be taken back."
    return f"Each waits {seconds} s before it leaves; only until then it can be undone."


def held_dubbings(asset: Asset) -> frozenset[str]:
    """Ids of the dubs that Panjaya has not heard of because an owner is to release them first."""
    lists = OutboxMessage.objects.held().filter(asset=asset).values_list("payload__dubbings")
    return frozenset(key for [listed] in lists for key in listed or ())


def waiting_revision(asset: Asset, version: Version | None = None) -> list[Any]:
    """For a page's revision: changes when what waits would look different."""
    sends = waiting_sends(asset, version)
    return [*digest_of(sends), sends[0].stop if sends else None]
