"""What an answer, or its absence, means for our rows: the last step of every outbox message."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Asset, Dubbing, OutboxMessage, Version
from dubbing.remote.errors import KeyRejectedError, LimitError, RejectedError
from dubbing.remote.types import AssetSnapshot, VersionSnapshot
from dubbing.services import money
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.calls import Answer
from dubbing.services.clock import database_now
from dubbing.services.fences import is_older, next_fence
from dubbing.services.history import record_change
from dubbing.services.mirror import lock_to_compare, move_version, write_snapshot
from dubbing.services.refresh import ask_refresh, look_soon
from dubbing.services.stages import restage_dubbing
from dubbing.states import (
    AssetStatus,
    Cause,
    DubbingStatus,
    Kind,
    MessageState,
    VersionStatus,
)


def own(message: OutboxMessage, *also: MessageState) -> QuerySet[Any]:
    """This attempt's row, if no other worker or person has taken it on since."""
    states = [MessageState.SENDING, *also]
    rows: QuerySet[Any] = OutboxMessage.objects.filter(
        pk=message.pk, attempts=message.attempts, state__in=states
    )
    return rows


def settle_done(*, message: OutboxMessage, answer: Answer, fence: int) -> bool:
    """It arrived. A late answer also settles what had been given up, or waits to go once more.

    `fence`: drawn before it was sent. An answer that tells how things stand is a look: the next
    one need not follow at once. Returns whether its lane counts outages, which an answer ends.
    """
    with team_atomic():
        asset = lock_to_compare(message.asset_id)
        settled = own(message, MessageState.UNCONFIRMED, MessageState.WAITING).update(
            state=MessageState.DONE,
            lease_until=None,
            settled_at=timezone.now(),
            error_message="",
        )
        if not settled:
            return bool(asset.outages)
        message.state = MessageState.DONE
        if isinstance(answer, AssetSnapshot):
            write_snapshot(
                asset=asset,
                snapshot=answer,
                started=_chosen(message),
                fence=fence,
                cause=Cause.SENT,
                refresh_due_at=look_soon(),
            )
        else:
            _apply_answer(asset, message, answer, fence)
            ask_refresh(asset=asset)
    return bool(asset.outages)


def _apply_answer(
    asset: Asset, message: OutboxMessage, answer: VersionSnapshot | None, fence: int
) -> None:
    if message.kind in (Kind.CREATE, Kind.ADD_LANGUAGES):
        _mark_dubbings(asset, message, DubbingStatus.STARTED)
    if message.version is not None:
        version: Version = Version.objects.select_related("dubbing").get(pk=message.version_id)
        if not is_older(fence, version.fence):
            # A new one: a look that began before the answer may have seen the state before it.
            version.fence, version.observed_at = next_fence(), timezone.now()
            status = _status_after(message, answer)
            move_version(asset=asset, version=version, status=status, cause=Cause.SENT)
        restage_dubbing(asset, version.dubbing)
        touch_asset(asset)


def _status_after(message: OutboxMessage, answer: Answer) -> VersionStatus:
    """The version's state as the answer tells it, or as the call's documentation promises.

    Left where it was, it could be generated once more before the next look, and that look would
    then pass for the proof that a second request arrived.
    """
    if message.kind == Kind.REVISE:
        return VersionStatus.READY_TO_EDIT
    if isinstance(answer, VersionSnapshot) and answer.raw_status:
        return VersionStatus(answer.status.value)
    return VersionStatus.GENERATING


def settle_held(*, message: OutboxMessage, reason: str) -> None:
    """The key was refused: nothing is wrong with the message, it waits for the key."""
    with team_atomic():
        asset = lock_asset(message.asset_id)
        held = own(message).update(
            state=MessageState.WAITING,
            lease_until=None,
            due_at=database_now(),
            error_message=reason,
        )
        if held:
            note = f"Held: {message.get_kind_display()}. {reason}"
            record_change(asset=asset, version=message.version, note=note, cause=Cause.SENT)
            touch_asset(asset)


def settle_cancelled(*, message: OutboxMessage, reason: str) -> bool:
    """What waits is not sent any more; False if a worker was faster. The asset is locked.

    Where an earlier attempt's outcome is unknown it stays so: not sending again proves nothing.
    """
    was_unknown = message.unknown_at is not None
    state = MessageState.UNCONFIRMED if was_unknown else MessageState.CANCELLED
    waiting = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.WAITING)
    settled_at = None if was_unknown else timezone.now()
    if not waiting.update(state=state, settled_at=settled_at, error_message=reason, slot_at=None):
        return False
    message.state, message.error_message = state, reason
    asset = message.asset
    if not was_unknown:
        money.give_back(message=message)
    if message.kind == Kind.CREATE:
        _mark_asset(asset, AssetStatus.UNCONFIRMED if was_unknown else AssetStatus.NOT_SENT, reason)
    _mark_target(
        asset,
        message,
        DubbingStatus.UNCONFIRMED if was_unknown else DubbingStatus.NOT_SENT,
        reason,
    )
    return True


