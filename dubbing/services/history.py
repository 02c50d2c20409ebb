from __future__ import annotations

from django.utils import timezone

from dubbing.models import Asset, Dubbing, StatusChange, Version
from dubbing.services.actors import DESK, Actor
from dubbing.states import Cause


def record_change(
    *,
    asset: Asset,
    dubbing: Dubbing | None = None,
    version: Version | None = None,
    before: str = "",
    after: str = "",
    note: str = "",
    cause: Cause | None = None,
    actor: Actor = DESK,
) -> None:
    """One row of the asset's history; call it in the transaction that makes the change."""
    StatusChange.objects.create(
        team_id=asset.team_id,
        asset=asset,
        dubbing=dubbing,
        version=version,
        before=before,
        after=after,
        note=note,
        cause=cause or actor.cause,
        actor=actor.user,
        actor_key=actor.key,
        at=timezone.now(),
    )
