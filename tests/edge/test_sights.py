"""What a page says that it shows, as its stream's address has it."""

from __future__ import annotations

import pytest

from edge.sights import EVERYTHING, Sight, read_sight

IDS = [f"01920000-0000-7000-8000-00000000000{number}" for number in range(5)]


@pytest.mark.parametrize(
    ("lowest", "highest", "meets"),
    [(0, 0, False), (0, 1, True), (2, 2, True), (3, 4, True), (4, 4, False), (0, 4, True)],
)
def test_a_page_shows_what_lies_between_its_first_and_last(lowest: int, highest: int, meets: bool):
    assert Sight(IDS[1], IDS[3]).meets(IDS[lowest], IDS[highest]) == meets


def test_an_open_end_shows_all_beyond():
    assert Sight(oldest=IDS[2]).meets(IDS[4], IDS[4])
    assert not Sight(oldest=IDS[2]).meets(IDS[1], IDS[1])
    assert Sight(newest=IDS[2]).meets(IDS[0], IDS[0])
    assert not Sight(newest=IDS[2]).meets(IDS[3], IDS[4])
    assert EVERYTHING.meets(IDS[0], IDS[0])


@pytest.mark.parametrize("nonsense", ["", "x", IDS[0].upper() + "A", IDS[0] + "\n", "9" * 100_000])
def test_what_is_no_id_counts_for_nothing(nonsense: str):
    assert read_sight({"from": nonsense, "to": IDS[1]}) == Sight(newest=IDS[1])
    assert read_sight({"from": nonsense}) == EVERYTHING


def test_a_page_that_says_nothing_may_show_everything():
    assert read_sight({"age": "0"}) is EVERYTHING
