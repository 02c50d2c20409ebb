"""A sheet comes in: looked into at once, and kept only if it can be read."""

from __future__ import annotations

import io
import uuid
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import IntegrityError

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Batch, SheetImport
from dubbing.models.sheets import NAME_LENGTH
from dubbing.services.actors import Actor
from dubbing.services.sheets.files import on_disk
from dubbing.services.sheets.looks import look_at, take_look
from dubbing.services.space import check_room
from dubbing.sheets import Look, Reading
from dubbing.sheets.reading import MAX_FILE_BYTES
from dubbing.states import BatchState

PASTED_NAME = "Pasted.csv"


def give_sheet(
    *,
    team: Team,
    actor: Actor,
    file: File[Any],
    batch: Batch | None = None,
    reading: Reading = Reading(),  # noqa: B008 (immutable)
    submission: uuid.UUID | None = None,
) -> SheetImport:
    """Keeps the file with a first guess at its columns; nothing is compared or changed yet.

    `batch`: where its new videos are to go. `submission` names one request: its repeat finds the
    sheet of the first. Raises ValidationError under `file` or `batch`.
    """
    if submission and (earlier := SheetImport.objects.filter(submission=submission).first()):
        found: SheetImport = earlier
        return found
    check_room(field="file")
    _require_open(batch)
    look = _look(file, reading)
    sheet = SheetImport(
        team=team,
        name=_name(file.name or ""),
        batch=batch,
        submission=submission,
        created_by=actor.user,
        created_by_key=actor.key,
    )
    take_look(sheet, look)
    file.seek(0)
    sheet.file.save(f"sheet.{look.kind}", ContentFile(file.read()), save=False)
    try:
        with team_atomic():
            sheet.save(force_insert=True)
    except BaseException as error:
        sheet.file.storage.delete(sheet.file.name)
        winner = SheetImport.objects.filter(submission=submission).first() if submission else None
        if isinstance(error, IntegrityError) and winner is not None:
            raced: SheetImport = winner
            return raced
        raise
    return sheet


def give_text(*, team: Team, actor: Actor, text: str, batch: Batch | None = None) -> SheetImport:
    """Lines that somebody copied out of a spreadsheet: tabs between the cells."""
    file: File[Any] = File(io.BytesIO(text.encode("utf-8", "replace")), name=PASTED_NAME)
    try:
        return give_sheet(
            team=team, actor=actor, file=file, batch=batch, reading=Reading(encoding="utf-8")
        )
    except ValidationError as error:
        faults = error.error_dict
        raise ValidationError({"text": faults.pop("file", []), **faults}) from None


def _look(file: File[Any], reading: Reading) -> Look:
    if file.size > MAX_FILE_BYTES:
        fault = ValidationError(
            f"The file is larger than {MAX_FILE_BYTES >> 20} MB. Split it into several files.",
            code="sheet_too_large",
        )
        raise ValidationError({"file": fault})
    file.seek(0)
    with on_disk(file) as path:
        return look_at(path, reading, field="file")


def _require_open(batch: Batch | None) -> None:
    if batch is not None and batch.state != BatchState.OPEN:
        fault = ValidationError(
            "This batch takes no more videos. Choose another, or leave it out.",
            code="batch_closed",
        )
        raise ValidationError({"batch": fault})


def _name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.replace("\0", "")[-NAME_LENGTH:] or "Sheet"
