"""What was seen of a file, kept on the row: the page that asks about columns needs no other."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError

from dubbing.models import SheetImport
from dubbing.services.sheets.columns import guess_mapping
from dubbing.sheets import Look, Reading, SheetError, headings_key, look_into

SHOWN_CHARACTERS = 80


def look_at(path: Path, reading: Reading, *, field: str) -> Look:
    """Raises ValidationError under `field`."""
    try:
        return look_into(path, reading)
    except SheetError as error:
        raise ValidationError({field: ValidationError(error.message, code=error.code)}) from None


def take_look(sheet: SheetImport, look: Look) -> None:
    """Writes it onto the row in memory, with the mapping that fits it best."""
    sheet.reading = look.reading._asdict()
    sheet.look = {
        "kind": look.kind,
        "is_guess": look.is_guess,
        "sheets": [[name, hidden] for name, hidden in look.sheets],
        "headings": [heading[:SHOWN_CHARACTERS] for heading in look.headings],
        "lines": [
            {"number": row.number, "cells": [cell.text[:SHOWN_CHARACTERS] for cell in row.cells]}
            for row in look.rows
        ],
    }
    sheet.headings_key = headings_key(look.headings)
    samples = [line["cells"] for line in sheet.look["lines"]]
    sheet.mapping = guess_mapping(sheet.look["headings"], sheet.headings_key, samples)
