"""An asset's row: locked before anything below it is touched, and given its next revision."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import F
from django.utils import timezone

from dubbing import live
from dubbing.models import Asset


def lock_asset(asset_id: uuid.UUID) -> Asset:
    asset: Asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset_id)
    return asset


def lock_assets(asset_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Asset]:
    """Many at once, always in the same order."""
    rows = Asset.objects.select_for_update(of=("self",)).filter(pk__in=asset_ids).order_by("pk")
    return {asset.pk: asset for asset in rows}


def touch_asset(asset: Asset) -> None:
    """Gives the asset its next revision: pages that show an older one fetch again."""
    Asset.objects.filter(pk=asset.pk).update(revision=F("revision") + 1, updated_at=timezone.now())
    live.after_commit(asset.team_id, asset.pk)


def touch_assets(assets: Collection[Asset]) -> None:
    """touch_asset of many, in one statement."""
    rows = Asset.objects.filter(pk__in=[asset.pk for asset in assets])
    rows.update(revision=F("revision") + 1, updated_at=timezone.now())
    for asset in assets:
        live.after_commit(asset.team_id, asset.pk)
