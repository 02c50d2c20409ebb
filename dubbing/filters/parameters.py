"""Every parameter: how its values are read, what they ask of rows, how they are said."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from dubbing.filters.dates import read_due
from dubbing.filters.people import read_people
from dubbing.filters.terms import NonsenseError, Term, apart_by, term_by_stage
from dubbing.models import Project
from dubbing.services.locales import locales_by_code
from dubbing.services.usual_times import slow_dubbings
from dubbing.states import BADGES, BROKEN_STAGES, FailureCode, Group, Priority, Stage
from dubbing.validators import MAX_TITLE_CHARACTERS

QUIET_DAYS = 7
MOST_QUIET_DAYS = 3650
YES = frozenset({"1", "true", "yes"})
NO = frozenset({"", "0", "false", "no"})
# Each by name: an index finds what equals one of them, not what differs from one.
OPEN_STAGES = tuple(stage for stage in Stage if stage != Stage.FINISHED)
REVIEW_STAGES = (Stage.READY, Stage.IN_REVIEW)
OWNERS_STAGES = tuple(
    stage for stage in Stage if BADGES[stage].group in (Group.ASKED, Group.GO, Group.BROKEN)
)

Reader = Callable[[str, Sequence[str], User | None], Term | None]


def read_text(name: str, values: Sequence[str], user: User | None) -> Term | None:
    text = " ".join(values[0].split())
    if len(text) > MAX_TITLE_CHARACTERS:
        raise NonsenseError(
            f"Search for at most {MAX_TITLE_CHARACTERS} characters.", "text_too_long"
        )
    return Term(name, (text,), "Search", f"“{text}”", text=text) if text else None


def read_project(name: str, values: Sequence[str], user: User | None) -> Term | None:
    given = values[0].strip()
    if given == "none":
        return Term(name, ("none",), "Project", "none", videos={"project": None})
    found = Project.objects.filter(pk=row_id) if (row_id := _id(given)) else None
    project = (found or Project.objects.filter(name=given)).first()
    if project is None:
        words = "It was deleted, perhaps." if row_id else f"“{given[:60]}” is none of the team’s."
        raise NonsenseError(f"The project is not there any more. {words}", "unknown_project")
    return Term(name, (str(project.pk),), "Project", project.name, videos={"project": project})


def read_tags(name: str, values: Sequence[str], user: User | None) -> Term | None:
    tags = tuple(value.strip()[:MAX_TITLE_CHARACTERS] for value in values)
    return Term(name, tags, "Tag", " and ".join(tags), videos={"tags__contains": list(tags)})


def read_locales(name: str, values: Sequence[str], user: User | None) -> Term | None:
    found = locales_by_code(values)
    known = tuple(value for value in values if value in found)
    words = _any_of(found[code].name for code in known)
    condition, apart = Q(locale__in=known), apart_by("locale", known)
    term = Term(name, known, "Language", words, dubs=condition, apart=apart) if known else None
    return _without_unknown(term, values, known, "locale", "unknown_locale")


def read_stages(name: str, values: Sequence[str], user: User | None) -> Term | None:
    known = tuple(value for value in values if value in Stage.values)
    words = _any_of(BADGES[Stage(value)].label.lower() for value in known)
    asked = dict.fromkeys(known, Q())
    term = term_by_stage(name, known, "State", words, asked) if known else None
    return _without_unknown(term, values, known, "state", "invalid_choice")


def read_groups(name: str, values: Sequence[str], user: User | None) -> Term | None:
    known = tuple(value for value in values if value in Group.values and value != Group.SLOW)
    stages = [stage for stage in Stage if BADGES[stage].group in known]
    words = _any_of(Group(value).label.lower() for value in known)
    asked = dict.fromkeys(stages, Q())
    term = term_by_stage(name, known, "State", words, asked) if known else None
    return _without_unknown(term, values, known, "group of states", "invalid_choice")


def read_priorities(name: str, values: Sequence[str], user: User | None) -> Term | None:
    words = {str(one.value): one for one in Priority} | {one.label.lower(): one for one in Priority}
    found = [words[value.lower()] for value in values if value.lower() in words]
    known = [value for value in values if value.lower() in words]
    told = _any_of(one.label.lower() for one in found)
    # What is normal is nearly everything: no index holds it.
    apart = () if Priority.NORMAL in found else apart_by("priority", found)
    kept = tuple(str(one.value) for one in found)
    term = Term(name, kept, "Priority", told, dubs=Q(priority__in=found), apart=apart)
    return _without_unknown(term if found else None, values, known, "priority", "unknown_priority")


def read_waiting(name: str, values: Sequence[str], user: User | None) -> Term | None:
    if values[0] != "me":
        raise NonsenseError("What waits can be asked for oneself only: “me”.", "invalid_choice")
    if user is None:
        raise NonsenseError("A key is nobody in person: nothing waits for it.", "nobody_in_person")
    for_review = dict.fromkeys(REVIEW_STAGES, Q(reviewer=user))
    for_owner = dict.fromkeys(OWNERS_STAGES, Q(owner=user))
    return term_by_stage(name, ("me",), "Waiting for", "me", for_review | for_owner)


def read_failed(name: str, values: Sequence[str], user: User | None) -> Term | None:
    if not _yes(values[0]):
        return None
    return term_by_stage(name, ("1",), "State", "failed", dict.fromkeys(BROKEN_STAGES, Q()))


def read_slow(name: str, values: Sequence[str], user: User | None) -> Term | None:
    if not _yes(values[0]):
        return None
    slow = slow_dubbings(now=timezone.now()).order_by().values("pk")
    return Term(name, ("1",), "Time", "slower than usual", dubs=Q(pk__in=slow))


def read_progress(name: str, values: Sequence[str], user: User | None) -> Term | None:
    given = values[0].strip()
    days = (
        QUIET_DAYS if given == "none" else int(given) if given.isascii() and given.isdigit() else 0
    )
    if not 1 <= days <= MOST_QUIET_DAYS:
        raise NonsenseError(
            f"“No progress” takes “none” or days from 1 to {MOST_QUIET_DAYS:,}.", "invalid_number"
        )
    until = timezone.now() - timedelta(days=days)
    quiet = dict.fromkeys(OPEN_STAGES, Q(stage_since__lt=until))
    words = "1 day" if days == 1 else f"{days} days"
    return term_by_stage(name, (given,), "No progress for", words, quiet)


def read_failure(name: str, values: Sequence[str], user: User | None) -> Term | None:
    code = values[0].strip()[:100]
    if code == "none":
        return Term(name, (code,), "Cause", "not told", dubs=Q(failure_code=""))
    found = Q(failure_code=code)
    told = dict(FailureCode.choices).get(code, code)
    words = told[:1].lower() + told[1:] if told != code else code
    return Term(name, (code,), "Cause", words, dubs=found, apart=(found,)) if code else None


def read_since(name: str, values: Sequence[str], user: User | None) -> Term | None:
    at = _moment(values[0])
    if at is None:
        raise NonsenseError("Write a time like 2026-01-31T12:00:00Z.", "invalid_date")
    words = f"{timezone.localtime(at):%-d %b, %H:%M}"
    return Term(name, (at.isoformat(),), "Changed since", words, dubs=Q(stage_since__gte=at))


def read_hidden(name: str, values: Sequence[str], user: User | None) -> Term | None:
    return Term(name, ("1",), "Videos", "hidden") if _yes(values[0]) else None


PARAMETERS: dict[str, Reader] = {
    "q": read_text,
    "project": read_project,
    "tag": read_tags,
    "locale": read_locales,
    "stage": read_stages,
    "group": read_groups,
    "owner": read_people,
    "reviewer": read_people,
    "due": read_due,
    "priority": read_priorities,
    "waiting": read_waiting,
    "failed": read_failed,
    "failure": read_failure,
    "slow": read_slow,
    "progress": read_progress,
    "since": read_since,
    "hidden": read_hidden,
}
REPEATABLE = frozenset({"tag", "locale", "stage", "group", "owner", "reviewer", "priority"})


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _yes(value: str) -> bool:
    word = value.strip().lower()
    if word not in YES | NO:
        raise NonsenseError("Say 1, or leave it out.", "invalid")
    return word in YES


def _moment(text: str) -> datetime | None:
    try:
        # A plus sign that was not escaped arrives as a space.
        at = parse_datetime(text.strip().replace(" ", "+"))
        return None if at is None else at if at.tzinfo else timezone.make_aware(at)
    except (ValueError, OverflowError):
        return None


def _any_of(words: Iterable[str]) -> str:
    return " or ".join(words)


def _without_unknown(
    term: Term | None, given: Sequence[str], known: Sequence[Any], noun: str, code: str
) -> Term | None:
    """Raises for what is not known, and keeps the rest."""
    unknown = [value for value in given if value not in known]
    if unknown:
        told = ", ".join(f"“{value[:40]}”" for value in unknown[:3])
        raise NonsenseError(f"We know no {noun} {told}.", code, kept=term)
    return term
