"""A turn: some rows of a bulk action, locked, with all that a verb has to know of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from dubbing.models import Asset, BulkAction, BulkRow, Dubbing, OutboxMessage
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_assets
from dubbing.services.bulk.values import Values
from dubbing.states import BADGES, VIDEO_VERBS, BulkOutcome, BulkVerb, MessageState, Stage

GONE = "It is not there any more."


@dataclass
class Turn:
    """Everything here lies in one transaction, the assets locked."""

    action: BulkAction
    actor: Actor
    rows: list[BulkRow]
    assets: dict[uuid.UUID, Asset] = field(default_factory=dict)
    dubbings: dict[uuid.UUID, Dubbing] = field(default_factory=dict)

    @property
    def verb(self) -> BulkVerb:
        return BulkVerb(self.action.verb)

    @property
    def values(self) -> Values:
        return self.action.values or {}

    def each_dub(self) -> Iterator[tuple[BulkRow, Dubbing]]:
        for row in self.rows:
            dubbing = self.dubbings.get(row.dubbing_id) if row.dubbing_id else None
            if dubbing is None:
                settle(row, BulkOutcome.REFUSED, GONE)
            else:
                yield row, dubbing

    def each_video(self) -> Iterator[tuple[BulkRow, Asset]]:
        for row in self.rows:
            yield row, self.assets[row.asset_id]


Verb = Callable[[Turn], None]


def begin_turn(action: BulkAction, actor: Actor, rows: list[BulkRow]) -> Turn:
    assets = lock_assets({row.asset_id for row in rows})
    turn = Turn(action, actor, rows, assets)
    if action.verb not in VIDEO_VERBS:
        related = ("locale", "owner", "reviewer", "current")
        wanted = Dubbing.objects.filter(pk__in=[row.dubbing_id for row in rows])
        turn.dubbings = {dubbing.pk: dubbing for dubbing in wanted.select_related(*related)}
    for dubbing in turn.dubbings.values():
        dubbing.asset = assets[dubbing.asset_id]
    return turn


def settle(row: BulkRow, outcome: BulkOutcome, reason: str = "") -> None:
    """Not saved yet: a turn's rows are written together."""
    row.outcome, row.reason = outcome, reason


def attempt(row: BulkRow, act: Callable[[], object]) -> bool:
    """One row's own savepoint: what its rules refuse leaves the others alone."""
    try:
        with transaction.atomic():
            act()
    except ValidationError as error:
        settle(row, BulkOutcome.REFUSED, " ".join(error.messages))
        return False
    settle(row, BulkOutcome.DONE)
    return True


def has_moved(row: BulkRow, dubbing: Dubbing) -> bool:
    """Whether the dub is no longer in the stage in which somebody chose it; then it says so."""
    if dubbing.stage == row.seen_stage:
        return False
    was, now = BADGES[Stage(row.seen_stage)].label, BADGES[Stage(dubbing.stage)].label
    settle(row, BulkOutcome.STALE, f"It was “{was}” when it was chosen and is “{now}” now.")
    return True


def waiting_messages(turn: Turn) -> list[OutboxMessage]:
    """What still waits to be sent for the videos of this turn, the newest last."""
    rows = OutboxMessage.objects.filter(asset__in=list(turn.assets), state=MessageState.WAITING)
    return list(rows.order_by("created_at"))
