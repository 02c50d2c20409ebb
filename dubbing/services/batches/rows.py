"""New rows: from pasted addresses, from uploads, from whatever already knows the field names."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Batch, BatchItem, Upload
from dubbing.models.batches import FILE_NAME_LENGTH
from dubbing.services.actors import Actor
from dubbing.services.batches.checks import wake_checks
from dubbing.services.batches.edits import edit_items
from dubbing.services.batches.judging import judge_items
from dubbing.services.batches.locks import lock_open_batch, touch_batch
from dubbing.services.batches.pasting import PastedLink, read_pasted
from dubbing.services.batches.values import SETTINGS, read_values

MOST_ROWS = 20_000
WRITTEN_AT_ONCE = 1000
FIRST_REVISION = 1


@dataclass(frozen=True)
class Pasted:
    """What came of pasted text; `repeats` were there already and made no second row."""

    items: list[BatchItem]
    repeats: list[PastedLink]


def add_addresses(*, batch: Batch, actor: Actor, text: str) -> Pasted:
    """A row per new address; the text counts as taken over.

    An address that the batch has, or that comes twice, makes one row: the repeat is told, since a
    video sent twice is paid twice.
    """
    links = read_pasted(text)
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        known = set(locked.rows.kept().exclude(media_url="").values_list("media_url", flat=True))
        fresh: list[PastedLink] = []
        repeats: list[PastedLink] = []
        for link in links:
            (repeats if link.address in known else fresh).append(link)
            known.add(link.address)
        rows = [{"media_url": link.address, "title": link.title} for link in fresh]
        items = add_rows(batch=locked, actor=actor, rows=rows)
        Batch.objects.filter(pk=locked.pk).update(pasted="")
    return Pasted(items, repeats)


def add_uploads(*, batch: Batch, actor: Actor, uploads: Sequence[Upload]) -> list[BatchItem]:
    """A row per upload, or its place in the row that waits for a file of that name.

    An upload that has its row already makes no second one: events may come twice.
    """
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        rows = locked.rows.kept()
        taken = set(rows.filter(upload__in=uploads).values_list("upload_id", flat=True))
        given = [upload for upload in uploads if upload.pk not in taken]
        waiting = _waiting(locked, [upload.name for upload in given])
        placed, new = [], []
        for upload in given:
            item = waiting.pop(upload.name.casefold(), None)
            if item is None:
                new.append({"upload": upload, "file_name": upload.name})
            else:
                item.upload, item.duration_seconds = upload, length_of(upload)
                placed.append(item)
        _settle(locked, placed)
        return [*placed, *add_rows(batch=locked, actor=actor, rows=new)]


def follow_settings(*, batch: Batch, actor: Actor, uploads: Iterable[uuid.UUID]) -> None:
    """Rows that were made of these uploads get what the batch says by now.

    A file makes its row as soon as it has arrived, while the settings are still being chosen. A row
    that somebody has changed since keeps what it has.
    """
    made = batch.rows.editable().filter(upload__in=list(uploads), revision=FIRST_REVISION)
    edit_items(batch=batch, actor=actor, items=made, changes=batch.settings)


def _waiting(batch: Batch, names: Iterable[str]) -> dict[str, BatchItem]:
    """Rows that name a file and have none, by the name without its folders."""
    wanted = {name.casefold() for name in names}
    rows = batch.rows.editable().filter(upload=None, media_url="").exclude(file_name="")
    found: dict[str, BatchItem] = {}
    for item in rows.order_by("-position", "-pk"):
        name = PurePosixPath(item.file_name.replace("\\", "/")).name.casefold()
        if name in wanted:
            found[name] = item
    return found


def _settle(batch: Batch, items: list[BatchItem]) -> None:
    """Rows that got their file."""
    now = timezone.now()
    judge_items(items)
    for item in items:
        item.check_due_at, item.revision = now, item.revision + 1
        item.save(
            update_fields=[
                "upload",
                "duration_seconds",
                "faults",
                "verdict",
                "check_due_at",
                "revision",
                "updated_at",
            ]  # fmt: skip
        )
    wake_checks(items)
    if items:
        touch_batch(batch)


def add_rows(
    *,
    batch: Batch,
    actor: Actor,
    rows: Sequence[Mapping[str, Any]],
    submission: uuid.UUID | None = None,
) -> list[BatchItem]:
    """Rows from field names of BatchItem; what one leaves out comes from the batch's settings.

    A blank value counts as left out; a list of languages or tags, even an empty one, as given.
    All or nothing. Raises ValidationError with faults under `0.title` and the like, only for what
    cannot be kept at all: wrong values become the row's faults. `submission` names one request:
    its repeat finds the rows it made.
    """
    values = _read_all(rows)
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        ids = _ids(submission, len(values))
        if ids and (made := list(locked.rows.filter(pk__in=ids))):
            return made
        first = _next_position(locked, len(values))
        items = [
            _new(locked, first + index, value, ids[index] if ids else None)
            for index, value in enumerate(values)
        ]
        judge_items(items)
        BatchItem.objects.bulk_create(items, batch_size=WRITTEN_AT_ONCE)
        if items:
            touch_batch(locked)
        wake_checks(items)
    return items


def _read_all(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = []
    faults: dict[str, list[ValidationError]] = {}
    for index, row in enumerate(rows):
        try:
            values.append(read_values(row))
        except ValidationError as error:
            for name, found in error.error_dict.items():
                faults[f"{index}.{name}"] = list(found)
    if faults:
        raise ValidationError(faults)
    return values


def _ids(submission: uuid.UUID | None, count: int) -> list[uuid.UUID]:
    if submission is None:
        return []
    return [uuid.uuid5(submission, str(index)) for index in range(count)]


def _next_position(batch: Batch, count: int) -> int:
    if batch.rows.kept().count() + count > MOST_ROWS:
        message = f"A batch has at most {MOST_ROWS:,} videos. Begin another one for the rest."
        raise ValidationError(message, code="too_many_rows")
    highest: int | None = batch.rows.aggregate(highest=Max("position"))["highest"]
    return (highest or 0) + 1


def _new(
    batch: Batch, position: int, value: Mapping[str, Any], item_id: uuid.UUID | None
) -> BatchItem:
    standard = {name: batch.settings[name] for name in SETTINGS if name in batch.settings}
    given = {name: entry for name, entry in value.items() if entry not in ("", None)}
    item = BatchItem(
        team_id=batch.team_id,
        batch=batch,
        position=position,
        check_due_at=timezone.now(),
        **{**standard, **given},
    )
    if item_id is not None:
        item.id = item_id
    if item.upload:
        item.file_name = item.file_name or item.upload.name[:FILE_NAME_LENGTH]
        item.duration_seconds = length_of(item.upload)
    return item


def length_of(upload: Upload) -> Decimal | None:
    """Seconds, as far as somebody has looked into it."""
    told = upload.facts.get("duration")
    return Decimal(told) if told is not None else None
