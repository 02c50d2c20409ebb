"""One line of a sheet, read by its columns: values as typed, and what is odd about its cells."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from dubbing.sheets import Cell, CellKind, LanguageFinder, Row
from dubbing.sheets.headings import BY_FIELD, LANGUAGE
from dubbing.sheets.languages import CHOICES_SHOWN, is_marked
from dubbing.states import LipsModel
from dubbing.validators import clean_tags

ERROR, WARNING = "error", "warning"
TIMES = frozenset({"start_time", "end_time"})
SHORTENED = re.compile(r"\d[.,]\d+E\+\d+")
SHOWN_CHARACTERS = 60

Note = dict[str, str]


@dataclass
class Line:
    """`values` hold what the cells say, by field; `blank` are fields whose cell is empty."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    blank: set[str] = field(default_factory=set)
    languages: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    asset_id: uuid.UUID | None = None
    notes: list[Note] = field(default_factory=list)

    def note(self, level: str, name: str, code: str, message: str) -> None:
        self.notes.append({"level": level, "field": name, "code": code, "message": message})

    def refuse(self, name: str, code: str, message: str) -> None:
        self.note(ERROR, name, code, message)

    def warn(self, name: str, code: str, message: str) -> None:
        self.note(WARNING, name, code, message)

    @property
    def has_errors(self) -> bool:
        return any(note["level"] == ERROR for note in self.notes)

    @property
    def label(self) -> str:
        """What a person finds the line by."""
        values = self.values
        return values.get("title") or values.get("media_url") or values.get("file_name") or ""


def read_line(row: Row, mapping: Mapping[int, str], finder: LanguageFinder, width: int) -> Line:
    line = Line(row.number)
    beyond = [cell.text for cell in row.cells[width:] if cell.text]
    if beyond:
        line.refuse(
            "",
            "sheet_ragged",
            f"There are more cells than headings: “{_shown(beyond[0])}” has no column. Is a text "
            "with a separator not in quotation marks?",
        )
    marked: list[str] = []
    for column, name in mapping.items():
        cell = row.cell(column)
        if name.startswith(LANGUAGE):
            marked += _marked(line, name.removeprefix(LANGUAGE), cell)
        else:
            _take(line, name, cell)
    _read_id(line)
    _read_languages(line, finder, marked)
    _read_locale(line, finder)
    _read_tags(line)
    _read_words(line)
    return line


def _take(line: Line, name: str, cell: Cell) -> None:
    text = cell.text.strip()
    if BY_FIELD[name].is_told:
        return
    if not text:
        line.blank.add(name)
        return
    _judge_kind(line, name, cell)
    line.values[name] = text


def _judge_kind(line: Line, name: str, cell: Cell) -> None:
    match cell.kind:
        case CellKind.ERROR:
            line.refuse(name, "sheet_cell_error", f"The cell holds the error {cell.text}.")
        case CellKind.FORMULA:
            line.refuse(
                name,
                "sheet_formula",
                f"The formula {cell.text} has no value in the file. Open it in your spreadsheet "
                "program, save it, and give it again.",
            )
        case CellKind.MERGED:
            line.warn(name, "sheet_merged", f"Taken from a merged cell: “{_shown(cell.text)}”.")
        case CellKind.ROUNDED:
            line.refuse(
                name,
                "sheet_rounded",
                f"The spreadsheet has rounded this number ({cell.text}). Make the column text.",
            )
        case CellKind.DATE if name == "due":
            pass
        case CellKind.DATE if name in TIMES:
            line.refuse(name, "sheet_date", f"This is a date ({cell.text}), not a time.")
        case CellKind.DATE:
            line.warn(name, "sheet_date", f"A date; it is taken as {cell.text}.")
        case CellKind.UNCLEAR_TIME if name in TIMES:
            line.refuse(
                name,
                "sheet_time",
                f"The spreadsheet made a time of day of it ({cell.text}). Write seconds, such as "
                "90, or make the column text.",
            )
    if cell.kind == CellKind.TEXT and name == "reference" and SHORTENED.fullmatch(cell.text):
        line.warn(
            name,
            "sheet_rounded",
            f"“{cell.text}” looks like a number that a spreadsheet has shortened.",
        )


def _marked(line: Line, locale: str, cell: Cell) -> list[str]:
    is_yes = is_marked(cell.text)
    if is_yes is None:
        line.refuse(
            "languages",
            "sheet_mark",
            f"“{_shown(cell.text)}” under {locale} is neither yes nor no. Put x, or nothing.",
        )
    return [locale] if is_yes else []


def _read_id(line: Line) -> None:
    text = line.values.pop("id", "")
    if not text:
        return
    try:
        line.asset_id = uuid.UUID(text)
    except ValueError:
        line.refuse("id", "sheet_unknown_id", f"“{_shown(text)}” is no ID of this desk.")


def _read_languages(line: Line, finder: LanguageFinder, marked: list[str]) -> None:
    found = list(marked)
    for word in finder.split(line.values.pop("languages", "")):
        locale, choices = finder.find(word)
        if choices:
            line.refuse("languages", "sheet_unclear_language", _which(word, choices))
        found.append(locale or word)
    line.languages = list(dict.fromkeys(found))


def _read_locale(line: Line, finder: LanguageFinder) -> None:
    word = line.values.get("locale", "")
    locale, choices = finder.find(word, as_source=True)
    if choices:
        line.refuse("locale", "sheet_unclear_language", _which(word, choices))
    if locale:
        line.values["locale"] = locale


def _which(word: str, choices: tuple[str, ...]) -> str:
    some = ", ".join(choices[:CHOICES_SHOWN]) + (" …" if len(choices) > CHOICES_SHOWN else "")
    return f"“{_shown(word)}” could be any of {some}. Write the one that is meant."


def _read_tags(line: Line) -> None:
    try:
        line.tags = clean_tags(line.values.pop("tags", ""))
    except ValidationError as error:
        for fault in error.error_list:
            line.refuse("tags", fault.code or "invalid_tag", " ".join(fault.messages))


def _read_words(line: Line) -> None:
    """Lips and speakers, as the screen calls them or as the API does."""
    values = line.values
    lips = {str(model.label).casefold(): model.value for model in LipsModel}
    if "lips_model" in values:
        word = values["lips_model"].casefold()
        values["lips_model"] = lips.get(word, word)
    speakers = values.get("speakers_count", "")
    if speakers and not speakers.isdecimal():
        line.refuse(
            "speakers_count", "speakers_range", f"“{_shown(speakers)}” is no number of speakers."
        )
        del values["speakers_count"]


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
