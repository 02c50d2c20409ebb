"""Commands on their way out: claim, send, settle.

A message is claimed with a lease in one short transaction, marked “about to send” in the same
breath, sent outside of any transaction, and settled in another. A worker that dies in between
leaves a message in state `sending` whose lease runs out: whether it arrived nobody knows, so a
paid one is never repeated by itself.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.kept import KeptQuestion
from accounts.scoping import active_team_id, team_atomic
from dubbing import wake
from dubbing.models import Asset, Connection, Dubbing, OutboxMessage, SpendEntry, Version
from dubbing.remote.errors import (
    KeyRejectedError,
    NotSentError,
    RejectedError,
    RemoteError,
    UnreachableError,
)
from dubbing.services import brakes, lanes, money, outcomes, takebacks
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset
from dubbing.services.calls import call_engine
from dubbing.services.clock import Lease, database_now
from dubbing.services.fences import next_fence
from dubbing.services.history import record_change
from dubbing.states import PAID_KINDS, RETRYABLE_MESSAGES, Kind, MessageState

FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 300.0
GIVE_UP_AFTER = timedelta(hours=24)


def enqueue_message(
    *,
    asset: Asset,
    kind: Kind,
    actor: Actor,
    version: Version | None = None,
    payload: dict[str, Any] | None = None,
    dubbings: Sequence[Dubbing] = (),
) -> OutboxMessage:
    """Writes the command in the caller's transaction and wakes a worker after the commit.

    `dubbings` are those that it starts: they are counted, and above the month's ceiling the
    command waits for an owner. Raises ValidationError (code `already_sending`) where one for the
    same target is open.
    """
    due_at = brakes.send_moment(connection=asset.connection)
    message = OutboxMessage(
        team_id=asset.team_id,
        asset=asset,
        version=version,
        kind=kind,
        payload=payload or {},
        due_at=due_at,
        actor=actor.user,
        actor_key=actor.key,
    )
    try:
        with transaction.atomic():
            lines = money.charge(
                team_id=asset.team_id,
                charges=[money.Charge(message, asset, dubbings)],
                actor=actor,
            )
            message.save(force_insert=True)
            SpendEntry.objects.bulk_create(lines)
    except IntegrityError:
        raise ValidationError(
            "This is being sent already. Wait for Panjaya’s answer.", code="already_sending"
        ) from None
    wake.after_commit(wake.DELIVER, asset.team_id, message.id, at=due_at)
    return message


def enqueue_languages(
    *, asset: Asset, kind: Kind, actor: Actor, dubbings: Sequence[Dubbing]
) -> OutboxMessage:
    """A command that starts these dubs."""
    payload = {"dubbings": [str(dubbing.pk) for dubbing in dubbings]}
    return enqueue_message(asset=asset, kind=kind, actor=actor, payload=payload, dubbings=dubbings)


def claim_message(*, message_id: uuid.UUID, now: datetime | None = None) -> OutboxMessage | None:
    """Takes the message for this worker and marks it “about to send”.

    None if it is not due, if sending is paused, if Panjaya turns out to have it already, or if its
    connection's lane has no place: a place in the future becomes its due time. `now`: by the
    database's clock unless told.
    """
    row = OutboxMessage.objects.filter(pk=message_id)
    return _claim(_to_claim(row, now).first, now)


def _to_claim(rows: Any, now: datetime | None = None) -> Any:
    """Of these rows those that may go, the first due one first, each locked as it is read."""
    due = rows.due(now or Now()).order_by("due_at")
    free = brakes.not_stopped(due, team_id=active_team_id())
    locked = free.select_for_update(skip_locked=True, of=("self",))
    return locked.with_what_its_call_needs().annotate(asked_at=Now())


def _claim(find: Callable[[], Any], now: datetime | None = None) -> OutboxMessage | None:
    """`find`: the first of _to_claim that nobody else has hold of, or None."""
    with team_atomic():
        row = find()
        if row is None:
            return None
        message: OutboxMessage = row
        is_overtaken = takebacks.is_overtaken(message)
        if not is_overtaken and _mark_claimed(message, now or row.asked_at):
            return message
    if is_overtaken:
        takebacks.drop_overtaken(message_id=message.pk)
    return None


def _mark_claimed(message: OutboxMessage, now: datetime) -> bool:
    return lanes.take_place(message=message, now=now)


def deliver_message(*, message_id: uuid.UUID) -> None:
    """One attempt, from claim to settled; ends quietly when there is nothing to do."""
    if connection := attempt_message(message_id=message_id):
        lanes.wake_next(connection=connection)


def attempt_message(*, message_id: uuid.UUID) -> Connection | None:
    """By which connection it was tried; None: there was nothing to do."""
    return _attempt(claim_message(message_id=message_id))


_DUE_FIRST = KeptQuestion(lambda ids: _to_claim(OutboxMessage.objects.sent_by(ids[0]))[:1])


def attempt_next(*, connection: Connection) -> bool:
    """The message that this connection has due first; whether there was one to try."""
    return (
        _attempt(_claim(lambda: next(iter(_DUE_FIRST.objects([connection.pk])), None))) is not None
    )


def _attempt(message: OutboxMessage | None) -> Connection | None:
    if message is None:
        return None
    connection: Connection = message.asset.connection
    # As late as can be: a look that begins in between may still see the state before.
    fence = next_fence()
    try:
        answer = call_engine(message=message, keep_lease=lease_of(message).keep)
    except RemoteError as error:
        settle_failure(message=message, error=error, now=database_now())
    else:
        if outcomes.settle_done(message=message, answer=answer, fence=fence):
            lanes.note_answer(connection=connection)
    return connection


def settle_failure(*, message: OutboxMessage, error: RemoteError, now: datetime) -> None:
    """What a failed attempt means: for its connection's lane, and for the message."""
    connection = message.asset.connection
    if isinstance(error, UnreachableError):
        probe_at = lanes.note_unreachable(connection=connection, now=now)
        put_back(message=message, error=error, now=now, due_at=probe_at)
        return
    if _came_from_the_far_side(error):
        lanes.note_answer(connection=connection)
    if isinstance(error, NotSentError):
        if error.retry_after is not None:
            until = now + timedelta(seconds=error.retry_after)
            lanes.note_wait(connection=connection, until=until)
        put_back(message=message, error=error, now=now)
    elif isinstance(error, KeyRejectedError):
        reason = outcomes.plain_reason(error)
        lanes.note_rejected_key(connection=connection, reason=reason)
        outcomes.settle_held(message=message, reason=reason)
    elif isinstance(error, RejectedError):
        outcomes.settle_refused(message=message, error=error)
    else:
        settle_unknown(message=message, error=error, now=now)


