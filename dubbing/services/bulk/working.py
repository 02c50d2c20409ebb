"""Carrying a bulk action out, turn by turn, and undoing it.

A turn is one transaction over the locked action: its rows' effects and their outcomes are written
together, so a worker that dies has done each row once or not at all. Its lease runs out, and the
sweep finds the rest.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import BulkAction, BulkRow
from dubbing.services.actors import Actor
from dubbing.services.bulk.turns import begin_turn
from dubbing.services.bulk.verbs import RULES, rows_at_once
from dubbing.services.clock import database_now
from dubbing.states import (
    SENDING_VERBS,
    VIDEO_VERBS,
    WORKING_BULK,
    BulkOutcome,
    BulkState,
    BulkVerb,
    MessageState,
)

# Far longer than a turn takes, far shorter than anybody waits after a worker was killed.
LEASE = timedelta(seconds=20)
UNDO_FOR = timedelta(minutes=10)
WRITTEN = ["outcome", "reason", "before", "message"]


def lock_action(action_id: uuid.UUID) -> BulkAction:
    rows = BulkAction.objects.select_for_update(of=("self",)).select_related("team")
    action: BulkAction = rows.get(pk=action_id)
    return action


def begin_bulk(*, action: BulkAction, actor: Actor) -> BulkAction:
    """Somebody says yes, and does it: one turn's rows at once, more by a worker.

    Raises ValidationError: `bulk_closed` where it was begun already, `no_values` where it is not
    said what is to be set.
    """
    with team_atomic():
        locked = lock_action(action.pk)
        if locked.state != BulkState.PREPARED:
            raise ValidationError("This was carried out already.", code="bulk_closed")
        if locked.values is None:
            raise ValidationError("Say what is to be set.", code="no_values")
        locked.state, locked.begun_at = BulkState.WORKING, timezone.now()
        locked.created_by, locked.created_by_key = actor.user, actor.key
        _start(locked)
    return _work_now(locked)


def undo_bulk(*, action: BulkAction, actor: Actor) -> BulkAction:
    """Puts back what nobody changed since; what is on its way to Panjaya only while it waits.

    Raises ValidationError (code `undo_over`) after its time.
    """
    with team_atomic():
        locked = lock_action(action.pk)
        if not can_undo(locked, now=timezone.now()):
            raise ValidationError(
                "It is too late to undo this, or it was undone already.", code="undo_over"
            )
        locked.state, locked.undone_at = BulkState.UNDOING, timezone.now()
        locked.undone_by, locked.undone_by_key = actor.user, actor.key
        _start(locked)
    return _work_now(locked)


def can_undo(action: BulkAction, *, now: datetime) -> bool:
    if action.state != BulkState.DONE or action.finished_at is None:
        return False
    done = action.rows.filter(outcome=BulkOutcome.DONE)
    if action.verb in SENDING_VERBS:
        return bool(done.filter(message__state=MessageState.WAITING).exists())
    return bool(now < action.finished_at + UNDO_FOR and done.exists())


def _start(action: BulkAction) -> None:
    action.done, action.lease_until = 0, None
    action.revision += 1
    action.save()
    if action.total > rows_at_once(BulkVerb(action.verb)):
        wake.after_commit(wake.BULK, action.team_id, action.pk)


def _work_now(action: BulkAction) -> BulkAction:
    """Few rows have their turn in the request; the sweep finds them where it dies."""
    if action.total <= rows_at_once(BulkVerb(action.verb)):
        run_bulk(action_id=action.pk)
    action.refresh_from_db()
    return action


def run_bulk(*, action_id: uuid.UUID) -> None:
    """All rows that have not had their turn; ends quietly where somebody else is at it."""
    now = database_now()
    rows = BulkAction.objects.to_work(now).filter(pk=action_id)
    if not rows.update(lease_until=now + LEASE):
        return
    while run_turn(action_id=action_id):
        pass


def run_turn(*, action_id: uuid.UUID) -> bool:
    """The next rows, all or none of them; False when there are none left."""
    with team_atomic():
        action = lock_action(action_id)
        if action.state not in WORKING_BULK:
            return False
        verb, is_undo = BulkVerb(action.verb), action.state == BulkState.UNDOING
        outcome = BulkOutcome.DONE if is_undo else BulkOutcome.WAITING
        rows = list(action.rows.filter(outcome=outcome)[: rows_at_once(verb)])
        if rows:
            rule = RULES[verb]
            turn = begin_turn(action, actor_of(action), rows)
            (rule.undo if is_undo else rule.do)(turn)
            BulkRow.objects.bulk_update(rows, WRITTEN)
        _progress(action, len(rows))
    return bool(rows)


def _progress(action: BulkAction, count: int) -> None:
    values: dict[str, object] = {"lease_until": database_now() + LEASE}
    if not count:
        is_undo = action.state == BulkState.UNDOING
        values = {"lease_until": None, "state": BulkState.UNDONE if is_undo else BulkState.DONE}
        if not is_undo:
            values["finished_at"] = timezone.now()
    BulkAction.objects.filter(pk=action.pk).update(
        done=F("done") + count, revision=F("revision") + 1, **values
    )


def actor_of(action: BulkAction) -> Actor:
    """Who did it, or who undoes it; history says that it was one of many."""
    noun = "video" if action.verb in VIDEO_VERBS else "dub"
    many = f"{action.total:,} {noun}{'' if action.total == 1 else 's'}"
    if action.state == BulkState.UNDOING:
        return Actor(action.undone_by, action.undone_by_key, f"undone in bulk, {many}")
    return Actor(action.created_by, action.created_by_key, f"in bulk, {many}")
