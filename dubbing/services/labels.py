"""Project and tags of many videos in a handful of statements: what update_asset does for one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from dubbing.models import Asset, StatusChange
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import touch_assets
from dubbing.services.history import change_of


def relabel_assets(
    *, assets: Sequence[Asset], notes: Mapping[uuid.UUID, str], actor: Actor
) -> None:
    """Writes the project and tags that the caller has set on locked rows, in its transaction.

    `notes`: what history says, by the asset's id.
    """
    if not assets:
        return
    Asset.objects.bulk_update(assets, ["project", "tags"])
    StatusChange.objects.bulk_create(
        [change_of(asset=asset, note=notes[asset.pk], actor=actor) for asset in assets]
    )
    touch_assets(assets)