def _came_from_the_far_side(error: RemoteError) -> bool:
    if isinstance(error, RejectedError):
        return error.status_code is not None
    return isinstance(error, NotSentError)


def lease_of(message: OutboxMessage) -> Lease:
    """Of a claimed message: kept alive while a long upload goes on."""
    return Lease(lambda until: outcomes.own(message).update(lease_until=until))


def put_back(
    *,
    message: OutboxMessage,
    error: NotSentError,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Nothing was carried out: try again at `due_at` or a while later, for a day at most."""
    # Not since it was written: it may have waited out a pause of days.
    if now - (message.tried_since or now) > GIVE_UP_AFTER:
        refusal = RejectedError(None, f"Not sent for a day. The last reason: {error}")
        outcomes.settle_refused(message=message, error=refusal)
        return
    wait = error.retry_after
    if wait is None:
        ceiling = min(FIRST_WAIT_SECONDS * 2**message.attempts, LONGEST_WAIT_SECONDS)
        # Full jitter: a thousand messages that failed together do not come back together.
        wait = random.uniform(0, ceiling)  # noqa: S311
    due_at = due_at or now + timedelta(seconds=wait)
    outcomes.own(message).update(
        state=MessageState.WAITING, lease_until=None, due_at=due_at, error_message=str(error)
    )
    wake.after_commit(wake.DELIVER, message.team_id, message.pk, at=due_at)


def settle_unknown(*, message: OutboxMessage, error: RemoteError, now: datetime) -> None:
    if message.kind not in PAID_KINDS:
        # Reopening twice changes nothing more: here the repeat is safe.
        put_back(message=message, error=NotSentError(str(error)), now=now)
        return
    outcomes.settle_unconfirmed(message=message, reason=str(error))


def settle_abandoned(*, message_id: uuid.UUID, now: datetime) -> None:
    """For the sweep: the worker died after “about to send”."""
    abandoned = OutboxMessage.objects.abandoned(now).filter(pk=message_id)
    with team_atomic():
        asset_id = abandoned.values_list("asset_id", flat=True).first()
        if asset_id is None:
            return
        lock_asset(asset_id)
        message: OutboxMessage | None = abandoned.select_for_update(
            skip_locked=True, of=("self",)
        ).first()
        if message is not None:
            reason = "The worker ended before an answer came."
            settle_unknown(message=message, error=RemoteError(reason), now=now)


def retry_message(*, message: OutboxMessage, actor: Actor) -> None:
    """Sends once more what was refused or taken back, or what a person judges not to have arrived.

    Raises ValidationError (code `not_retryable`) for what waits, is under way or has arrived.
    """
    retryable = OutboxMessage.objects.filter(pk=message.pk, state__in=RETRYABLE_MESSAGES)
    try:
        with team_atomic():
            asset = lock_asset(message.asset_id)
            due_at = brakes.send_moment(connection=asset.connection)
            changed = retryable.update(
                state=MessageState.WAITING,
                due_at=due_at,
                lease_until=None,
                settled_at=None,
                tried_since=None,
                error_message="",
                status_code=None,
            )
            if not changed:
                raise ValidationError(
                    "Only what was refused, was taken back or has an unknown outcome can be sent "
                    "again.",
                    code="not_retryable",
                )
            message.refresh_from_db()
            money.charge_again(message=message)
            outcomes.mark_sending(message=message)
            note = f"Sent again: {message.get_kind_display()}"
            record_change(asset=message.asset, version=message.version, note=note, actor=actor)
            wake.after_commit(wake.DELIVER, message.team_id, message.id, at=due_at)
    except IntegrityError:
        raise ValidationError(
            "A newer command for the same thing is on its way.", code="already_sending"
        ) from None
