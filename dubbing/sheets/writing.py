"""Rows of text as CSV or XLSX, one by one: however many there are, memory stays flat."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from dubbing.sheets.cells import KEPT_CHARACTER, escape_cell

# Excel takes UTF-8 for what it is only behind this mark.
MARK = "\ufeff"
# Control characters, halves of surrogate pairs and non-characters: XML holds none of them.
NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
WIDE, NARROW = 38, 16
ROWS_PER_PIECE = 200


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Pieces of a CSV file: commas, quotes where needed, lines end with CRLF."""
    buffer = io.StringIO(newline="")
    buffer.write(MARK)
    writer = csv.writer(buffer)
    writer.writerow(headings)
    for count, row in enumerate(rows, 1):
        writer.writerow([escape_cell(text) for text in row])
        if count % ROWS_PER_PIECE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(
    path: Path, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Every cell is text, whatever it looks like: leading zeros stay, nothing is computed."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings):
        letter = sheet.column_dimensions[_letter(place)]
        letter.width = WIDE if heading in ("Title", "Video link") else NARROW
    bold = Font(bold=True)
    head = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.font = bold
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    workbook.save(path)


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> object:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, _keep_characters(escape_cell(text)))
    cell.data_type = "s"  # whatever the library takes it for
    return cell


def _keep_characters(text: str) -> str:
    """As Excel itself does: what XML cannot hold by its number, and what looks so, too."""
    marked = KEPT_CHARACTER.sub(lambda found: f"_x005F_{found[0][1:]}", text)
    return NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
