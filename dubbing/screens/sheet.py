"""A sheet's page: what its lines would do, or what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, TextChoices
from django.urls import reverse

from dubbing.models import SheetImport, SheetLine
from dubbing.screens.amounts import whole_minutes_words
from dubbing.services.sheets.applying import needs_yes_to_new
from dubbing.sheets.csv_reading import DELIMITERS
from dubbing.sheets.decoding import ENCODINGS
from dubbing.sheets.headings import BY_FIELD
from dubbing.states import (
    LINE_BADGES,
    OUTCOME_BADGES,
    SHEET_BADGES,
    WORKING_SHEETS,
    Badge,
    LineOutcome,
    LineVerdict,
    SheetState,
)

ROWS = 50
SAMPLES = 3
RECENT = 10


class Shown(TextChoices):
    """Which lines are listed."""

    ALL = "", "All"
    NEW = "new", "New"
    UPDATE = "update", "Update"
    UNCHANGED = "unchanged", "Unchanged"
    ERROR = "error", "Error"
    WARNINGS = "warnings", "With a warning"
    FAILED = "failed", "Not done"


@dataclass(frozen=True)
class Asked:
    shown: Shown = Shown.ALL
    after: int = 0

    @classmethod
    def read(cls, given: Any) -> Asked:
        """From an address; what makes no sense in it is left out."""
        shown, after = given.get("show", ""), given.get("after", "")
        return cls(
            Shown(shown) if shown in Shown.values else Shown.ALL,
            int(after) if after.isdecimal() and len(after) < 9 else 0,
        )


@dataclass(frozen=True)
class Part:
    """One way to narrow the lines; a count of the whole file."""

    label: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Change:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class LineRow:
    line: SheetLine
    badge: Badge
    changes: list[Change]
    url: str


@dataclass(frozen=True)
class ColumnSample:
    """A column of the file as it is shown for naming."""

    heading: str
    values: list[str]
    field: Any


@dataclass(frozen=True)
class SheetScreen:
    sheet: SheetImport
    asked: Asked = field(default_factory=Asked)

    @property
    def url(self) -> str:
        return reverse("dubbing:sheet-detail", args=[self.sheet.pk])

    @property
    def live_url(self) -> str:
        here = reverse("dubbing:sheet-progress", args=[self.sheet.pk])
        return f"{here}?{self._query(self.asked)}"

    @property
    def revision(self) -> str:
        return f"{self.sheet.revision}-{self.sheet.state}"

    @property
    def badge(self) -> Badge:
        return SHEET_BADGES[SheetState(self.sheet.state)]

    @property
    def is_working(self) -> bool:
        return self.sheet.state in WORKING_SHEETS

    @property
    def is_mapping(self) -> bool:
        return self.sheet.state == SheetState.MAPPING

    @property
    def is_compared(self) -> bool:
        return self.sheet.state == SheetState.COMPARED

    @property
    def is_done(self) -> bool:
        return self.sheet.state == SheetState.DONE

    @property
    def is_refused(self) -> bool:
        return self.sheet.state == SheetState.REFUSED

    @property
    def is_forgotten(self) -> bool:
        """Its file and lines were dropped after some months; what they did stays."""
        return not self.sheet.file

    @property
    def percent(self) -> int:
        whole = self.sheet.counts.get("to_do", 0) if self.sheet.state == SheetState.APPLYING else 0
        return round(100 * self.sheet.done / whole) if whole else 0

    @property
    def read_as(self) -> str:
        """How the file was understood, in words."""
        reading = self.sheet.reading
        if self.sheet.look["kind"] != "csv":
            return f"Sheet “{reading['sheet']}”"
        letters = ENCODINGS.get(reading["encoding"], reading["encoding"])
        cut = DELIMITERS.get(reading["delimiter"], reading["delimiter"])
        guess = ", guessed" if self.sheet.look["is_guess"] else ""
        return f"{letters}{guess}; cells end with a {cut}"

    @property
    def needs_yes(self) -> bool:
        return needs_yes_to_new(self.sheet)

    @property
    def added_length(self) -> str:
        seconds = Decimal(str(self.sheet.counts["added_seconds"]))
        return whole_minutes_words(seconds) if seconds else ""

    @property
    def does_something(self) -> bool:
        return bool(self.sheet.counts["new"] or self.sheet.counts["update"])

    def samples(self, form: Any) -> list[ColumnSample]:
        lines = self.sheet.look["lines"]
        return [
            ColumnSample(heading, _values(lines, place), form[f"column-{place}"])
            for place, heading in enumerate(self.sheet.look["headings"])
        ]

    @property
    def parts(self) -> list[Part]:
        counts = self.sheet.counts
        found = [(Shown.ALL, counts["lines"])]
        found += [(Shown(verdict.value), counts[verdict.value]) for verdict in LineVerdict]
        found.append((Shown.WARNINGS, counts["warnings"]))
        if "failed" in counts:
            found.append((Shown.FAILED, counts["failed"]))
        return [
            Part(shown.label, count, self._at(Asked(shown)), shown == self.asked.shown)
            for shown, count in found
            if count or shown == self.asked.shown
        ]

    @property
    def rows(self) -> list[LineRow]:
        return [self._row(line) for line in self._lines()[:ROWS]]

    @property
    def next_url(self) -> str:
        lines = list(self._lines()[: ROWS + 1])
        if len(lines) <= ROWS:
            return ""
        return self._at(Asked(self.asked.shown, lines[ROWS - 1].number))

    @property
    def first_url(self) -> str:
        return self._at(Asked(self.asked.shown)) if self.asked.after else ""

    def _lines(self) -> QuerySet[Any]:
        lines: QuerySet[Any] = self.sheet.lines.filter(number__gt=self.asked.after)
        match self.asked.shown:
            case Shown.ALL:
                pass
            case Shown.WARNINGS:
                lines = lines.filter(notes__contains=[{"level": "warning"}])
            case Shown.FAILED:
                lines = lines.filter(outcome=LineOutcome.FAILED)
            case shown:
                lines = lines.filter(verdict=shown.value)
        return lines.select_related("asset").order_by("number")

    def _row(self, line: SheetLine) -> LineRow:
        badge = LINE_BADGES[LineVerdict(line.verdict)]
        if self.is_done or self.sheet.state == SheetState.APPLYING:
            acted = line.outcome != LineOutcome.NONE or line.verdict in ("new", "update")
            badge = OUTCOME_BADGES[LineOutcome(line.outcome)] if acted else badge
        changes = [
            Change(_name(name), _words(before), f"+ {_words(after)}" if added else _words(after))
            for name, (before, after) in line.changes.items()
            for added in [name == "languages"]
        ]
        url = reverse("dubbing:asset-detail", args=[line.asset_id]) if line.asset_id else ""
        return LineRow(line, badge, changes, url)

    def _at(self, asked: Asked) -> str:
        query = self._query(asked)
        return f"{self.url}?{query}" if query else self.url

    def _query(self, asked: Asked) -> str:
        pairs = {"show": asked.shown.value, "after": str(asked.after or "")}
        return urlencode({name: value for name, value in pairs.items() if value})


def _values(lines: list[dict[str, Any]], place: int) -> list[str]:
    found = [line["cells"][place] for line in lines if place < len(line["cells"])]
    return [value for value in found if value][:SAMPLES]


def _name(name: str) -> str:
    return BY_FIELD[name].heading if name in BY_FIELD else name


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def recent_sheets() -> list[SheetScreen]:
    rows = SheetImport.objects.select_related("created_by", "created_by_key").order_by("-pk")
    return [SheetScreen(sheet) for sheet in rows[:RECENT]]
