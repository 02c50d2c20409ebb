"""Due dates, people and priorities of a video's dubs, as one cell each tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import Asset, Dubbing
from dubbing.services.actors import Actor
from dubbing.services.members import is_nobody
from dubbing.services.sheets.lines import Line
from dubbing.services.spreads import write_spread
from dubbing.services.work import WorkChanges, change_work
from dubbing.services.work_plans import NAMES, WorkRules
from dubbing.states import Priority
from dubbing.validators import parse_day, parse_due, parse_priority

# Column of a sheet → column of a dubbing.
FIELDS = {"due": "due_on", "owner": "owner", "reviewer": "reviewer", "priority": "priority"}


def work_text(asset: Asset, name: str) -> str:
    """As our own export writes it; empty where none of its dubs has anything."""
    dubbings = sorted(asset.dubbings.all(), key=lambda dubbing: dubbing.locale_id)
    if name == "priority" and all(dubbing.priority == Priority.NORMAL for dubbing in dubbings):
        return ""
    return write_spread({dubbing.locale_id: _text(dubbing, name) for dubbing in dubbings})


def _text(dubbing: Dubbing, name: str) -> str:
    if name == "due":
        return dubbing.due_on.isoformat() if dubbing.due_on else ""
    if name == "priority":
        return str(Priority(dubbing.priority).label)
    person = getattr(dubbing, name)
    return str(person.email) if person else ""


def find_work_changes(
    line: Line, asset: Asset, *, rules: WorkRules, added: Iterable[str], blank_clears: bool
) -> dict[str, list[Any]]:
    """Field → [before, after], both as cells; what cannot be read is noted on the line."""
    changes: dict[str, list[Any]] = {}
    for name in NAMES:
        is_cleared = blank_clears and name in line.blank
        text, before = line.values.get(name, ""), work_text(asset, name)
        if not (text or is_cleared) or (text == before and not added):
            continue
        try:
            wanted = _wanted(name, text, _there(asset, name), added, rules)
        except ValidationError as error:
            for fault in error.error_list:
                line.refuse(name, fault.code or "invalid", " ".join(fault.messages))
            continue
        if wanted:
            changes[name] = [before, text]
    return changes


def apply_work_changes(asset: Asset, changes: Mapping[str, list[Any]], actor: Actor) -> None:
    """Raises ValidationError where somebody or something named is not there any more."""
    rules = WorkRules()
    dubbings = {row.locale_id: row for row in asset.dubbings.select_related("owner", "reviewer")}
    for name in NAMES:
        if name not in changes:
            continue
        there = {locale: _text(row, name) for locale, row in dubbings.items()}
        for locale, value in _wanted(name, changes[name][1], there, (), rules).items():
            wanted: WorkChanges = {FIELDS[name]: value}  # type: ignore[misc]
            change_work(dubbings=dubbings[locale], changes=wanted, actor=actor)


def _there(asset: Asset, name: str) -> dict[str, str]:
    return {dubbing.locale_id: _text(dubbing, name) for dubbing in asset.dubbings.all()}


def _wanted(
    name: str, text: str, there: Mapping[str, str], added: Iterable[str], rules: WorkRules
) -> dict[str, Any]:
    """Language → value, where the cell says another than there is.

    A person who is there is not judged: one who has left the team is no fault of the sheet.
    """
    spread = rules.spread(text) if text else None
    read = _reader(name, rules)
    wanted: dict[str, Any] = {}
    for locale, present in [*there.items(), *((locale, "") for locale in added)]:
        said = spread.of(locale) if spread else ""
        if said is None or _is_same(name, said, present):
            continue
        wanted[locale] = read(said)
    return wanted


def _is_same(name: str, said: str, present: str) -> bool:
    if name == "priority":
        usual = Priority.NORMAL
        return parse_priority(said or usual) == parse_priority(present or usual)
    return said.lower() == present.lower() or (is_nobody(said) and not present)


def _reader(name: str, rules: WorkRules) -> Callable[[str], Any]:
    readers: dict[str, Callable[[str], Any]] = {
        "due": _day,
        "owner": rules.members.person,
        "reviewer": rules.members.reviewer,
        "priority": lambda said: parse_priority(said or Priority.NORMAL),
    }
    return readers[name]


def _day(said: str) -> Any:
    if is_nobody(said):
        return None
    rule = parse_due(said)
    if rule is not None and rule.on is None:
        raise ValidationError(
            "The video was sent already: write the day itself, like 2026-12-03.",
            code="invalid_due",
        )
    return parse_day(said)
