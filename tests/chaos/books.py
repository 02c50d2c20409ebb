"""Compares what the far side was paid for with what we know of: the invariants of every fault.

For each thing that can be bought, with `paid` lines in the far side's ledger:

    arrived here <= paid there <= arrived + unknown + on its way here

The left side is “nothing claimed that was not done”, the right one “nothing paid twice unseen”.
Every fault is told with the trail of what happened to its video.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count

from accounts.scoping import team_scope
from dubbing.models import Asset, Dubbing, OutboxMessage, StatusChange
from dubbing.services.clock import database_now
from dubbing.states import Kind, MessageState, VersionStatus
from tests.chaos.trail import find_asset, name_version, trail_of

Good = tuple[str, ...]
Entry = dict[str, Any]
# By a sweep a second after its lease; on a machine that has much else to do.
PARKED_WITHIN_SECONDS = 60.0
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
        paid = _paid(read_ledger())
        perhaps = _count(MessageState.DONE, *MAYBE)
        faults = _unpaid(arrived, paid) + _paid_unseen(perhaps, paid)
        return faults + _backward_moves() + _doubles()


def find_wrong_payments(team_id: uuid.UUID, ledger: list[Entry]) -> list[str]:
    """The part that must be asked at each step, while nothing else goes on; histories remain."""
    with team_scope(team_id):
        paid, arrived = _paid(ledger), _count(MessageState.DONE)
        faults = _unpaid(arrived, paid)
        return faults + (_paid_unseen(arrived + _count(*MAYBE), paid) if paid != arrived else [])


def _paid(ledger: list[Entry]) -> Counter[Good]:
    return Counter(good for entry in ledger for good in _bought(entry))


def _unpaid(arrived: Counter[Good], paid: Counter[Good]) -> list[str]:
    return [_told(f"said to have arrived, but never did: {good}", good) for good in arrived - paid]


def _paid_unseen(perhaps: Counter[Good], paid: Counter[Good]) -> list[str]:
    return [
        _told(f"paid {paid[good]} times, known or suspected {perhaps[good]} times: {good}", good)
        for good in paid - perhaps
    ]


def _told(words: str, good: Good) -> str:
    asset, version = find_asset(good)
    return "\n".join([words, *(trail_of(asset, version) if asset else ())])


def _count(*states: MessageState) -> Counter[Good]:
    messages = OutboxMessage.objects.filter(state__in=states).exclude(kind=Kind.REVISE)
    locales = {str(pk): code for pk, code in Dubbing.objects.values_list("pk", "locale_id")}
    counted: Counter[Good] = Counter()
    for message in messages.select_related("asset", "version"):
        counted.update(_wanted(message, locales))
    return counted


def _wanted(message: OutboxMessage, locales: Mapping[str, str]) -> list[Good]:
    if message.kind == Kind.CREATE:
        return [("create", message.asset.callback_token)]
    if message.version is not None:
        return [("generate", message.version.remote_id)]
    chosen = [locales[str(dubbing)] for dubbing in message.payload["dubbings"]]
    return [("languages", message.asset.remote_id, locale) for locale in chosen]


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
        "\n".join(
            [
                f"version {version_id} moved backwards ({', '.join(words)}), "
                f"asked {asked.get(version_id, 0)} times",
                *name_version(version_id),
            ]
        )
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


def find_lost(team_id: uuid.UUID, given: Collection[uuid.UUID]) -> list[str]:
    """Commands that were accepted and are nowhere any more."""
    with team_scope(team_id):
        there = set(OutboxMessage.objects.values_list("pk", flat=True))
    return [f"command {one} was accepted and is lost" for one in set(given) - there]


def find_unparked(team_id: uuid.UUID) -> list[str]:
    """Left in the air: sent by somebody who died, and no sweep has parked it since."""
    with team_scope(team_id):
        past = database_now() - timedelta(seconds=PARKED_WITHIN_SECONDS)
        left = OutboxMessage.objects.abandoned(past).select_related("asset")
        return ["\n".join([f"{one.kind} is not parked", *trail_of(one.asset)]) for one in left]


@dataclass(frozen=True)
class Comparison:
    """The far side's ledger and ours, line by line; `differing` names lines of one of them only."""

    theirs: Counter[Good]
    ours: Counter[Good]

    @property
    def differing(self) -> list[str]:
        lines = [(good, "there, not here") for good in (self.theirs - self.ours).elements()]
        lines += [(good, "here, not there") for good in (self.ours - self.theirs).elements()]
        return [f"{' '.join(good)}: {where}" for good, where in lines]

    def __str__(self) -> str:
        kinds = Counter(good[0] for good in self.theirs.elements())
        told = ", ".join(f"{kind} {times}" for kind, times in sorted(kinds.items()))
        equal = (self.theirs & self.ours).total()
        return (
            f"ledger: {self.theirs.total()} lines there ({told}), {self.ours.total()} here, "
            f"{equal} of them equal, {len(self.differing)} differ"
        )


def compare_lines(team_id: uuid.UUID, ledger: list[Entry]) -> Comparison:
    """When all is settled: what was paid there against what has arrived here."""
    with team_scope(team_id):
        ours = _count(MessageState.DONE)
    return Comparison(_paid(ledger), ours)


def find_restless(team_id: uuid.UUID) -> list[str]:
    """What is neither settled nor parked for a person: at the end nothing may be."""
    with team_scope(team_id):
        resting = (MessageState.DONE, MessageState.REFUSED, MessageState.UNCONFIRMED)
        messages = OutboxMessage.objects.exclude(state__in=[*resting, MessageState.CANCELLED])
        rows = messages.values_list("kind", "state", "error_message", "due_at", "attempts")
        return [" ".join(map(str, row)) for row in rows]
