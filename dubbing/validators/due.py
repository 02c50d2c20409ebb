"""When a dub is due: a day, or so many days after its video is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date

LATEST_YEAR = 2999
MOST_DAYS = 730
SATURDAY = 5
DAYS_A_WEEK = 7
# “5”, “5 days”, “in 5 working days”, “+5d”, “2 weeks after sending”.
RULE = re.compile(
    r"(?:in\s+|\+\s*)?(?P<count>\d{1,4})\s*"
    r"(?P<unit>d|days?|wd|(?:working|work|business)[ -]?days?|workdays?|w|weeks?)?"
    r"(?:\s+after(?:\s+it\s+is|\s+being)?\s+(?:sending|sent))?",
    re.IGNORECASE,
)
WORKING = re.compile(r"w(?!$|eek)|business", re.IGNORECASE)


@dataclass(frozen=True)
class DueRule:
    """Either a day, or a number of days counted from the day of sending."""

    on: date | None = None
    days: int = 0
    working: bool = False

    def date_from(self, sent_on: date) -> date:
        """Working days are Monday to Friday; no holidays are known."""
        if self.on is not None:
            return self.on
        if not self.working:
            return sent_on + timedelta(days=self.days)
        day, left = sent_on, self.days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < SATURDAY
        return day

    def __str__(self) -> str:
        """“3 Dec 2026”, “5 working days after sending”."""
        if self.on is not None:
            return f"{self.on:%-d %b %Y}"
        kind = "working day" if self.working else "day"
        return f"{self.days} {kind}{'' if self.days == 1 else 's'} after sending"


def parse_due(text: str) -> DueRule | None:
    """None for a blank. Raises ValidationError (code `invalid_due`)."""
    text = text.strip()
    if not text:
        return None
    if found := RULE.fullmatch(text):
        unit = (found["unit"] or "").lower()
        is_weeks = unit in ("w", "week", "weeks")
        count = int(found["count"]) * (DAYS_A_WEEK if is_weeks else 1)
        if count > MOST_DAYS:
            raise ValidationError(f"At most {MOST_DAYS} days ahead, please.", code="invalid_due")
        return DueRule(days=count, working=bool(WORKING.match(unit)))
    try:
        return DueRule(on=parse_day(text))
    except ValidationError:
        raise ValidationError(
            "Write a date like 2026-12-03, or days after sending: 5 days, 5 working days.",
            code="invalid_due",
        ) from None


def parse_day(text: str) -> date:
    """Raises ValidationError (code `invalid_date`)."""
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None or found.year > LATEST_YEAR:
        raise ValidationError("Write a date like 2026-12-03.", code="invalid_date")
    return found
