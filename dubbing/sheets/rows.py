"""What either format is read into, and how it passes from the worker to us."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dubbing.sheets.cells import EMPTY, Cell, CellKind
from dubbing.sheets.errors import SheetError

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_ROWS = 10_000
MAX_COLUMNS = 150
MAX_CELL_CHARACTERS = 32_767  # as in Excel
MAX_CHARACTERS = 16_000_000
SHOWN_ROWS = 6
# Titles, notes and empty lines may stand above the headings.
HEADING_LINES = 10


class Row(NamedTuple):
    """`number` counts as the spreadsheet does, or the text's lines; from 1."""

    number: int
    cells: list[Cell]

    def cell(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else EMPTY


class Reading(NamedTuple):
    """How a file is to be read; blank: as found out. `heading_line` 0: there are no headings."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    heading_line: int = -1


class Source(NamedTuple):
    """An opened file: rows come one by one. `sheets` are names with whether each is hidden."""

    kind: str
    reading: Reading
    is_guess: bool
    sheets: list[tuple[str, bool]]
    rows: Iterator[Row]


def checked(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows that hold something, trimmed at their end, within the limits. Raises SheetError."""
    count = characters = 0
    for number, cells in rows:
        while cells and not cells[-1].text:
            cells.pop()
        if not cells:
            continue
        cells = [_storable(cell) for cell in cells]
        count += 1
        characters += sum(_length(number, cell) for cell in cells)
        if count > MAX_ROWS or characters > MAX_CHARACTERS:
            raise SheetError(
                f"The sheet has more than {MAX_ROWS:,} lines, or too much text. Split it into "
                "several files.",
                "sheet_too_many_rows",
            )
        if len(cells) > MAX_COLUMNS:
            raise SheetError(
                f"Line {number:,} has {len(cells):,} columns; {MAX_COLUMNS} are read at most. "
                "Delete those that are not needed here.",
                "sheet_too_many_columns",
            )
        yield Row(number, cells)


def _storable(cell: Cell) -> Cell:
    """No database keeps zero characters and halves of surrogate pairs."""
    if cell.text.isprintable() or not UNSTORABLE.search(cell.text):
        return cell
    return Cell(UNSTORABLE.sub("\ufffd", cell.text), cell.kind)


def _length(number: int, cell: Cell) -> int:
    if len(cell.text) > MAX_CELL_CHARACTERS:
        raise SheetError(
            f"A cell in line {number:,} has {len(cell.text):,} characters. Is it the right file?",
            "sheet_damaged",
        )
    return len(cell.text)


def rows_as_json(rows: Iterable[Row]) -> list[Any]:
    """Text cells as they are, the others with their kind: most are text."""
    return [[row.number, [_packed(cell) for cell in row.cells]] for row in rows]


def _packed(cell: Cell) -> Any:
    return cell.text if cell.kind == CellKind.TEXT else [cell.kind.value, cell.text]


def rows_from_json(packed: Iterable[Any]) -> list[Row]:
    return [Row(number, [_unpacked(cell) for cell in cells]) for number, cells in packed]


def _unpacked(cell: Any) -> Cell:
    return Cell(cell) if isinstance(cell, str) else Cell(cell[1], CellKind(cell[0]))


def error_as_json(error: SheetError) -> str:
    return json.dumps({"error": {"message": error.message, "code": error.code}})
