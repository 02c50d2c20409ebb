"""XLSX by openpyxl: values that stand in the file, never a formula's own work."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from dubbing.sheets.cells import EMPTY, Cell, CellKind, cell_of
from dubbing.sheets.errors import SheetError
from dubbing.sheets.rows import MAX_ROWS, Reading, Row, Source

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 200 << 20
MAX_SHARED_BYTES = 40 << 20
# Empty lines cost little, but a stray cell may stand in the very last line of a sheet.
MAX_LINES = 20 * MAX_ROWS
MAX_MERGES = 5_000
BLOCK_BYTES = 1 << 20
OVERLAP_BYTES = 200
SHOWN_FORMULA = 40
TEXT_TYPES = frozenset({"s", "inlineStr", "str"})
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,100}?\bref=\"([A-Z0-9:]{2,40})\"")
DAMAGED = "The file is damaged. Open it in your spreadsheet program and save it again as .xlsx."


def open_xlsx(path: Path, wanted: Reading) -> Source:
    """Raises SheetError."""
    check_package(path)
    workbook = _opened(path, data_only=True)
    sheets = [
        (sheet.title, sheet.sheet_state != "visible")
        for sheet in workbook.worksheets
        if isinstance(sheet, ReadOnlyWorksheet)
    ]
    name = wanted.sheet or next((name for name, hidden in sheets if not hidden), "")
    if name not in dict(sheets):
        raise SheetError(
            f"The file has no sheet named “{name[:40]}”." if name else "The file has no sheet.",
            "sheet_missing",
        )
    marks = _marks(path, workbook[name])
    rows = _rows(workbook[name], marks)
    if marks.has_formulas:
        rows = _without_unknown_formulas(rows, path, name)
    return Source("xlsx", wanted._replace(sheet=name), False, sheets, rows)


def _opened(path: Path, *, data_only: bool) -> Any:
    # As a file: the library judges paths by their ending. It is read until the worker ends.
    file = path.open("rb")
    return load_workbook(file, read_only=True, data_only=data_only, keep_links=False)


def check_package(path: Path) -> None:
    """Whether what it unpacks to is bearable: zipfile reads no more than it announces."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise SheetError(DAMAGED, "sheet_damaged") from None
    names = {entry.filename for entry in entries}
    if "mimetype" in names:
        raise SheetError("This is an OpenDocument file. Save it as .xlsx or .csv.", "sheet_format")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise SheetError("This is no spreadsheet. Save it as .xlsx or .csv.", "sheet_format")
    unpacked = sum(entry.file_size for entry in entries)
    shared = sum(entry.file_size for entry in entries if "sharedStrings" in entry.filename)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or shared > MAX_SHARED_BYTES:
        raise SheetError(
            f"The file unpacks to {unpacked / 1e6:,.0f} MB, more than a sheet of {MAX_ROWS:,} "
            "lines needs. Copy the lines into a new file.",
            "sheet_too_large",
        )


class _Marks:
    """What the streaming reader does not tell: whether there are formulas, and merged areas."""

    def __init__(self) -> None:
        self.has_formulas = False
        # Column from 0 → first line of an area → its last line.
        self.tall: dict[int, dict[int, int]] = {}
        self.merges = 0

    def note_merge(self, reference: str) -> None:
        self.merges += 1
        if self.merges > MAX_MERGES:
            raise SheetError(
                "The sheet has thousands of merged cells. Unmerge them first.", "sheet_damaged"
            )
        column, first, _, last = range_boundaries(reference)
        if column and first and last and last > first:
            # Only downwards: a title merged over several columns is not a title and a link.
            self.tall.setdefault(column - 1, {})[first] = last


def _marks(path: Path, sheet: Any) -> _Marks:
    marks = _Marks()
    with zipfile.ZipFile(path) as package, package.open(sheet._worksheet_path) as part:
        tail = b""
        while block := part.read(BLOCK_BYTES):
            window = tail + block
            marks.has_formulas = marks.has_formulas or FORMULA.search(window) is not None
            end = 0
            for found in MERGE.finditer(window):
                marks.note_merge(found[1].decode())
                end = found.end()
            tail = window[max(end, len(window) - OVERLAP_BYTES) :]
    return marks


def _rows(sheet: Any, marks: _Marks) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    held: dict[int, tuple[int, Cell]] = {}
    for number, values in enumerate(sheet.iter_rows(), 1):
        if number > MAX_LINES:
            raise SheetError(
                f"The sheet goes on beyond line {MAX_LINES:,}. Split it into several files.",
                "sheet_too_many_rows",
            )
        cells = [_cell(value) for value in values]
        if marks.tall:
            _fill_merged(number, cells, marks, held)
        yield Row(number, cells)


def _cell(found: Any) -> Cell:
    value = found.value
    if value is None:
        return EMPTY
    if found.data_type in TEXT_TYPES:
        return cell_of(value)  # first: what number format a cell has is slow to find out
    if found.data_type == "e":
        return Cell(str(value), CellKind.ERROR)
    return cell_of(value, found.number_format or "General")


def _fill_merged(
    number: int, cells: list[Cell], marks: _Marks, held: dict[int, tuple[int, Cell]]
) -> None:
    for column, areas in marks.tall.items():
        if number in areas:
            top = cells[column] if column < len(cells) else EMPTY
            held[column] = (areas[number], Cell(top.text, CellKind.MERGED))
            continue
        last_line, cell = held.get(column, (0, EMPTY))
        if number <= last_line and cell.text:
            cells.extend([EMPTY] * (column + 1 - len(cells)))
            cells[column] = cell


def _without_unknown_formulas(rows: Iterator[Row], path: Path, name: str) -> Iterator[Row]:
    """Marks the formulas that no program has computed: their cells look empty otherwise."""
    formulas = _opened(path, data_only=False)[name]
    formulas.reset_dimensions()
    for row, written in zip(rows, formulas.iter_rows(), strict=False):
        for column, cell in enumerate(written):
            if cell.data_type == "f" and not row.cell(column).text:
                row.cells[column] = Cell(str(cell.value)[:SHOWN_FORMULA], CellKind.FORMULA)
        yield row
