"""By when: `overdue`, `today`, `week`, `none`, a day, or `2026-11-01..2026-11-30`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from dubbing.filters.terms import NonsenseError, Term
from dubbing.states import Stage

WEEK = timedelta(days=7)
# In the very words of the index on days that are still to come or were missed.
UNFINISHED = ~Q(stage=Stage.FINISHED)


def read_due(name: str, values: Sequence[str], user: User | None) -> Term | None:
    """What is finished is due no more; only a range of days finds it."""
    given, today = values[0].strip(), timezone.localdate()
    conditions = {
        "overdue": (Q(due_on__lt=today) & UNFINISHED, "overdue"),
        "today": (Q(due_on=today) & UNFINISHED, "today"),
        "week": (Q(due_on__gte=today, due_on__lt=today + WEEK) & UNFINISHED, "within a week"),
        "none": (Q(due_on=None), "no date"),
    }
    if given not in conditions:
        return _range(name, given)
    condition, words = conditions[given]
    return Term(name, (given,), "Due", words, dubs=condition)


def _range(name: str, given: str) -> Term:
    start, separator, end = given.partition("..")
    first = _day(start)
    last = _day(end) if separator else first
    if (separator and first is None and last is None) or (not separator and first is None):
        raise NonsenseError(
            "Due is “overdue”, “today”, “week”, “none”, a day like 2026-12-03, or two with “..”.",
            "invalid_date",
        )
    if first and last and last < first:
        raise NonsenseError("The last day lies before the first.", "invalid_date")
    condition = Q(due_on__isnull=False)
    if first:
        condition &= Q(due_on__gte=first)
    if last:
        condition &= Q(due_on__lte=last)
    return Term(name, (given,), "Due", _said(first, last), dubs=condition)


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def _said(first: date | None, last: date | None) -> str:
    if first == last and first is not None:
        return f"{first:%-d %b %Y}"
    if first is None:
        return f"until {last:%-d %b %Y}"
    return f"from {first:%-d %b %Y}" if last is None else f"{first:%-d %b} to {last:%-d %b %Y}"
