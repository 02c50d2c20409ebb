"""What is known to have arrived: by a callback, by a look, or because a person says so."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dubbing.models import Asset, Dubbing, OutboxMessage
from dubbing.services.actors import DESK, Actor
from dubbing.services.asset_rows import touch_asset
from dubbing.services.history import record_change
from dubbing.services.stages import restage_dubbing
from dubbing.states import AssetStatus, Cause, DubbingStatus, Kind, MessageState, VersionStatus

IN_DOUBT = (MessageState.UNCONFIRMED, MessageState.SENDING, MessageState.WAITING)
MOVED_ON = (VersionStatus.GENERATING, VersionStatus.COMPLETED)


def prove_creation(
    *, asset: Asset, remote_id: str, note: str, cause: Cause, actor: Actor = DESK
) -> None:
    """Panjaya has this asset, under this id. The asset is locked and had no id before.

    A second attempt that still waits is settled with it: it must not be paid for again.
    """
    asset.remote_id = remote_id
    before, asset.status, asset.error_message = asset.status, AssetStatus.PROCESSING, ""
    asset.save(update_fields=["remote_id", "status", "error_message", "updated_at"])
    doubtful = OutboxMessage.objects.filter(asset=asset, kind=Kind.CREATE, state__in=IN_DOUBT)
    _settle(doubtful)
    asset.dubbings.exclude(status=DubbingStatus.STARTED).update(
        status=DubbingStatus.STARTED, error_message=""
    )
    for dubbing in asset.dubbings.all():
        restage_dubbing(asset, dubbing)
    record_change(
        asset=asset, before=before, after=asset.status, note=note, cause=cause, actor=actor
    )
    touch_asset(asset)


def settle_proven(*, asset: Asset) -> None:
    """After a look: settles those in doubt of which it shows that they arrived.

    A draft that has moved on proves its generate; a language that is there proves that it was
    added. What a look does not show proves nothing.
    """
    doubtful = OutboxMessage.objects.filter(asset=asset, state=MessageState.UNCONFIRMED)
    _settle(doubtful.filter(kind=Kind.GENERATE, version__status__in=MOVED_ON))
    for message in doubtful.filter(kind=Kind.ADD_LANGUAGES):
        wanted = Dubbing.objects.filter(pk__in=message.payload.get("dubbings", []))
        if not wanted.exclude(status=DubbingStatus.STARTED).exists():
            _settle(doubtful.filter(pk=message.pk))


def _settle(messages: Any) -> None:
    messages.update(
        state=MessageState.DONE, lease_until=None, settled_at=timezone.now(), error_message=""
    )
