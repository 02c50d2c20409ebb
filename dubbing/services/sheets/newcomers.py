"""Lines that would become new videos: judged by the rules every video passes, and by likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dubbing.models import Batch, BatchItem
from dubbing.services.batches import judge_items
from dubbing.services.batches.values import SETTINGS
from dubbing.services.preflight.twins import Twins
from dubbing.services.sheets.lines import Line
from dubbing.services.work_plans import WorkPlan, WorkRules
from dubbing.states import BatchState

# What two videos have in common when one of them is probably too many.
LIKENESS = {"media_url": "link", "file_name": "file", "reference": "reference", "title": "title"}
# Of these, drafts are asked by name; links and titles are found by pre-flight's own search.
ASKED = frozenset({"file_name", "reference"})
PARTS = 1000
# That search looks at some hundred candidates at once.
SEARCHED_AT_ONCE = 200
# Of a new row these are found missing where something else is wrong with it.
SOURCES = frozenset({"no_source"})


def values_of(line: Line) -> dict[str, Any]:
    """As a batch takes them: field names of its rows, only those the sheet fills."""
    values: dict[str, Any] = dict(line.values)
    if line.languages:
        values["languages"] = line.languages
    if line.tags:
        values["tags"] = line.tags
    if "speakers_count" in values:
        values["speakers_count"] = int(values["speakers_count"])
    return values


def judge_new(lines: Sequence[Line], batch: Batch | None) -> None:
    """Notes errors for what a cell says wrong, warnings for what the batch must still be told.

    What is here already, sent or in a draft, by the same link or under the same title is a
    warning too: a video sent twice is paid twice.
    """
    given = batch.settings if batch is not None else {}
    standard = {name: given[name] for name in SETTINGS if name in given}
    items = [BatchItem(position=line.number, **(standard | values_of(line))) for line in lines]
    judge_items(items)
    rules = WorkRules()
    for line, item in zip(lines, items, strict=True):
        _note_faults(line, item.faults)
        for lack in rules.lacks(WorkPlan.of(item)):
            line.warn(lack.field, lack.code, lack.message)
    for start in range(0, len(items), SEARCHED_AT_ONCE):
        part = slice(start, start + SEARCHED_AT_ONCE)
        twins = Twins(items[part])
        for line, item in zip(lines[part], items[part], strict=True):
            for twin in twins.of(item)[:1]:
                found = twin.finding(item)
                line.warn(found.field, found.code, found.message)


def _note_faults(line: Line, faults: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    given = set(values_of(line))
    errors = {note["field"] for note in line.notes if note["level"] == "error"}
    for name, entries in faults.items():
        for entry in entries:
            if name in errors:
                continue  # the cell itself was said to be wrong already, in better words
            if name in given or entry["code"] in SOURCES:
                line.refuse(name, entry["code"], entry["message"])
            else:
                line.warn(name, entry["code"], entry["message"])


def warn_of_likeness(lines: Sequence[Line]) -> None:
    """The same link, file, reference or title twice in the sheet."""
    for name, word in LIKENESS.items():
        named = {line.values[name] for line in lines if name in line.values}
        drafted = _drafted(name, named) if name in ASKED else {}
        first: dict[str, int] = {}
        for line in lines:
            value = line.values.get(name)
            if not value:
                continue
            if value in first:
                line.warn(name, "sheet_like", f"The same {word} as line {first[value]:,}.")
            elif value in drafted:
                line.warn(
                    name, "sheet_like", f"The same {word} is in the draft “{drafted[value]}”."
                )
            first.setdefault(value, line.number)


def _drafted(name: str, values: set[str]) -> dict[str, str]:
    """Value → title of the open batch that has it in a row that was not sent."""
    wanted = sorted(values)
    rows = BatchItem.objects.unsent().filter(batch__state=BatchState.OPEN)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), PARTS):
        some = {f"{name}__in": wanted[start : start + PARTS]}
        for item in rows.filter(**some).select_related("batch").only(name, "team", "batch"):
            found[getattr(item, name)] = str(item.batch)
    return found
