"""`python -m dubbing.sheets.worker look|read PATH READING`

Prints what it read as JSON, or an error. Limits itself before it opens the file.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dubbing.media.limits import limit_this_process
from dubbing.sheets.csv_reading import open_csv
from dubbing.sheets.errors import SheetError
from dubbing.sheets.headings import known_words
from dubbing.sheets.reading import CPU_SECONDS, DAMAGED, MEMORY_BYTES
from dubbing.sheets.rows import (
    HEADING_LINES,
    SHOWN_ROWS,
    Reading,
    Row,
    Source,
    checked,
    error_as_json,
    rows_as_json,
)
from dubbing.sheets.xlsx_reading import open_xlsx

# Written beforehand: when it is needed there is no memory to write it with.
OUT_OF_MEMORY = error_as_json(DAMAGED)
# How other formats begin, and what people call them.
STRANGERS = (
    (b"\xd0\xcf\x11\xe0", "sheet_protected",
     "This is an old Excel file (.xls), or one with a password. Save it as .xlsx without one."),
    (b"%PDF", "sheet_format", "This is a PDF. Save the sheet as .xlsx or .csv."),
    (b"{\\rtf", "sheet_format", "This is a text document. Save the sheet as .xlsx or .csv."),
    (b"\x1f\x8b", "sheet_format", "This is a packed file. Unpack it first."),
    (b"\x89PNG", "sheet_format", "This is a picture. Save the sheet as .xlsx or .csv."),
)  # fmt: skip


def open_sheet(path: Path, reading: Reading) -> Source:
    with path.open("rb") as file:
        head = file.read(512)
    if not head.strip(b"\0 \r\n\t"):
        raise SheetError("The file is empty. Export it again.", "sheet_empty")
    if head.startswith(b"PK"):
        return open_xlsx(path, reading)
    for mark, code, message in STRANGERS:
        if head.startswith(mark):
            raise SheetError(message, code)
    if head.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml"):
        raise SheetError(
            "This is a web page under another name. Open it in your spreadsheet program and save "
            "it as .xlsx.",
            "sheet_format",
        )
    return open_csv(path, reading)


def answer(command: str, path: Path, reading: Reading) -> dict[str, Any]:
    source = open_sheet(path, reading)
    rows = checked(source.rows)
    heading, first, rows = _headings(rows, reading.heading_line)
    found = source.reading._replace(heading_line=heading.number if heading else 0)
    headings = _texts(heading) if heading else _letters(first)
    if command == "look":
        rows = itertools.islice(rows, SHOWN_ROWS)
    return {
        "kind": source.kind,
        "reading": found,
        "is_guess": source.is_guess,
        "sheets": source.sheets,
        "headings": headings,
        "rows": rows_as_json(rows),
    }


def _headings(rows: Iterator[Row], wanted: int) -> tuple[Row | None, Row, Iterator[Row]]:
    """The line with the headings if there is one, a line for its width, and the lines below."""
    head = list(itertools.islice(rows, HEADING_LINES))
    if not head:
        raise SheetError("There is no line in this sheet.", "sheet_empty")
    if wanted < 0:
        place = _likely(head)
    else:
        place = next((at for at, row in enumerate(head) if row.number == wanted), -1)
    if place < 0:
        return None, max(head, key=lambda row: len(row.cells)), itertools.chain(head, rows)
    return head[place], head[place], itertools.chain(head[place + 1 :], rows)


def _likely(head: list[Row]) -> int:
    """The line that reads most like headings; -1 for a bare list of addresses."""
    scores = [known_words([cell.text for cell in row.cells]) for row in head]
    if max(scores):
        return scores.index(max(scores))
    has_address = any("://" in cell.text for cell in head[0].cells)
    return -1 if has_address else 0


def _texts(row: Row) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row.cells]


def _letters(row: Row) -> list[str]:
    return [f"Column {number}" for number, _ in enumerate(row.cells, 1)]


def main(command: str, path: str, reading: str) -> None:
    limit_this_process(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    try:
        said = json.dumps(answer(command, Path(path), Reading(*json.loads(reading))))
    except SheetError as error:
        said = error_as_json(error)
    except MemoryError:
        said = OUT_OF_MEMORY
    sys.stdout.write(said)


if __name__ == "__main__":
    main(*sys.argv[1:])
