"""Where a whole video stands, over all its languages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from dubbing.models import Asset, Dubbing
from dubbing.states import ASSET_STAGES, BADGES, AssetStatus, Badge, Group, Stage

# Of several languages the one that asks most of people is shown.
LOUDEST = (Group.BROKEN, Group.ASKED, Group.SLOW, Group.PERSON, Group.MOVING, Group.GO, Group.DONE)


def with_stages(rows: Any, *videos: str) -> Any:
    """The rows with what is asked here, in one query each. `videos`: where a row has its video."""
    stages = Dubbing.objects.only("team", "asset", "stage").order_by()
    return rows.prefetch_related(*(Prefetch(f"{name}__dubbings", stages) for name in videos))


def asset_badge(asset: Asset) -> Badge:
    """Where it stands, in one word: the video's while the engine has not taken it."""
    status = AssetStatus(asset.status)
    stages = _stages_of(asset)
    if status != AssetStatus.READY or not stages:
        return BADGES[ASSET_STAGES[status]]
    return min((BADGES[stage] for stage in stages), key=lambda badge: LOUDEST.index(badge.group))


def done_words(asset: Asset) -> str:
    """“3 of 12 done”."""
    stages = _stages_of(asset)
    return f"{stages.count(Stage.FINISHED):,} of {len(stages):,} done" if stages else ""


def _stages_of(asset: Asset) -> list[Stage]:
    return [Stage(dubbing.stage) for dubbing in asset.dubbings.all()]
