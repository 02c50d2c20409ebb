"""Who is to have the dubs of a video in hand, from the moment it is sent.

Values come as typed, of one form, a row, a template, a sheet or a program; what comes of them is
written on the dubbings when they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from dubbing.models import LanguageSet, Locale
from dubbing.services.members import Members
from dubbing.services.spreads import Spread, read_spread
from dubbing.states import Priority
from dubbing.validators import parse_due, parse_priority

T = TypeVar("T")
NAMES = ("due", "owner", "reviewer", "priority")
# People come and go: a template that names one of them still works.
ABSENT = frozenset({"not_a_member", "may_not_review"})


@dataclass(frozen=True)
class WorkPlan:
    """As typed. `reviewer`: one person, or more of them as in `read_spread`."""

    due: str = ""
    owner: str = ""
    reviewer: str = ""
    priority: str = ""
    # Of a row: who is not there is left out, and that is said. Else it is refused.
    people_may_lack: bool = False

    @classmethod
    def typed(cls, given: Mapping[str, Any], *, people_may_lack: bool = False) -> WorkPlan:
        """Of some of NAMES; other names are left out."""
        due, owner, reviewer, priority = (str(given.get(name, "")) for name in NAMES)
        return cls(due, owner, reviewer, priority, people_may_lack)

    @classmethod
    def of(cls, row: Any) -> WorkPlan:
        """Of a batch's row."""
        return cls(row.due, row.owner, row.reviewer, row.priority, people_may_lack=True)


@dataclass(frozen=True)
class Lack:
    """Somebody who was named and cannot be given it."""

    field: str
    code: str
    message: str


@dataclass(frozen=True)
class WorkOrder:
    due_on: date | None = None
    owner: User | None = None
    reviewer: User | None = None
    reviewers: Mapping[str, User | None] = field(default_factory=dict)
    priority: int = Priority.NORMAL
    lacks: tuple[Lack, ...] = ()

    def columns(self, locale: str) -> dict[str, Any]:
        """Of a dubbing into that language."""
        return {
            "due_on": self.due_on,
            "owner": self.owner,
            "reviewer": self.reviewers.get(locale, self.reviewer),
            "priority": self.priority,
        }


NO_WORK = WorkOrder()


class WorkRules:
    """What reading plans needs to know, read once however many there are."""

    def __init__(self) -> None:
        self.members = Members()
        self.today = timezone.localdate()

    def order(self, plan: WorkPlan) -> WorkOrder:
        """Raises ValidationError by field: `invalid_due`, `unknown_priority`, those of Members."""
        reading = _Reading(plan.people_may_lack)
        rule = reading.of("due", lambda: parse_due(plan.due))
        owner = reading.of("owner", lambda: self.members.person(plan.owner))
        spread = reading.of("reviewer", lambda: self.spread(plan.reviewer)) or Spread()
        reviewers = {
            locale: reading.of("reviewer", partial(self.members.reviewer, who))
            for locale, who in spread.by_locale.items()
        }
        reviewer = reading.of("reviewer", lambda: self.members.reviewer(spread.of_all))
        priority = reading.of("priority", lambda: _priority(plan.priority))
        reading.raise_any()
        return WorkOrder(
            due_on=rule.date_from(self.today) if rule else None,
            owner=owner,
            reviewer=reviewer,
            reviewers=reviewers,
            priority=priority or Priority.NORMAL,
            lacks=tuple(reading.lacks),
        )

    def lacks(self, plan: WorkPlan) -> tuple[Lack, ...]:
        """Who is named and not there; nothing where the plan is wrong anyway."""
        try:
            return self.order(plan).lacks
        except ValidationError:
            return ()

    def spread(self, text: str) -> Spread:
        return read_spread(text, self._locales)

    def _locales(self, word: str) -> Sequence[str]:
        return self._by_word.get(word.casefold(), ())

    @cached_property
    def _by_word(self) -> dict[str, list[str]]:
        """A locale by its code or name; those of a set by the set's name."""
        found = {row.name.casefold(): list(row.locales) for row in LanguageSet.objects.all()}
        for code, name in Locale.objects.values_list("code", "name"):
            found[name.casefold()] = found[code.casefold()] = [code]
        return found


def _priority(typed: str) -> int:
    return parse_priority(typed) if typed else Priority.NORMAL


class _Reading:
    """Collects what is wrong by field, and who is not there."""

    def __init__(self, people_may_lack: bool) -> None:
        self.people_may_lack = people_may_lack
        self.faults: dict[str, list[ValidationError]] = {}
        self.lacks: list[Lack] = []

    def of(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ValidationError as error:
            for fault in error.error_list:
                self._note(name, fault)
        return None

    def _note(self, name: str, fault: ValidationError) -> None:
        if not self.people_may_lack or fault.code not in ABSENT:
            self.faults.setdefault(name, []).append(fault)
            return
        words = " ".join(fault.messages)
        lack = Lack(name, fault.code or "", f"It is sent without this {name}: {words}")
        if lack not in self.lacks:
            self.lacks.append(lack)

    def raise_any(self) -> None:
        if self.faults:
            raise ValidationError(self.faults)
