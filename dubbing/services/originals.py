"""Originals that nothing needs any more: the files that were given, a while after all is finished.

Off unless KEEP_ORIGINALS_DAYS is set. Films, pictures and everything that rows tell stay.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.scoping import all_teams, team_atomic, team_scope
from dubbing.models import Asset, BatchItem, Dubbing, Film, OutboxMessage, Upload
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.history import record_change
from dubbing.states import (
    OPEN_MESSAGES,
    AssetStatus,
    BatchState,
    FilmState,
    Kind,
    Stage,
    UploadState,
)

logger = logging.getLogger(__name__)

BATCH = 500
# Files whose deletion was cut off are deleted again for so long.
AGAIN = timedelta(days=1)


def remove_originals(*, now: datetime | None = None) -> int:
    """Returns of how many videos the given files went."""
    if not settings.KEEP_ORIGINALS_DAYS:
        return 0
    now = now or timezone.now()
    before = now - timedelta(days=settings.KEEP_ORIGINALS_DAYS)
    _delete_what_was_left(since=now - AGAIN)
    removed, after = 0, uuid.UUID(int=0)
    while batch := _candidates(before, after):
        for team_id, asset_id in batch:
            with team_scope(team_id):
                removed += _remove(asset_id, before, now)
        after = batch[-1][1]
    return removed


def _candidates(before: datetime, after: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with all_teams("originals of every team go in time"):
        rows = removable(before).filter(pk__gt=after).order_by("pk")
        return list(rows.values_list("team_id", "pk")[:BATCH])


def removable(before: datetime) -> Any:
    """Videos given as files whose every film has been made, and copied here, for long enough.

    A failed one keeps its file: it may be sent anew from it. So does one whose creation may have
    to be sent once more.
    """
    dubbings = Dubbing.objects.filter(asset=OuterRef("pk"))
    unfinished = dubbings.exclude(stage=Stage.FINISHED, stage_since__lt=before)
    to_copy = Film.objects.filter(asset=OuterRef("pk"), state=FilmState.WANTED)
    unsent = OutboxMessage.objects.filter(
        asset=OuterRef("pk"), kind=Kind.CREATE, state__in=sorted(OPEN_MESSAGES)
    )
    kept = Asset.objects.filter(original_removed_at=None).exclude(media_file="")
    return (
        kept.filter(Exists(dubbings), status=AssetStatus.READY)
        .exclude(remote_id="")
        .exclude(Exists(unfinished))
        .exclude(Exists(to_copy))
        .exclude(Exists(unsent))
    )


def _remove(asset_id: uuid.UUID, before: datetime, now: datetime) -> int:
    """Marks first, then deletes: no row ever believes in a file that is gone."""
    with team_atomic():
        asset = lock_asset(asset_id)
        sharers = list(_that_name(asset.media_file.name))
        free = {row.pk for row in removable(before).filter(media_file=asset.media_file.name)}
        if asset_id not in free or {row.pk for row in sharers} != free:
            return 0
        names = {name for row in sharers for name in _names(row)}
        if _is_prepared_with(names):
            return 0
        for row in sharers:
            _mark(row, now)
        gone = sorted(name for name in names if not _is_kept(name))
        Upload.objects.filter(file__in=gone).update(
            state=UploadState.GIVEN_UP, file="", error_message="It is no longer kept."
        )
    _delete(gone)
    return len(sharers)


def _that_name(name: str) -> Any:
    return Asset.objects.filter(media_file=name, original_removed_at=None).order_by("pk")


def _names(asset: Asset) -> list[str]:
    return [file.name for file in (asset.media_file, asset.background_audio_file) if file.name]


def _is_prepared_with(names: set[str]) -> bool:
    """Whether a batch that is not sent yet waits with one of these files."""
    files = Q(upload__file__in=names) | Q(background_upload__file__in=names)
    open_states = (BatchState.OPEN, BatchState.SENDING)
    waiting = BatchItem.objects.filter(files, removed_at=None, batch__state__in=open_states)
    return bool(waiting.exists())


def _is_kept(name: str) -> bool:
    named = Q(media_file=name) | Q(background_audio_file=name)
    return bool(Asset.objects.filter(named, original_removed_at=None).exists())


def _mark(asset: Asset, now: datetime) -> None:
    Asset.objects.filter(pk=asset.pk).update(original_removed_at=now)
    days = settings.KEEP_ORIGINALS_DAYS
    note = f"Original removed: everything has been finished for {days} day{'s' * (days != 1)}"
    record_change(asset=asset, note=note)
    touch_asset(asset)


def _delete_what_was_left(*, since: datetime) -> None:
    with all_teams("originals of every team go in time"):
        rows = Asset.objects.filter(original_removed_at__gte=since)
        names = {name for row in rows.iterator() for name in _names(row)}
        _delete(sorted(name for name in names if not _is_kept(name)))


def _delete(names: list[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as error:
            logger.error("an original could not be deleted, tomorrow again: %s", error.strerror)
