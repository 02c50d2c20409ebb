"""What a cell holds, as text; and how text is written so that no spreadsheet executes it."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

# A text that begins so is a formula to spreadsheets. Apostrophes before it are ours or theirs.
FORMULA_LIKE = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")
ONLY_ZEROS = re.compile(r"0{2,20}")
# How Excel and its kin keep characters that XML cannot hold.
KEPT_CHARACTER = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Of whole numbers beyond, spreadsheets have lost digits.
EXACT_DIGITS = 15


class CellKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"  # of the day, or a length; with its seconds
    UNCLEAR_TIME = "unclear_time"  # shown without seconds: 1:30 may be minutes or hours
    ROUNDED = "rounded"  # a number with more digits than a spreadsheet keeps
    MERGED = "merged"  # stands in the first cell of a merged area
    FORMULA = "formula"  # has no value: the program that made the file did not compute it
    ERROR = "error"  # such as #REF!


class Cell(NamedTuple):
    text: str
    kind: CellKind = CellKind.TEXT


EMPTY = Cell("")


def escape_cell(text: str) -> str:
    """One apostrophe before whatever a spreadsheet would take for a formula."""
    return f"'{text}" if FORMULA_LIKE.match(text) else text


def unescape_cell(text: str) -> str:
    """Undoes `escape_cell`, for every text."""
    return text[1:] if ESCAPED.match(text) else text


def cell_of(value: Any, number_format: str = "General") -> Cell:
    """A value of an XLSX file, as a person sees it in the cell as far as that is possible."""
    match value:
        case None:
            return EMPTY
        case bool():
            return Cell("TRUE" if value else "FALSE")
        case str():
            return Cell(unescape_cell(restore_characters(value)))
        case int() | float() | Decimal():
            return _number(value, number_format)
        case datetime():
            return Cell(_moment(value), CellKind.DATE)
        case date():
            return Cell(value.isoformat(), CellKind.DATE)
        case time():
            return _length(value.hour * 3600 + value.minute * 60 + value.second, number_format)
        case timedelta():
            return _length(round(value.total_seconds()), number_format)
    return Cell(str(value))


def restore_characters(text: str) -> str:
    return KEPT_CHARACTER.sub(lambda found: chr(int(found[1], 16)), text)


def _number(value: float | Decimal, number_format: str) -> Cell:
    if not math.isfinite(value) or value != int(value):
        return Cell(f"{value:.15g}", CellKind.NUMBER)
    digits = f"{int(value)}"
    if len(digits.lstrip("-")) > EXACT_DIGITS:
        return Cell(digits, CellKind.ROUNDED)
    if ONLY_ZEROS.fullmatch(number_format) and value >= 0:
        digits = digits.zfill(len(number_format))
    return Cell(digits, CellKind.NUMBER)


def _moment(value: datetime) -> str:
    if value.time() == time():
        return value.date().isoformat()
    return value.replace(microsecond=0).isoformat(sep=" ")


def _length(seconds: int, number_format: str) -> Cell:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}"
    shows_seconds = "s" in number_format.lower()
    return Cell(text, CellKind.TIME if shows_seconds else CellKind.UNCLEAR_TIME)
