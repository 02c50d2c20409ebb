"""Where a file belongs, said by a person: taken out, put back, put elsewhere."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.services.actors import Actor
from dubbing.services.batches.locks import lock_open_batch
from dubbing.services.subtitle_checks import judge_subtitle, read_again
from dubbing.services.subtitles.places import open_items, targets, video_of
from dubbing.services.subtitles.rows import (
    JUDGED,
    follow,
    lock_subtitle,
    require_unsent,
    siblings_of,
)
from dubbing.subtitles.matching import place_files
from dubbing.subtitles.reading import ReadFile
from dubbing.validators import locale_name

PLACED = ["item", "locale", "guess", "reason", "matched_by_person", "removed_at", "updated_at"]
REASON_LENGTH = 300


def assign_subtitle(
    *, subtitle: SubtitleFile, actor: Actor, item: BatchItem, locale: str
) -> SubtitleFile:
    """Gives it its place; a file that had that place before waits for another one.

    Raises ValidationError under `item` or `locale`.
    """
    if locale not in targets():
        message = "Choose one of the languages of the list."
        raise ValidationError({"locale": ValidationError(message, code="unknown_locale")})
    read = read_again([subtitle])[0]
    with team_atomic():
        batch = lock_open_batch(subtitle.batch_id)
        locked = lock_subtitle(subtitle)
        require_unsent(locked)
        row = _open_row(batch, item.pk)
        earlier = locked.item
        _clear_place(row, locale, locked)
        locked.item, locked.locale, locked.guess = row, locale, None
        locked.reason, locked.matched_by_person = "Chosen by a person.", True
        locked.removed_at = None
        _save(locked, read)
        follow(batch, [earlier, row])
    return locked


def _open_row(batch: Batch, item_id: uuid.UUID) -> BatchItem:
    rows = BatchItem.objects.editable().filter(batch=batch).select_related("upload")
    row: BatchItem | None = rows.filter(pk=item_id).first()
    if row is None:
        message = "This video is sent, or no longer here. Choose another."
        raise ValidationError({"item": ValidationError(message, code="item_closed")})
    return row


def _clear_place(row: BatchItem, locale: str, new: SubtitleFile) -> None:
    same = SubtitleFile.objects.filter(item=row, locale=locale, removed_at=None)
    for other in same.exclude(pk=new.pk):
        other.item, other.guess = None, row.pk
        other.reason = f"“{new.name[-80:]}” was chosen in its place."
        other.save(update_fields=PLACED)


def _save(subtitle: SubtitleFile, read: ReadFile) -> None:
    judge_subtitle(subtitle, read, siblings=siblings_of(subtitle.item))
    subtitle.save(update_fields=[*PLACED, *JUDGED])


def remove_subtitle(*, subtitle: SubtitleFile, actor: Actor) -> None:
    """Out of the batch; it can be put back."""
    with team_atomic():
        batch = lock_open_batch(subtitle.batch_id)
        locked = lock_subtitle(subtitle)
        require_unsent(locked)
        if locked.removed_at is None:
            locked.removed_at = timezone.now()
            locked.save(update_fields=PLACED)
            follow(batch, [locked.item])


def restore_subtitle(*, subtitle: SubtitleFile, actor: Actor) -> SubtitleFile:
    """Back to its place, or among those to be placed where that is taken by now."""
    read = read_again([subtitle])[0]
    with team_atomic():
        batch = lock_open_batch(subtitle.batch_id)
        locked = lock_subtitle(subtitle)
        require_unsent(locked)
        same = SubtitleFile.objects.filter(
            item=locked.item_id, locale=locked.locale, removed_at=None
        )
        taken = same.first() if locked.item_id and locked.locale else None
        if taken is not None and taken.pk != locked.pk:
            name = locale_name(locked.locale)
            locked.reason = f"“{taken.name[-80:]}” is the file for {name} by now."
            locked.guess, locked.item = locked.item_id, None
        locked.removed_at = None
        _save(locked, read)
        follow(batch, [locked.item])
    return locked


def place_again(*, batch: Batch, actor: Actor) -> list[SubtitleFile]:
    """Files without a place are matched anew, with the videos and languages as they are now."""
    waiting = list(SubtitleFile.objects.filter(batch=batch, item=None, removed_at=None))
    reads = dict(zip([one.pk for one in waiting], read_again(waiting), strict=True))
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        still = [one for one in map(lock_subtitle, waiting) if one.item_id is None]
        found = _newly_placed(locked, still)
        for one in still:
            _save(one, reads[one.pk])  # the others too: they were looked at now
        follow(locked, [one.item for one in found])
    return found


def _newly_placed(batch: Batch, waiting: list[SubtitleFile]) -> list[SubtitleFile]:
    rows = {str(row.pk): row for row in open_items(batch)}
    videos, names = [video_of(row) for row in rows.values()], [one.name for one in waiting]
    placed = SubtitleFile.objects.filter(batch=batch, removed_at=None).exclude(item=None)
    taken = set(placed.values_list("item_id", "locale"))
    found = []
    for one, place in zip(waiting, place_files(names, videos, known=targets()), strict=True):
        row = rows.get(place.video)
        if row is None or not place.locale or (row.pk, place.locale) in taken:
            continue
        taken.add((row.pk, place.locale))
        one.item, one.locale, one.guess = row, place.locale, None
        one.reason = place.reason[:REASON_LENGTH]
        found.append(one)
    return found
