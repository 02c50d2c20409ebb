from __future__ import annotations

from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Asset
from dubbing.services.refresh import ask_refresh
from dubbing.services.usual_times import slow_dubbings

# A minute's looks or so; whoever presses again gets the next ones.
MOST_VIDEOS = 200


def look_at_slow() -> int:
    """Has the videos looked at whose dubs take longer than usual; how many there were."""
    ids = slow_dubbings(now=timezone.now()).order_by().values("asset_id")
    waiting = Asset.objects.filter(pk__in=ids).order_by("checked_at")
    with team_atomic():
        videos = list(waiting[:MOST_VIDEOS])
        for asset in videos:
            ask_refresh(asset=asset)
    return len(videos)
