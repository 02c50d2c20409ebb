"""Commands to Panjaya that a person must know of: refused, unknown, or waiting after a failure."""

from __future__ import annotations

from dataclasses import dataclass

from dubbing.models import Asset, Dubbing, OutboxMessage
from dubbing.services.stages import PENDING_FROM
from dubbing.states import RETRYABLE_MESSAGES, DubbingStatus, Kind, MessageState

MESSAGES_READ = 200
STUCK = RETRYABLE_MESSAGES
OPEN_DUBBINGS = frozenset({DubbingStatus.NOT_SENT, DubbingStatus.UNCONFIRMED})


@dataclass(frozen=True)
class Trouble:
    """One command that did not go through as it should."""

    message: OutboxMessage
    languages: str
    is_made_in_studio: bool = False
    """Refused for want of a call: sent again, it would meet the same gap."""

    @property
    def is_refused(self) -> bool:
        return self.message.state == MessageState.REFUSED

    @property
    def is_taken_back(self) -> bool:
        return self.message.state == MessageState.CANCELLED

    @property
    def is_unconfirmed(self) -> bool:
        return self.message.state == MessageState.UNCONFIRMED

    @property
    def what(self) -> str:
        kind = Kind(self.message.kind).label
        return f"{kind}: {self.languages}" if self.languages else kind


def find_troubles(asset: Asset, dubbings: list[Dubbing]) -> list[Trouble]:
    """The newest command per target, where it is stuck or waits after a failed attempt."""
    messages = list(
        OutboxMessage.objects.filter(asset=asset)
        .select_related("version__dubbing__locale")
        .order_by("-created_at", "-pk")[:MESSAGES_READ]
    )
    by_id = {str(dubbing.pk): dubbing for dubbing in dubbings}
    seen: set[object] = set()
    troubles = []
    for message in messages:
        target = message.version_id or message.pk
        if target in seen:
            continue
        seen.add(target)
        if _needs_words(message, by_id):
            languages = _languages(message, by_id)
            troubles.append(Trouble(message, languages, _is_made_in_studio(message, asset)))
    return troubles


def _needs_words(message: OutboxMessage, dubbings: dict[str, Dubbing]) -> bool:
    if message.state == MessageState.WAITING:
        return bool(message.attempts) and message.held_at is None
    if message.state == MessageState.CANCELLED and message.version_id:
        # Nothing has come of it: the button is there again.
        return False
    if message.state not in STUCK:
        return False
    if message.version is not None:
        # Once the version has moved on by another way, the refusal is history.
        return message.version.status in PENDING_FROM[Kind(message.kind)]
    return any(dubbing.status in OPEN_DUBBINGS for dubbing in _targets(message, dubbings))


def _is_made_in_studio(message: OutboxMessage, asset: Asset) -> bool:
    refused = message.kind == Kind.GENERATE and message.state == MessageState.REFUSED
    return refused and asset.connection.lacks("generate")


def _targets(message: OutboxMessage, dubbings: dict[str, Dubbing]) -> list[Dubbing]:
    return [dubbings[key] for key in message.payload.get("dubbings", []) if key in dubbings]


def _languages(message: OutboxMessage, dubbings: dict[str, Dubbing]) -> str:
    if message.version is not None:
        return str(message.version.dubbing.locale.name)
    if message.kind == Kind.CREATE:
        return ""
    return ", ".join(dubbing.locale.name for dubbing in _targets(message, dubbings))
