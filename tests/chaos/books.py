"""Compares what the far side was paid for with what we know of: the invariants of every fault.

For each thing that can be bought, with `paid` lines in the far side's ledger:

    arrived here <= paid there <= arrived + unknown + on its way here

The left side is “nothing claimed that was not done”, the right one “nothing paid twice unseen”.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db.models import Count

from accounts.scoping import team_scope
from dubbing.models import Asset, Dubbing, OutboxMessage, StatusChange
from dubbing.states import Kind, MessageState, VersionStatus

Good = tuple[str, ...]
Entry = dict[str, Any]
MAYBE = (MessageState.UNCONFIRMED, MessageState.SENDING)
# How far along its life a version is; the words beside it say nothing about that.
RANKS = {
    VersionStatus.NOT_READY: 0,
    VersionStatus.READY_TO_EDIT: 1,
    VersionStatus.GENERATING: 2,
    VersionStatus.COMPLETED: 3,
    VersionStatus.FAILED: 3,
}


def find_faults(team_id: uuid.UUID, read_ledger: Callable[[], list[Entry]]) -> list[str]:
    """Every broken promise in words; rows and ledger may go on changing meanwhile."""
    with team_scope(team_id):
        arrived = _count(MessageState.DONE)
        paid = Counter(good for entry in read_ledger() for good in _bought(entry))
        perhaps = _count(MessageState.DONE, *MAYBE)
        faults = _unpaid(arrived, paid) + _paid_unseen(perhaps, paid)
        return faults + _backward_moves() + _doubles()


def _unpaid(arrived: Counter[Good], paid: Counter[Good]) -> list[str]:
    return [f"said to have arrived, but never was: {good}" for good in arrived - paid]


def _paid_unseen(perhaps: Counter[Good], paid: Counter[Good]) -> list[str]:
    return [
        f"paid {paid[good]} times, known or suspected {perhaps[good]} times: {good}"
        for good in paid - perhaps
    ]


def _count(*states: MessageState) -> Counter[Good]:
    messages = OutboxMessage.objects.filter(state__in=states).exclude(kind=Kind.REVISE)
    counted: Counter[Good] = Counter()
    for message in messages.select_related("asset", "version"):
        counted.update(_wanted(message))
    return counted


def _wanted(message: OutboxMessage) -> list[Good]:
    if message.kind == Kind.CREATE:
        return [("create", message.asset.callback_token)]
    if message.version is not None:
        return [("generate", message.version.remote_id)]
    chosen = Dubbing.objects.filter(pk__in=message.payload["dubbings"])
    locales = chosen.values_list("locale_id", flat=True)
    return [("languages", message.asset.remote_id, locale) for locale in locales]


def _bought(entry: Entry) -> list[Good]:
    if entry["action"] in ("create", "upload"):
        return [("create", str(entry["callback_url"]).rstrip("/").rpartition("/")[2])]
    if entry["action"] == "generate":
        return [("generate", entry["version_id"])]
    return [("languages", entry["asset_id"], locale) for locale in entry["locales"]]


def _backward_moves() -> list[str]:
    """Moves against a version's life, beyond those that somebody asked for by a revise."""
    asked = dict(
        OutboxMessage.objects.filter(kind=Kind.REVISE)
        .order_by()
        .values_list("version_id")
        .annotate(Count("pk"))
    )
    moves = StatusChange.objects.exclude(version=None).order_by("at", "id")
    backwards: dict[uuid.UUID, list[str]] = {}
    for version_id, before, after, cause, at in moves.values_list(
        "version_id", "before", "after", "cause", "at"
    ):
        if RANKS.get(after, 9) < RANKS.get(before, 0):
            words = f"{before} to {after} by {cause} at {at:%H:%M:%S.%f}"
            backwards.setdefault(version_id, []).append(words)
    return [
        f"version {version_id} moved backwards ({', '.join(words)}), "
        f"asked {asked.get(version_id, 0)} times"
        for version_id, words in backwards.items()
        if len(words) > asked.get(version_id, 0)
    ]


def _doubles() -> list[str]:
    """Two assets for one remote thing, or a remote thing in two rows."""
    named = Asset.objects.exclude(remote_id="").order_by().values_list("remote_id")
    return [
        f"two assets are {remote_id}"
        for remote_id, times in named.annotate(times=Count("pk"))
        if times > 1
    ]


def find_restless(team_id: uuid.UUID) -> list[str]:
    """What is neither settled nor parked for a person: at the end nothing may be."""
    with team_scope(team_id):
        resting = (MessageState.DONE, MessageState.REFUSED, MessageState.UNCONFIRMED)
        messages = OutboxMessage.objects.exclude(state__in=[*resting, MessageState.CANCELLED])
        rows = messages.values_list("kind", "state", "error_message", "due_at", "attempts")
        return [" ".join(map(str, row)) for row in rows]
