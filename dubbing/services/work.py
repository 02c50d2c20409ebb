"""Who has a dub in hand, who judges it, by when, and how urgently."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypedDict, cast

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.scoping import team_atomic
from dubbing.models import Asset, Dubbing, StatusChange
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_assets, touch_assets
from dubbing.services.history import change_of
from dubbing.services.members import Members, is_nobody
from dubbing.states import Priority
from dubbing.validators import parse_day, parse_priority

PEOPLE = ("owner", "reviewer")
WORDS = {"owner": "owner", "reviewer": "reviewer", "due_on": "due date", "priority": "priority"}


class WorkChanges(TypedDict, total=False):
    """What is to change; what is left out stays, None takes it away."""

    owner: User | None
    reviewer: User | None
    due_on: date | None
    priority: int


class StaleWorkError(ValidationError):
    """Somebody changed the dub since it was read; nothing was written (code `stale_revision`).

    `current`: the row as it is now; `wanted`: what the person chose.
    """

    def __init__(self, current: Dubbing, wanted: WorkChanges) -> None:
        self.current, self.wanted = current, wanted
        differing = [name for name in wanted if getattr(current, name) != wanted.get(name)]
        theirs = ", ".join(work_words(name, getattr(current, name)) for name in differing)
        yours = ", ".join(work_words(name, wanted.get(name)) for name in differing)
        super().__init__(
            f"Somebody changed this dub meanwhile. Now it has {theirs}; you chose {yours}.",
            code="stale_revision",
        )


def work_words(name: str, value: Any) -> str:
    """“owner Anna Berg”, “no due date”: for history and for people who meet each other's edits."""
    if value is None:
        return f"no {WORDS[name]}"
    if name == "due_on":
        return f"due date {value:%-d %b %Y}"
    said = Priority(value).label.lower() if name == "priority" else value
    return f"{WORDS[name]} {said}"


def read_work(given: Mapping[str, Any]) -> WorkChanges:
    """The one reading of what pages, programs and sheets say; unknown names are left out.

    People by id or e-mail, "" or None for nobody; dates like 2026-12-03; a priority by number or
    word. Raises ValidationError by field (codes `not_a_member`, `invalid_date`,
    `unknown_priority`).
    """
    members = Members()
    readers: dict[str, Callable[[Any], Any]] = {
        "owner": members.person,
        "reviewer": members.reviewer,
        "due_on": _read_date,
        "priority": parse_priority,
    }
    changes: dict[str, Any] = {}
    faults: dict[str, list[ValidationError]] = {}
    for name in readers.keys() & given.keys():
        try:
            changes[name] = readers[name](given[name])
        except ValidationError as error:
            faults[name] = error.error_list
    if faults:
        raise ValidationError(faults)
    return cast(WorkChanges, {name: changes[name] for name in WORDS if name in changes})


def _read_date(given: Any) -> date | None:
    if is_nobody(given):
        return None
    if isinstance(given, date):
        return given
    if not isinstance(given, str):
        raise ValidationError("Write a date like 2026-12-03.", code="invalid_date")
    return parse_day(given)


def due_warning(due_on: date | None) -> str:
    """A past date may be right, for what was handed over late; but it is said."""
    if due_on is None or due_on >= timezone.localdate():
        return ""
    return f"{due_on:%-d %b %Y} has passed already: it counts as overdue from now on."


def change_work(
    *,
    dubbings: Dubbing | Iterable[Dubbing],
    changes: WorkChanges,
    actor: Actor,
    revision: int | None = None,
) -> list[Dubbing]:
    """The dubs that are different now; those that had it so already are left out.

    `changes`: as read_work gives them. `revision`: of the one dub, as the person read it. Raises
    StaleWorkError, and ValidationError (code `not_a_member`) for people of other teams.
    """
    given = [dubbings] if isinstance(dubbings, Dubbing) else list(dubbings)
    with team_atomic():
        _check_people(changes)
        assets = lock_assets({dubbing.asset_id for dubbing in given})
        rows = Dubbing.objects.filter(pk__in=[dubbing.pk for dubbing in given])
        found = list(rows.select_related("locale", *PEOPLE).order_by("pk"))
        changed = [row for row in found if _differs(row, changes)]
        for row in changed:
            if revision is not None and row.work_revision != revision:
                raise StaleWorkError(row, changes)
        _write(changed, changes, assets, actor)
    return changed


def _check_people(changes: WorkChanges) -> None:
    members = Members()
    for name in PEOPLE:
        person = changes.get(name)
        if person is not None and members.find(person) is None:
            raise ValidationError(f"{person} is not in this team.", code="not_a_member")


def _differs(dubbing: Dubbing, changes: WorkChanges) -> bool:
    return any(getattr(dubbing, name) != value for name, value in changes.items())


def _write(
    dubbings: list[Dubbing],
    changes: WorkChanges,
    assets: Mapping[uuid.UUID, Asset],
    actor: Actor,
) -> None:
    if not dubbings:
        return
    history = [_history_of(row, changes, assets[row.asset_id], actor) for row in dubbings]
    Dubbing.objects.filter(pk__in=[row.pk for row in dubbings]).update(
        **changes, work_revision=F("work_revision") + 1, updated_at=timezone.now()
    )
    for row in dubbings:
        row.work_revision += 1
        for name, value in changes.items():
            setattr(row, name, value)
    StatusChange.objects.bulk_create(history)
    touched = {row.asset_id for row in dubbings}
    touch_assets([assets[asset_id] for asset_id in touched])


def _history_of(dubbing: Dubbing, changes: WorkChanges, asset: Asset, actor: Actor) -> StatusChange:
    told = [
        f"{work_words(name, value)} (before: {work_words(name, getattr(dubbing, name))})"
        for name, value in changes.items()
        if getattr(dubbing, name) != value
    ]
    words = ", ".join(told)
    note = words[:1].upper() + words[1:]
    return change_of(asset=asset, dubbing=dubbing, note=note, actor=actor)
