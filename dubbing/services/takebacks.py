"""What has not left yet: take it back, send it now, or drop it because Panjaya has it already."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Asset, Dubbing, OutboxMessage, Version
from dubbing.services import outcomes
from dubbing.services.actors import DESK, Actor
from dubbing.services.asset_rows import lock_asset
from dubbing.services.clock import database_now
from dubbing.services.history import record_change
from dubbing.services.stages import PENDING_FROM
from dubbing.states import DubbingStatus, Kind, MessageState

HELD = "It goes above the month’s ceiling: an owner of the team releases it."
TOO_LATE = "It is too late for that: it has left already."


def take_back(*, message: OutboxMessage, actor: Actor) -> None:
    """Undo, while it waits. Raises ValidationError (code `too_late`)."""
    who = actor.user or actor.key
    with team_atomic():
        asset = lock_asset(message.asset_id)
        current = _of(asset, message.pk)
        if not outcomes.settle_cancelled(message=current, reason=f"Taken back by {who}."):
            raise ValidationError(TOO_LATE, code="too_late")
        note = f"Taken back: {current.get_kind_display()}"
        record_change(asset=asset, version=current.version, note=note, actor=actor)
    message.refresh_from_db()


def take_back_waiting(
    *,
    actor: Actor,
    asset: Asset | None = None,
    dubbing: Dubbing | None = None,
    version: Version | None = None,
) -> None:
    """Undo of whatever still waits for one of these, all or nothing: an asset's own commands (its
    creation, languages added), those that name a dubbing, or the one of a version.

    Raises ValidationError (code `too_late`) where nothing waits any more.
    """
    with team_atomic():
        messages = list(_waiting(asset, dubbing, version))
        if not messages:
            raise ValidationError(TOO_LATE, code="too_late")
        for message in messages:
            take_back(message=message, actor=actor)


def _waiting(asset: Asset | None, dubbing: Dubbing | None, version: Version | None) -> Any:
    rows = OutboxMessage.objects.filter(state=MessageState.WAITING).order_by("id")
    if version is not None:
        return rows.filter(version=version)
    rows = rows.filter(version=None)
    if dubbing is not None:
        rows = rows.filter(asset_id=dubbing.asset_id)
        return rows.filter(payload__dubbings__contains=[str(dubbing.pk)])
    return rows.filter(asset=asset)


def send_now(*, message: OutboxMessage) -> None:
    """Ends its waiting; brakes and lanes still count.

    Raises ValidationError: `too_late`, or `held` above the month's ceiling.
    """
    with team_atomic():
        if OutboxMessage.objects.held().filter(pk=message.pk).exists():
            raise ValidationError(HELD, code="held")
        waiting = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.WAITING)
        if not waiting.update(due_at=database_now()):
            raise ValidationError(TOO_LATE, code="too_late")
        wake.after_commit(wake.DELIVER, message.team_id, message.pk)
    message.refresh_from_db()


def drop_overtaken(*, message_id: uuid.UUID) -> bool:
    """True if it need not be sent any more: while it waited, Panjaya turned out to have it.

    A callback or a look may prove that an earlier attempt arrived after all, and somebody may have
    pressed the same button in Panjaya's own studio.
    """
    waiting = OutboxMessage.objects.filter(pk=message_id, state=MessageState.WAITING)
    message = waiting.select_related("asset", "version").first()
    if message is None or not is_overtaken(message):
        return False
    with team_atomic():
        asset = lock_asset(message.asset_id)
        current = _of(asset, message_id)
        if not is_overtaken(current):
            return False
        reason = "Not sent: things have moved on at Panjaya meanwhile."
        outcomes.settle_overtaken(message=current, reason=reason)
        note = f"{current.get_kind_display()}: {reason}"
        record_change(asset=asset, version=current.version, note=note, actor=DESK)
    return True


def _of(asset: Asset, message_id: uuid.UUID) -> OutboxMessage:
    rows = OutboxMessage.objects.select_related("version__dubbing")
    message: OutboxMessage = rows.get(pk=message_id)
    message.asset = asset
    return message


def is_overtaken(message: OutboxMessage) -> bool:
    """Whether Panjaya has it already, by what our rows say of it."""
    if message.kind == Kind.CREATE:
        return bool(message.asset.remote_id)
    if message.version is not None:
        return message.version.status not in PENDING_FROM[Kind(message.kind)]
    wanted = Dubbing.objects.filter(pk__in=message.payload.get("dubbings", []))
    return not wanted.exclude(status=DubbingStatus.STARTED).exists()
