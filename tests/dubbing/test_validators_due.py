from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from dubbing.validators import parse_due

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("typed", "due_on"),
    [
        ("2026-12-03", date(2026, 12, 3)), ("5", date(2026, 12, 2)), ("5 days", date(2026, 12, 2)),
        ("in 1 day", date(2026, 11, 28)), ("+2d", date(2026, 11, 29)), ("0 days", FRIDAY),
        ("1 working day", date(2026, 11, 30)), ("5 Working Days", date(2026, 12, 4)),
        ("6 wd", date(2026, 12, 7)), ("3 business days", date(2026, 12, 2)),
        ("0 working days", FRIDAY), ("2 weeks", date(2026, 12, 11)), ("1w", date(2026, 12, 4)),
        (" 5 workdays after sending ", date(2026, 12, 4)),
    ],
)  # fmt: skip
def test_a_due_rule_is_a_day_or_counts_from_sending(typed: str, due_on: date) -> None:
    rule = parse_due(typed)
    assert rule is not None and rule.date_from(FRIDAY) == due_on


@pytest.mark.parametrize(
    "typed",
    ["soon", "-1", "2026-13-01", "2026-02-30", "9999-01-01", "731 days", "200 weeks", "5 moons",
     "\x00", "3.12.2026", pytest.param("9" * 1_000_000, id="huge")],
)  # fmt: skip
def test_what_is_no_due_rule_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_due(typed)
    assert caught.value.code == "invalid_due"


def test_rules_are_told_in_words():
    assert str(parse_due("1wd")) == "1 working day after sending"
    assert str(parse_due("2 weeks")) == "14 days after sending"
    assert str(parse_due("2026-12-03")) == "3 Dec 2026"
    assert parse_due("  ") is None