def settle_overtaken(*, message: OutboxMessage, reason: str) -> None:
    """It need not be sent any more; if an earlier attempt is in doubt, this is its proof."""
    arrived = message.unknown_at is not None
    OutboxMessage.objects.filter(pk=message.pk, state=MessageState.WAITING).update(
        state=MessageState.DONE if arrived else MessageState.CANCELLED,
        settled_at=timezone.now(),
        error_message="" if arrived else reason,
    )
    _mark_target(message.asset, message, DubbingStatus.STARTED, "")


def settle_refused(*, message: OutboxMessage, error: RejectedError) -> None:
    reason = plain_reason(error)
    with team_atomic():
        asset = lock_asset(message.asset_id)
        settled = own(message).update(
            state=MessageState.REFUSED,
            lease_until=None,
            settled_at=timezone.now(),
            status_code=error.status_code,
            error_message=reason,
        )
        if not settled:
            return
        message.state = MessageState.REFUSED
        # Where an earlier attempt's outcome is unknown it may be paid for all the same.
        if message.unknown_at is None:
            money.give_back(message=message)
        if message.kind == Kind.CREATE:
            _mark_asset(asset, AssetStatus.NOT_SENT, reason)
        _mark_target(asset, message, DubbingStatus.NOT_SENT, reason)
        note = f"Refused: {message.get_kind_display()}. {reason}"
        record_change(asset=asset, version=message.version, note=note, cause=Cause.SENT)


def settle_unconfirmed(*, message: OutboxMessage, reason: str) -> None:
    """It was sent and nobody can know whether it arrived. Proof may still come by a callback."""
    with team_atomic():
        asset = lock_asset(message.asset_id)
        settled = own(message).update(
            state=MessageState.UNCONFIRMED,
            lease_until=None,
            error_message=reason,
            unknown_at=timezone.now(),
        )
        if not settled:
            return
        message.state = MessageState.UNCONFIRMED
        if message.kind == Kind.CREATE:
            _mark_asset(asset, AssetStatus.UNCONFIRMED, reason)
        _mark_target(asset, message, DubbingStatus.UNCONFIRMED, reason)
        note = f"Unknown outcome: {message.get_kind_display()}. {reason}"
        record_change(asset=asset, version=message.version, note=note, cause=Cause.DESK)
        if asset.remote_id:
            ask_refresh(asset=asset)


def mark_sending(*, message: OutboxMessage) -> None:
    """Puts the target back to “being sent”, for a message that goes out once more."""
    asset = lock_asset(message.asset_id)
    if message.kind == Kind.CREATE:
        _mark_asset(asset, AssetStatus.SENDING, "")
    _mark_target(asset, message, DubbingStatus.SENDING, "")


def plain_reason(error: RejectedError) -> str:
    """Panjaya's own words, with what a person can do where we know it."""
    if isinstance(error, KeyRejectedError):
        return f"Panjaya does not accept the key of this connection. It said: {error}"
    if isinstance(error, LimitError):
        return f"A limit of the Panjaya account stands against it. It said: {error}"
    return str(error)


def _mark_asset(asset: Asset, status: AssetStatus, reason: str) -> None:
    if asset.remote_id:
        return
    asset.status, asset.error_message = status, reason
    asset.save(update_fields=["status", "error_message", "updated_at"])


def _mark_target(asset: Asset, message: OutboxMessage, status: DubbingStatus, reason: str) -> None:
    if message.version is not None:
        restage_dubbing(asset, message.version.dubbing)
    else:
        _mark_dubbings(asset, message, status, reason)
    touch_asset(asset)


def _mark_dubbings(
    asset: Asset, message: OutboxMessage, status: DubbingStatus, reason: str = ""
) -> None:
    chosen = Dubbing.objects.filter(asset=asset, pk__in=_chosen(message))
    if status != DubbingStatus.STARTED:
        # What a look has found at Panjaya stays found.
        chosen = chosen.exclude(status=DubbingStatus.STARTED)
    for dubbing in chosen:
        dubbing.status, dubbing.error_message = status, reason
        restage_dubbing(asset, dubbing, ("status", "error_message"))


def _chosen(message: OutboxMessage) -> list[str]:
    """Ids of the dubbings that it starts."""
    chosen: list[str] = message.payload.get("dubbings", [])
    return chosen
