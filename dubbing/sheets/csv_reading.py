"""Text with separators, whatever they are, in whatever encoding."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dubbing.sheets.cells import Cell, unescape_cell
from dubbing.sheets.decoding import decode
from dubbing.sheets.errors import SheetError
from dubbing.sheets.rows import MAX_CELL_CHARACTERS, Reading, Row, Source

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SAMPLE_LINES = 200
# Twice: what is too long is told in our own words.
csv.field_size_limit(2 * MAX_CELL_CHARACTERS)


def open_csv(path: Path, wanted: Reading) -> Source:
    """Raises SheetError."""
    decoded = decode(path.read_bytes(), wanted.encoding)
    text = decoded.text
    if "\n" not in text:
        text = text.replace("\r", "\n")  # as old Macs end their lines
    first, announced = _announced(text)
    delimiter = wanted.delimiter or announced or _delimiter(text)
    _require_closed_quotes(text, delimiter)
    rows = _rows(text, delimiter, skipped=first)
    found = wanted._replace(encoding=decoded.encoding, delimiter=delimiter, sheet="")
    return Source("csv", found, decoded.is_guess, [], rows)


def _announced(text: str) -> tuple[int, str]:
    """Excel's own first line “sep=;”: how many lines it takes, and what it says."""
    line = text[:16].splitlines()[:1]
    if line and line[0].lower().startswith("sep=") and len(line[0]) == 5:
        return 1, line[0][4]
    return 0, ""


def _rows(text: str, delimiter: str, *, skipped: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    try:
        for values in reader:
            number, before = before + 1, reader.line_num
            if number > skipped:
                yield Row(number, [Cell(unescape_cell(value)) for value in values])
    except csv.Error:
        raise _too_long(before + 1) from None


def _too_long(line: int) -> SheetError:
    return SheetError(
        f'A cell in line {line:,} never ends. Is a quotation mark (") missing there?',
        "sheet_quote",
    )


def _require_closed_quotes(text: str, delimiter: str) -> None:
    """A quotation mark that is never closed would swallow every line after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for _ in reader:
            before = reader.line_num
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _too_long(before + 1) from None


def _delimiter(text: str) -> str:
    """The one that cuts most of the first lines into the same number of cells, above one."""
    head = "\n".join(text.splitlines()[:SAMPLE_LINES])
    scores = {delimiter: _score(head, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0.0, 0) else ","


def _score(head: str, delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0, 0
    width, times = counts.most_common(1)[0]
    # The headings decide where lines are ragged: a comma inside texts is not in every line.
    share = times / len(widths) * (1.0 if widths[0] > 1 else 0.5)
    return round(share, 2), width
