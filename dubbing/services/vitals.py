"""How the work in the background is doing.

Every question is answered by a partial index and stops counting at CAP, so that asking costs the
same on an idle desk and behind a backlog of a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from accounts.scoping import all_teams
from dubbing.models import Asset, Film, OutboxMessage
from dubbing.services.lanes import free_messages
from dubbing.states import MessageState

CAP = 10_000


@dataclass(frozen=True)
class Vitals:
    """Numbers of messages and rows, each at most CAP; ages in seconds, None where there is none.

    `oldest_unsent_seconds` is the time since the oldest waiting message was written, as far as
    it is among the CAP most overdue ones. `overdue_seconds` tells whether anybody works at all:
    how long the first of those has been due that no brake, no full lane and no outage holds back;
    zero where there is none.
    """

    waiting: int
    sending: int
    refused: int
    unconfirmed: int
    refreshes_due: int
    films_wanted: int
    oldest_unsent_seconds: float | None
    overdue_seconds: float | None
    last_claim_seconds: float | None


def read_vitals(*, now: datetime | None = None) -> Vitals:
    now = now or timezone.now()
    with all_teams("how the work of every team is doing"):
        queue = _messages(MessageState.WAITING, "due_at").aggregate(
            count=Count("*"), written=Min("created_at")
        )
        return Vitals(
            waiting=queue["count"],
            sending=_messages(MessageState.SENDING, "due_at").count(),
            refused=_messages(MessageState.REFUSED, "-id").count(),
            unconfirmed=_messages(MessageState.UNCONFIRMED, "-id").count(),
            refreshes_due=Asset.objects.refresh_due(now)[:CAP].count(),
            films_wanted=Film.objects.due(now)[:CAP].count(),
            oldest_unsent_seconds=_age(queue["written"], now),
            overdue_seconds=_overdue(now) if queue["count"] else None,
            last_claim_seconds=_age(_last_claim(), now),
        )


def _messages(state: MessageState, order: str) -> Any:
    return OutboxMessage.objects.filter(state=state).order_by(order)[:CAP]


def _overdue(now: datetime) -> float:
    first = _messages(MessageState.WAITING, "due_at").values("pk")
    free = free_messages(now).filter(pk__in=first).aggregate(due=Min("due_at"))
    return _age(free["due"], now) or 0.0


def _last_claim() -> datetime | None:
    claimed = OutboxMessage.objects.exclude(sent_at=None).order_by("-sent_at")
    moment: datetime | None = claimed.values_list("sent_at", flat=True).first()
    return moment


def _age(moment: datetime | None, now: datetime) -> float | None:
    """Never below zero: a message may be due later, and two clocks may differ."""
    return None if moment is None else max(0.0, round((now - moment).total_seconds(), 3))
