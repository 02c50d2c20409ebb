from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from dubbing import live
from dubbing.models import Asset, Dubbing, StatusChange, Version
from dubbing.services.actors import DESK, Actor
from dubbing.services.orders import LanguageOrder
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
    """One row of the asset's history; call it in the transaction that makes the change.

    Open pages learn of it, also where the asset keeps its revision.
    """
    change_of(
        asset=asset,
        dubbing=dubbing,
        version=version,
        before=before,
        after=after,
        note=note,
        cause=cause,
        actor=actor,
    ).save(force_insert=True)
    live.after_commit(asset.team_id, asset.pk)


def change_of(
    *,
    asset: Asset,
    dubbing: Dubbing | None = None,
    version: Version | None = None,
    before: str = "",
    after: str = "",
    note: str = "",
    cause: Cause | None = None,
    actor: Actor = DESK,
) -> StatusChange:
    """The row itself, for whoever writes many of them in one statement."""
    return StatusChange(
        team_id=asset.team_id,
        asset=asset,
        dubbing=dubbing,
        version=version,
        before=before,
        after=after,
        note=f"{note} ({actor.occasion})" if actor.occasion else note,
        cause=cause or actor.cause,
        actor=actor.user,
        actor_key=actor.key,
        at=timezone.now(),
    )


def record_srt_notes(
    *, asset: Asset, dubbings: Sequence[Dubbing], orders: Sequence[LanguageOrder]
) -> None:
    """What was changed in the SRT files on their way in, such as their encoding."""
    for dubbing, order in zip(dubbings, orders, strict=True):
        for note in order.notes:
            record_change(asset=asset, dubbing=dubbing, note=f"{order.srt_name or 'SRT'}: {note}")


def srt_notes(*, dubbings: Sequence[Dubbing]) -> list[str]:
    """What record_srt_notes wrote for dubbings that were made a moment ago."""
    rows = StatusChange.objects.filter(dubbing__in=dubbings, cause=Cause.DESK, version=None)
    return list(rows.order_by("pk").values_list("note", flat=True))
