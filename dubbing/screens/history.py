"""The history of a video as sentences, newest first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from dubbing.models import Asset, StatusChange, Version
from dubbing.states import AssetStatus, Cause, ReviewState, VersionStatus

ENTRIES = 50
AT_FIRST = 12
LABELS = {
    True: dict(VersionStatus.choices) | dict(ReviewState.choices),
    False: dict(AssetStatus.choices),
}


@dataclass(frozen=True)
class Entry:
    about: str
    text: str
    who: str
    icon: str
    at: datetime
    version_id: uuid.UUID | None


@dataclass(frozen=True)
class HistoryPage:
    entries: list[Entry]
    older_than: uuid.UUID | None


ICONS = {
    Cause.PERSON: "user",
    Cause.API: "api",
    Cause.SENT: "arrow-back-up",
    Cause.CALLBACK: "webhook",
    Cause.SNAPSHOT: "eye",
    Cause.DESK: "device-desktop",
}


def read_history(
    *,
    asset: Asset,
    version: Version | None = None,
    before: uuid.UUID | None = None,
    limit: int = ENTRIES,
) -> HistoryPage:
    """`before` is the oldest entry that was shown already."""
    changes = StatusChange.objects.filter(asset=asset)
    if version is not None:
        changes = changes.filter(version=version)
    if before is not None:
        # Ids are UUIDv7: their order is the order of writing.
        changes = changes.filter(pk__lt=before)
    rows = changes.select_related("dubbing__locale", "actor", "actor_key", "version")
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    older = shown[-1].pk if len(found) > limit else None
    return HistoryPage([_entry(change, version) for change in shown], older)


def _entry(change: StatusChange, version: Version | None) -> Entry:
    return Entry(
        # On a dub's own page each row would say the same.
        about="" if version is not None else _about(change),
        text=_text(change),
        who=_who(change),
        icon=ICONS[Cause(change.cause)],
        at=change.at,
        version_id=change.version_id,
    )


def _about(change: StatusChange) -> str:
    if change.dubbing is None:
        return ""
    number = change.version.number if change.version else 1
    return change.dubbing.locale.name + (f", version {number}" if number > 1 else "")


def _text(change: StatusChange) -> str:
    labels = LABELS[change.version_id is not None]
    before, after = (labels.get(word, word) for word in (change.before, change.after))
    if not after:
        return change.note
    moved = f"{before} → {after}" if before else after
    return f"{moved}. {change.note}" if change.note else moved


def _who(change: StatusChange) -> str:
    if change.actor is not None:
        return str(change.actor)
    if change.actor_key is not None:
        return f"API key {change.actor_key.name}"
    return Cause(change.cause).label
