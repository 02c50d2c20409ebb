"""Lengths in words: what is paid for never reads as nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dubbing.screens.amounts import minutes_words, whole_minutes_words
from dubbing.templatetags.money_tags import minutes


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("0", "0.0 min"), ("0.0001", "1 s"), ("0.0833", "5 s"), ("0.9", "54 s"), ("1", "1.0 min"),
        ("0.9999", "1.0 min"), ("12.54", "12.5 min"), ("1234.5", "1,234.5 min"),
    ],
)  # fmt: skip
def test_minutes_are_told_to_a_tenth_and_seconds_below_one(given: str, words: str) -> None:
    assert minutes_words(Decimal(given)).replace("\xa0", " ") == words
    assert minutes(Decimal(given)) == minutes_words(Decimal(given))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [("0", "0 min"), ("4.2", "5 s"), ("60", "1 min"), ("61", "2 min"), ("90000", "1,500 min")],
)
def test_before_a_press_minutes_are_rounded_up(seconds: str, words: str) -> None:
    assert whole_minutes_words(Decimal(seconds)).replace("\xa0", " ") == words
