"""Commands on their way out: claim, send, settle.

A message is claimed with a lease in one short transaction, marked “about to send” in the same
breath, sent outside of any transaction, and settled in another. A worker that dies in between
leaves a message in state `sending` whose lease runs out: whether it arrived nobody knows, so a
paid one is never repeated by itself.
"""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Asset, OutboxMessage, Version
from dubbing.remote.errors import NotSentError, RejectedError, RemoteError
from dubbing.services import outcomes
from dubbing.services.actors import Actor
from dubbing.services.calls import call_engine
from dubbing.services.history import record_change
from dubbing.states import PAID_KINDS, Kind, MessageState

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
) -> OutboxMessage:
    """Writes the command in the caller's transaction and wakes a worker after the commit.

    Raises ValidationError (code `already_sending`) where one for the same target is open.
    """
    message = OutboxMessage(
        team_id=asset.team_id,
        asset=asset,
        version=version,
        kind=kind,
        payload=payload or {},
        due_at=timezone.now(),
        actor=actor.user,
        actor_key=actor.key,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        raise ValidationError(
            "This is being sent already. Wait for Panjaya's answer.", code="already_sending"
        ) from None
    wake.after_commit(wake.DELIVER, asset.team_id, message.id)
    return message


def claim_message(*, message_id: uuid.UUID, now: datetime) -> OutboxMessage | None:
    """Takes the message for this worker and marks it “about to send”; None if it is not due."""
    with team_atomic():
        message: OutboxMessage | None = (
            OutboxMessage.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=message_id)
            .first()
        )
        if message is None:
            return None
        message.state = MessageState.SENDING
        message.attempts += 1
        message.sent_at = now
        message.lease_until = now + timedelta(seconds=settings.LEASE_SECONDS)
        message.save(update_fields=["state", "attempts", "sent_at", "lease_until"])
    return message


def deliver_message(*, message_id: uuid.UUID) -> None:
    """One attempt, from claim to settled; ends quietly when there is nothing to do."""
    began = timezone.now()
    message = claim_message(message_id=message_id, now=began)
    if message is None:
        return
    try:
        answer = call_engine(message=message, keep_lease=lambda: keep_lease(message))
    except NotSentError as error:
        put_back(message=message, error=error)
    except RejectedError as error:
        outcomes.settle_refused(message=message, error=error)
    except RemoteError as error:
        settle_unknown(message=message, error=error)
    else:
        outcomes.settle_done(message=message, answer=answer, began=began)


def keep_lease(message: OutboxMessage) -> None:
    """Called while a long upload goes on; writes at most every third of a lease."""
    now = timezone.now()
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    if message.lease_until and message.lease_until - now > lease * 2 / 3:
        return
    message.lease_until = now + lease
    mine = OutboxMessage.objects.filter(
        pk=message.pk, state=MessageState.SENDING, attempts=message.attempts
    )
    mine.update(lease_until=message.lease_until)


def put_back(*, message: OutboxMessage, error: NotSentError) -> None:
    """Nothing was carried out: try again later, for a day at most."""
    now = timezone.now()
    if now - message.created_at > GIVE_UP_AFTER:
        refusal = RejectedError(None, f"Not sent for a day. The last reason: {error}")
        outcomes.settle_refused(message=message, error=refusal)
        return
    wait = error.retry_after
    if wait is None:
        ceiling = min(FIRST_WAIT_SECONDS * 2**message.attempts, LONGEST_WAIT_SECONDS)
        # Full jitter: a thousand messages that failed together do not come back together.
        wait = random.uniform(0, ceiling)  # noqa: S311
    outcomes.own(message).update(
        state=MessageState.WAITING,
        lease_until=None,
        due_at=now + timedelta(seconds=wait),
        error_message=str(error),
    )


def settle_unknown(*, message: OutboxMessage, error: RemoteError) -> None:
    if message.kind not in PAID_KINDS:
        # Reopening twice changes nothing more: here the repeat is safe.
        put_back(message=message, error=NotSentError(str(error)))
        return
    outcomes.settle_unconfirmed(message=message, reason=str(error))


def settle_abandoned(*, message_id: uuid.UUID, now: datetime) -> None:
    """For the sweep: the worker died after “about to send”."""
    with team_atomic():
        message: OutboxMessage | None = (
            OutboxMessage.objects.abandoned(now)
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=message_id)
            .first()
        )
        if message is not None:
            reason = "The worker ended before an answer came."
            settle_unknown(message=message, error=RemoteError(reason))


def retry_message(*, message: OutboxMessage, actor: Actor) -> None:
    """Sends once more what was refused, or what a person judges not to have arrived.

    Raises ValidationError (code `not_retryable`) for what waits, is under way or has arrived.
    """
    retryable = OutboxMessage.objects.filter(
        pk=message.pk, state__in=[MessageState.REFUSED, MessageState.UNCONFIRMED]
    )
    try:
        with team_atomic():
            changed = retryable.update(
                state=MessageState.WAITING,
                due_at=timezone.now(),
                lease_until=None,
                settled_at=None,
                error_message="",
                status_code=None,
            )
            if not changed:
                raise ValidationError(
                    "Only what was refused or has an unknown outcome can be sent again.",
                    code="not_retryable",
                )
            message.refresh_from_db()
            outcomes.mark_sending(message=message)
            record_change(
                asset=message.asset,
                version=message.version,
                note=f"Sent again: {message.get_kind_display()}",
                actor=actor,
            )
            wake.after_commit(wake.DELIVER, message.team_id, message.id)
    except IntegrityError:
        raise ValidationError(
            "A newer command for the same thing is on its way.", code="already_sending"
        ) from None
