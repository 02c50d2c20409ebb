"""The queue: what has been asked of Panjaya and is not settled, in the order it will go."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Membership
from dubbing.models import Asset, Dubbing, OutboxMessage
from dubbing.screens.permissions import MemberMay
from dubbing.services.brakes import Stop, why_stopped
from dubbing.services.lanes import Hold, find_holds
from dubbing.states import MESSAGE_BADGES, OPEN_MESSAGES, Badge, Kind, MessageState

ROWS = 50
NAMED_LANGUAGES = 6
HELD_WORDS = {
    "key": "Waits: the key was refused",
    "down": "Waits: Panjaya cannot be reached",
    "asked": "Waits: Panjaya asked us to come later",
}


@dataclass(frozen=True)
class Send:
    """One open command, in words."""

    message: OutboxMessage
    languages: str
    stop: Stop | None
    hold: Hold | None

    @property
    def badge(self) -> Badge:
        return MESSAGE_BADGES[MessageState(self.message.state)]

    @property
    def kind(self) -> str:
        return Kind(self.message.kind).label

    @property
    def asset(self) -> Asset:
        return self.message.asset

    @property
    def url(self) -> str:
        if self.message.version_id:
            return reverse("dubbing:version-detail", args=[self.message.version_id])
        return reverse("dubbing:asset-detail", args=[self.message.asset_id])

    @property
    def who(self) -> str:
        return str(self.message.actor or self.message.actor_key or "The desk")

    @property
    def is_waiting(self) -> bool:
        return self.message.state == MessageState.WAITING

    @property
    def is_held(self) -> bool:
        """Above the month's ceiling."""
        return self.is_waiting and self.message.held_at is not None

    @property
    def is_unconfirmed(self) -> bool:
        return self.message.state == MessageState.UNCONFIRMED

    @property
    def is_delayed(self) -> bool:
        """It waits only so that somebody can take it back."""
        untried = not self.message.attempts and not self.message.slot_at
        return self.is_waiting and untried and not self.is_held

    @property
    def is_coming(self) -> bool:
        """Its moment lies ahead, and nothing but that moment holds it."""
        free = self.stop is None and self.hold is None and not self.is_held
        return self.is_waiting and free and self.message.due_at > timezone.now()

    @property
    def next_try(self) -> datetime | None:
        if not self.is_waiting or self.is_held or self.stop is not None:
            return None
        if self.hold is None:
            return self.message.due_at
        until = self.hold.until
        return max(until, self.message.due_at) if until is not None else None

    @property
    def words(self) -> str:
        if not self.is_waiting:
            return self.badge.label
        if self.is_held:
            return "Waits for an owner’s release: above the month’s ceiling"
        if self.stop is not None:
            return "Waits: sending is paused"
        if self.hold is not None:
            return HELD_WORDS[self.hold.kind]
        if self.message.slot_at is not None:
            return "Waits for its turn"
        if self.message.attempts:
            return "Waits for the next try"
        return "Will be sent" if self.is_coming else "Next to go"


@dataclass(frozen=True)
class Place:
    """Where a page of the queue begins: after this row."""

    due_at: datetime
    pk: uuid.UUID

    @classmethod
    def read(cls, at: str, pk: str) -> Place | None:
        """None for what nobody could have been given."""
        try:
            moment = parse_datetime(at)
            return cls(moment, uuid.UUID(pk)) if moment is not None and moment.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True)
class QueueScreen(MemberMay):
    membership: Membership
    after: Place | None = None

    @cached_property
    def stop(self) -> Stop | None:
        return why_stopped(team_id=self.membership.team_id)

    @cached_property
    def holds(self) -> dict[uuid.UUID, Hold]:
        return find_holds(now=timezone.now())

    @property
    def may_resume(self) -> bool:
        """A stop of the whole installation is not the team's to end."""
        return self.may_produce and self.stop is not None and not self.stop.everywhere

    @cached_property
    def _found(self) -> list[OutboxMessage]:
        rows = open_messages()
        if self.after is not None:
            place = self.after
            later = Q(due_at__gt=place.due_at) | Q(due_at=place.due_at, pk__gt=place.pk)
            rows = rows.filter(later)
        return list(rows.order_by("due_at", "pk")[: ROWS + 1])

    @cached_property
    def sends(self) -> list[Send]:
        return as_sends(self._found[:ROWS], self.stop, self.holds)

    @property
    def next_url(self) -> str:
        if len(self._found) <= ROWS:
            return ""
        last = self._found[ROWS - 1]
        words = {"at": last.due_at.isoformat(), "after": str(last.pk)}
        return f"{reverse('dubbing:queue')}?{urlencode(words)}"

    @property
    def first_url(self) -> str:
        return reverse("dubbing:queue") if self.after is not None else ""

    @property
    def live_url(self) -> str:
        address = reverse("dubbing:queue-rows")
        if self.after is None:
            return address
        words = {"at": self.after.due_at.isoformat(), "after": str(self.after.pk)}
        return f"{address}?{urlencode(words)}"

    @property
    def revision(self) -> str:
        """The same as long as the page would look the same to this member."""
        shown = (digest_of(self.sends), self.stop, list(self.holds.values()), self.membership.role)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def open_messages() -> Any:
    return OutboxMessage.objects.filter(state__in=sorted(OPEN_MESSAGES)).select_related(
        "asset", "version__dubbing__locale", "actor", "actor_key"
    )


def as_sends(
    messages: Iterable[OutboxMessage], stop: Stop | None, holds: dict[uuid.UUID, Hold]
) -> list[Send]:
    messages = list(messages)
    names = _language_names(messages)
    return [
        Send(message, _languages(message, names), stop, holds.get(message.asset.connection_id))
        for message in messages
    ]


def digest_of(sends: list[Send]) -> list[tuple[Any, ...]]:
    """What a row's look follows from."""
    rows = [(send, send.message) for send in sends]
    return [(row.pk, row.state, row.attempts, row.due_at, send.words) for send, row in rows]


def _language_names(messages: list[OutboxMessage]) -> dict[str, str]:
    wanted = [key for message in messages for key in message.payload.get("dubbings", [])]
    rows = Dubbing.objects.filter(pk__in=wanted).values_list("pk", "locale__name")
    return {str(pk): name for pk, name in rows}


def _languages(message: OutboxMessage, names: dict[str, str]) -> str:
    if message.version is not None:
        return str(message.version.dubbing.locale.name)
    keys = message.payload.get("dubbings", [])
    return _some_of(sorted(names[key] for key in keys if key in names))


def _some_of(names: list[str]) -> str:
    """A row stays a row however many languages a video has; its own page names them all."""
    if len(names) <= NAMED_LANGUAGES:
        return ", ".join(names)
    return f"{', '.join(names[: NAMED_LANGUAGES - 1])} and {len(names) - NAMED_LANGUAGES + 1} more"
