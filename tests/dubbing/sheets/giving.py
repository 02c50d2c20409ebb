"""Sheets for tests: written by code, given and worked on as the desk does it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import Workbook

from accounts.models import Team
from dubbing.models import SheetImport, SheetLine
from dubbing.services.actors import Actor
from dubbing.services.sheets import give_sheet, map_headings, run_sheet


def csv_file(*lines: str, name: str = "videos.csv", encoding: str = "utf-8") -> ContentFile:
    return ContentFile("\r\n".join([*lines, ""]).encode(encoding), name=name)


def workbook_bytes(rows: Iterable[Sequence[Any]], **sheets: Iterable[Sequence[Any]]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    for name, more in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in more:
            sheet.append(row)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def xlsx_file(rows: Iterable[Sequence[Any]], name: str = "videos.xlsx") -> ContentFile:
    return ContentFile(workbook_bytes(rows), name=name)


def give(team: Team, file: ContentFile, **options: Any) -> SheetImport:
    return give_sheet(team=team, actor=Actor(), file=file, **options)


def compare(team: Team, file: ContentFile, **options: Any) -> SheetImport:
    """Given, its guessed columns agreed to, and compared."""
    blank_clears = options.pop("blank_clears", False)
    sheet = give(team, file, **options)
    return finished(map_headings(sheet=sheet, by_heading={}, blank_clears=blank_clears))


def finished(sheet: SheetImport) -> SheetImport:
    run_sheet(sheet_id=sheet.pk)
    return SheetImport.objects.get(pk=sheet.pk)


def lines_of(sheet: SheetImport) -> list[SheetLine]:
    return list(sheet.lines.order_by("number"))


def codes_of(line: SheetLine) -> set[str]:
    return {note["code"] for note in line.notes}


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
