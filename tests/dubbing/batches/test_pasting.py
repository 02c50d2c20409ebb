from __future__ import annotations

import pytest

from dubbing.services.batches.pasting import PastedLink, read_pasted

ONE, TWO = "https://a.example.org/1.mp4", "http://b.example.org/2.mp4?x=1,2"


def addresses(text: str) -> list[str]:
    return [link.address for link in read_pasted(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n{TWO}",
        f"{ONE}\r\n\r\n  {TWO}  \n",
        f"{ONE} {TWO}",
        f"{ONE},{TWO}",
        f"{ONE}, {TWO}",
        f"{ONE};{TWO}",
        f"<{ONE}>\n“{TWO}”",
        f"{ONE} | {TWO}",
    ],
)
def test_addresses_are_found_however_they_are_parted(text):
    assert addresses(text) == [ONE, TWO]


def test_a_comma_within_an_address_stays_in_it():
    assert addresses(TWO) == [TWO]


def test_a_closing_bracket_stays_where_the_address_opened_it():
    assert addresses("https://a.example.org/film_(1).mp4)") == [
        "https://a.example.org/film_(1).mp4)"
    ]
    assert addresses("(https://a.example.org/film.mp4)") == ["https://a.example.org/film.mp4"]


def test_after_a_tab_stands_the_title():
    assert read_pasted(f"{ONE}\tOpening talk") == [PastedLink(1, ONE, "Opening talk")]


def test_a_title_may_stand_first_as_in_many_sheets():
    assert read_pasted(f"\n7\tx\nOpening talk\t{ONE}")[-1] == PastedLink(3, ONE, "Opening talk")


def test_what_is_no_address_is_kept_with_its_line():
    assert read_pasted("show me.mp4\n\nftp://x/y") == [
        PastedLink(1, "show me.mp4"),
        PastedLink(3, "ftp://x/y"),
    ]


def test_nothing_makes_nothing():
    assert read_pasted(" \n\t\n ,;\n") == []
