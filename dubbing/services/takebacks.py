"""What has not left yet: take it back, send it now, or drop it because Panjaya has it already."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Asset, Dubbing, OutboxMessage
from dubbing.services import outcomes
from dubbing.services.actors import DESK, Actor
from dubbing.services.history import record_change
from dubbing.services.mirror import PENDING_FROM, lock_asset
from dubbing.states import DubbingStatus, Kind, MessageState

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


def send_now(*, message: OutboxMessage) -> None:
    """Ends its waiting; brakes and lanes still count. Raises ValidationError (code `too_late`)."""
    with team_atomic():
        waiting = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.WAITING)
        if not waiting.update(due_at=timezone.now()):
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
    if message is None or not _is_overtaken(message):
        return False
    with team_atomic():
        asset = lock_asset(message.asset_id)
        current = _of(asset, message_id)
        if not _is_overtaken(current):
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


def _is_overtaken(message: OutboxMessage) -> bool:
    if message.kind == Kind.CREATE:
        return bool(message.asset.remote_id)
    if message.version is not None:
        return message.version.status not in PENDING_FROM[Kind(message.kind)]
    wanted = Dubbing.objects.filter(pk__in=message.payload.get("dubbings", []))
    return not wanted.exclude(status=DubbingStatus.STARTED).exists()
