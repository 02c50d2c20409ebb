"""Giving and agreeing in one go, for programs: all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.base import File

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Batch, SheetImport
from dubbing.services.actors import Actor
from dubbing.services.sheets.giving import give_sheet
from dubbing.services.sheets.mapping import map_headings
from dubbing.sheets import Reading


def compare_file(
    *,
    team: Team,
    actor: Actor,
    file: File[Any],
    columns: Mapping[str, str],
    reading: Reading,
    blank_clears: bool = False,
    batch: Batch | None = None,
    submission: uuid.UUID | None = None,
) -> SheetImport:
    """Keeps the file and has it compared; nothing is kept where its columns make no sense.

    `columns`: heading → field; headings that are left out mean what they are guessed to mean.
    Raises ValidationError under `file`, `batch` or `columns`.
    """
    sheet: SheetImport | None = None
    try:
        with team_atomic():
            sheet = give_sheet(
                team=team,
                actor=actor,
                file=file,
                batch=batch,
                reading=reading,
                submission=submission,
            )
            if sheet.mapped_at is not None:
                return sheet  # the repeat of a request that was answered, or nearly
            return map_headings(sheet=sheet, by_heading=columns, blank_clears=blank_clears)
    except BaseException:
        if sheet is not None and sheet.mapped_at is None:
            sheet.file.storage.delete(sheet.file.name)
        raise
