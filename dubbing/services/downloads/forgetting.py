"""Downloads end: after some days nobody fetches them any more."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.scoping import all_teams
from dubbing.models import DownloadArchive
from dubbing.services.downloads.fetching import delete_archive, drop_old_plans

BATCH = 200


def forget_archives(*, now: datetime | None = None) -> dict[str, int]:
    """How many archives and how many stray plans went."""
    moment = now or timezone.now()
    with all_teams("downloads of every team come to their end"):
        over = DownloadArchive.objects.filter(expires_at__lte=moment).order_by("expires_at")
        rows = list(over[:BATCH])
        for archive in rows:
            delete_archive(archive=archive)
    return {"archives": len(rows), "plans": drop_old_plans(now=moment)}
