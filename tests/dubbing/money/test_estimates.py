from __future__ import annotations

from decimal import Decimal

import pytest

from dubbing.models import RateCard
from dubbing.services.money import Piece, dubbed_seconds, estimate
from dubbing.states import LipsModel, Rounding


def card(**changes: object) -> RateCard:
    fields = {"currency": "EUR", "per_minute": Decimal("1.50"), "rounding": Rounding.SECOND}
    return RateCard(**(fields | changes))


@pytest.mark.parametrize(
    ("duration", "start", "end", "seconds"),
    [
        ("90", None, None, "90"),
        ("90", "30", None, "60"),
        ("90", None, "60", "60"),
        ("90", "30", "60", "30"),
        (None, "30", "60", "30"),
        (None, None, "60", "60"),
        ("90", None, "120", "90"),
        ("90", "95", None, "0"),
        (None, None, None, None),
        (None, "30", None, None),
    ],
)
def test_what_is_dubbed_is_what_the_trim_leaves(duration, start, end, seconds):
    given = [None if text is None else Decimal(text) for text in (duration, start, end)]
    found = dubbed_seconds(duration=given[0], start=given[1], end=given[2])
    assert found == (None if seconds is None else Decimal(seconds))


@pytest.mark.parametrize(
    ("changes", "lips", "seconds", "languages", "minutes", "amount"),
    [
        ({}, "", "60", 1, "1", "1.50"),
        ({}, "", "90", 3, "4.5", "6.75"),
        ({"rounding": Rounding.STARTED_MINUTE}, "", "61", 2, "4", "6.00"),
        ({"rounding": Rounding.STARTED_MINUTE}, "", "60", 2, "2", "3.00"),
        ({"per_minute_fast": Decimal("1")}, LipsModel.FAST, "60", 2, "2", "2.00"),
        ({"per_minute_fast": Decimal("1")}, LipsModel.QUALITY, "60", 2, "2", "3.00"),
        ({}, LipsModel.FAST, "60", 2, "2", "3.00"),
        # Each dub is rounded by itself, as its line in the ledger is.
        ({"per_minute": Decimal("0.3333")}, "", "60", 3, "3", "0.99"),
        ({"per_minute": Decimal("0")}, "", "60", 3, "3", "0.00"),
    ],
)
def test_minutes_times_languages_times_rate(changes, lips, seconds, languages, minutes, amount):
    found = estimate([Piece(Decimal(seconds), languages, lips)], card=card(**changes))
    assert (found.minutes, found.amount) == (Decimal(minutes), Decimal(amount))
    assert (found.videos, found.dubs, found.currency) == (1, languages, "EUR")


def test_unknown_lengths_are_counted_and_cost_nothing_yet():
    found = estimate([Piece(None, 4), Piece(Decimal(60), 1)], card=card())
    assert (found.videos, found.dubs, found.videos_of_unknown_length) == (2, 5, 1)
    assert (found.minutes, found.amount) == (Decimal(1), Decimal("1.50"))


def test_without_a_rate_card_there_is_no_price():
    found = estimate([Piece(Decimal(60), 2)], card=None)
    assert (found.minutes, found.amount, found.currency) == (Decimal(2), None, "")
