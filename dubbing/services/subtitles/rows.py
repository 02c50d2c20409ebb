"""What follows for videos when their subtitles changed."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone

from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.services.batches.checks import wake_checks
from dubbing.services.batches.edits import JUDGED as ROW_JUDGED
from dubbing.services.batches.edits import write_items
from dubbing.services.batches.judging import judge_items
from dubbing.services.batches.locks import touch_batch

JUDGED = ("format", "text", "notes", "findings")  # what judge_subtitle writes
GONE = "Somebody else changed this file meanwhile. Look again."


def lock_subtitle(subtitle: SubtitleFile) -> SubtitleFile:
    """As it is now. Raises ValidationError where it is no longer what somebody looked at."""
    rows = SubtitleFile.objects.select_for_update(of=("self",)).select_related("item__upload")
    locked: SubtitleFile = rows.get(pk=subtitle.pk)
    if locked.mends != subtitle.mends or locked.removed_at != subtitle.removed_at:
        raise ValidationError(GONE, code="subtitle_changed")
    return locked


def is_open(item: BatchItem) -> bool:
    """Neither sent nor on its way."""
    return item.asset_id is None and item.send_asked_at is None


def require_unsent(subtitle: SubtitleFile) -> None:
    if subtitle.item is not None and not is_open(subtitle.item):
        message = "Its video is sent with it: nothing of it can be changed here any more."
        raise ValidationError(message, code="item_closed")


def siblings_of(item: BatchItem | None) -> list[SubtitleFile]:
    if item is None:
        return []
    return list(SubtitleFile.objects.filter(item=item, removed_at=None).defer("original"))


def follow(batch: Batch, items: Iterable[BatchItem | None]) -> None:
    """Rules look at the rows again, pre-flight is asked to, and open pages renew themselves."""
    rows = list({item.pk: item for item in items if item is not None}.values())
    judge_items(rows)
    now = timezone.now()
    for row in rows:
        row.check_due_at = now
    write_items(rows, ROW_JUDGED)
    touch_batch(batch)
    wake_checks(rows)
