from __future__ import annotations

from pathlib import Path

import pytest

from dubbing.sheets import CellKind, Reading, SheetError, look_into, read_table
from dubbing.sheets.cells import Cell
from tests.dubbing.sheets.corpus import CSV, XLSX, Sheet, hidden_sheet, merged
from tests.dubbing.sheets.giving import written

AS_TEXT = {CellKind.TEXT}


def told(cell: Cell, *, plain: bool) -> str:
    """The text; with the kind before it where that is more than text or, mostly, a number."""
    if cell.kind in AS_TEXT or (cell.kind == CellKind.NUMBER and plain):
        return cell.text
    return f"{cell.kind.value}:{cell.text}"


@pytest.mark.parametrize(
    "sheet",
    [*CSV, *XLSX],
    ids=[f"csv, {s.name}" for s in CSV] + [f"xlsx, {s.name}" for s in XLSX],
)
def test_every_sheet_gets_its_verdict(sheet: Sheet, tmp_path: Path):
    path = written(tmp_path / "sheet", sheet.data())
    if isinstance(sheet.verdict, list):
        row = read_table(path, Reading()).rows[0]
        plain = not any(text.startswith("number:") for text in sheet.verdict)
        assert [told(cell, plain=plain) for cell in row.cells] == sheet.verdict
    else:
        with pytest.raises(SheetError) as refused:
            read_table(path, Reading())
        assert refused.value.code in sheet.verdict.split("|")
        assert refused.value.message.endswith((".", "?"))


def test_there_are_enough_of_them():
    assert len(CSV) + len(XLSX) >= 60


def test_lines_are_numbered_as_in_the_file(tmp_path):
    data = b'Title,Reference\n"two\nlines",a\n\nnext,b\n'
    table = read_table(written(tmp_path / "x", data), Reading())
    assert [row.number for row in table.rows] == [2, 5]


def test_lines_of_a_workbook_are_numbered_as_in_the_program(tmp_path):
    table = read_table(written(tmp_path / "x", merged()), Reading())
    assert [row.number for row in table.rows] == [2, 3, 4]
    assert table.rows[1].cells[0] == Cell("A", CellKind.MERGED)
    assert table.rows[2].cells[0] == Cell("B"), "Areas over several columns fill nothing."


def test_a_hidden_sheet_is_read_only_when_it_is_asked_for(tmp_path):
    path = written(tmp_path / "x", hidden_sheet())
    look = look_into(path)
    assert look.sheets == [("Old", True), ("Shown", False)] and look.reading.sheet == "Shown"
    assert read_table(path, Reading(sheet="Old", heading_line=0)).rows[0].cells[0].text == (
        "Nothing here"
    )
    with pytest.raises(SheetError, match="no sheet named"):
        look_into(path, Reading(sheet="Gone"))


def test_an_encoding_that_does_not_fit_is_told(tmp_path):
    path = written(tmp_path / "x", "Title\nÉté\n".encode("cp1252"))
    with pytest.raises(SheetError) as refused:
        look_into(path, Reading(encoding="utf-8"))
    assert refused.value.code == "sheet_encoding"


def test_a_chosen_delimiter_and_line_of_headings_are_obeyed(tmp_path):
    path = written(tmp_path / "x", b"x\nsome,words\nTitle;Reference\na,b;c\n")
    table = read_table(path, Reading(delimiter=";", heading_line=3))
    assert table.headings == ["Title", "Reference"]
    assert [cell.text for cell in table.rows[0].cells] == ["a,b", "c"]
