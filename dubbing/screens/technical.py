"""What went to Panjaya for a video and what came from it, without secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dubbing.models import Asset, CallbackDelivery, Dubbing, OutboxMessage
from dubbing.services.callbacks import APPLIED_AGAIN
from dubbing.states import MESSAGE_BADGES, Badge, Event, Kind, MessageState

SHOWN = 100


@dataclass(frozen=True)
class Call:
    """One command to Panjaya, with its attempts."""

    message: OutboxMessage
    languages: str

    @property
    def what(self) -> str:
        return Kind(self.message.kind).label

    @property
    def badge(self) -> Badge:
        return MESSAGE_BADGES[MessageState(self.message.state)]

    @property
    def who(self) -> str:
        key = self.message.actor_key
        return f"API key {key.name}" if key else str(self.message.actor or "The desk")


@dataclass(frozen=True)
class Callback:
    delivery: CallbackDelivery

    @property
    def event(self) -> str:
        known = self.delivery.event != Event.UNKNOWN
        return Event(self.delivery.event).label if known else f"Unknown: {self.delivery.raw_event}"

    @property
    def is_again(self) -> bool:
        return bool(self.delivery.signature_form == APPLIED_AGAIN)

    @property
    def proof(self) -> str:
        if self.is_again:
            return "applied again by hand"
        form = self.delivery.signature_form
        return f"signature verified ({form})" if form else "signature verified"

    @property
    def body(self) -> str:
        """Without the signed part of any link: so it was stored."""
        return json.dumps(self.delivery.body, indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class TechnicalScreen:
    asset: Asset

    @cached_property
    def calls(self) -> list[Call]:
        """Newest first."""
        rows = OutboxMessage.objects.filter(asset=self.asset).select_related(
            "version__dubbing__locale", "actor", "actor_key"
        )
        names = dict(Dubbing.objects.filter(asset=self.asset).values_list("pk", "locale__name"))
        by_id = {str(pk): name for pk, name in names.items()}
        return [
            Call(message, _languages(message, by_id))
            for message in rows.order_by("-created_at", "-pk")[:SHOWN]
        ]

    @cached_property
    def callbacks(self) -> list[Callback]:
        rows = CallbackDelivery.objects.filter(asset=self.asset).order_by("-received_at", "-pk")
        return [Callback(delivery) for delivery in rows[:SHOWN]]

    @property
    def next_look_at(self) -> datetime | None:
        return self.asset.refresh_due_at

    @property
    def remote_ids(self) -> list[tuple[str, str]]:
        """Every id of Panjaya's that a person may have to name to its support."""
        found = [("Asset", self.asset.remote_id)]
        for dubbing in self.asset.dubbings.select_related("locale").prefetch_related("versions"):
            found.append((f"{dubbing.locale.name}: dubbing", dubbing.remote_id))
            found += [
                (f"{dubbing.locale.name}: version {version.number}", version.remote_id)
                for version in sorted(dubbing.versions.all(), key=lambda one: one.number)
            ]
        return [(name, remote_id) for name, remote_id in found if remote_id]


def _languages(message: OutboxMessage, names: dict[str, str]) -> str:
    if message.version is not None:
        return str(message.version.dubbing.locale.name)
    return ", ".join(names[key] for key in message.payload.get("dubbings", []) if key in names)
