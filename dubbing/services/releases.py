"""What waits above the ceiling goes out when an owner says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import OutboxMessage
from dubbing.services import brakes, money
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.history import record_change


def held_messages() -> Any:
    """Oldest first."""
    return OutboxMessage.objects.held().select_related("asset").order_by("id")


def release_messages(*, messages: Iterable[OutboxMessage], actor: Actor) -> int:
    """Lets them go, above the ceiling or not; how many there were. Each by itself."""
    return sum(_release(message, actor) for message in messages)


def _release(message: OutboxMessage, actor: Actor) -> bool:
    with team_atomic():
        asset = lock_asset(message.asset_id)
        due_at = brakes.send_moment(connection=asset.connection)
        rows = OutboxMessage.objects.held().filter(pk=message.pk)
        if not rows.update(held_at=None, due_at=due_at):
            return False
        money.count_held(message=message)
        note = f"Released above the month’s ceiling: {message.get_kind_display()}"
        record_change(asset=asset, version=message.version, note=note, actor=actor)
        touch_asset(asset)
        wake.after_commit(wake.DELIVER, message.team_id, message.pk, at=due_at)
    return True
