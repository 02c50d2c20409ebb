"""Dubs as a list: columns, orders, pages."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.screens import dub_list
from dubbing.services.presets import save_language_set
from tests.builders import make_asset, make_dubbing

LIST = "dubbing:dubbing-list"
MOST_QUERIES = 8


@pytest.fixture
def three(team: Team) -> None:
    """Due and since run against each other; the third has no date."""
    now = timezone.now()
    for title, day, days in (("a", 3, 1), ("b", 2, 2), ("c", 0, 3)):
        make_dubbing(
            make_asset(team, title=title),
            due_on=date(2026, 1, day) if day else None,
            stage_since=now - timedelta(days=days),
        )


def titles(client: Client, query: str) -> str:
    page = client.get(reverse(LIST) + query).content.decode()
    return "".join(re.findall(r'video-title clip"[^>]*>(\w)<', page))


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "cba"), ("due", "ba"), ("-due", "ab"), ("since", "cba"), ("-since", "abc"), ("x", "cba")],
)
def test_order_is_chosen_in_the_address(
    three: None, as_alice: Client, sort: str, order: str
) -> None:
    assert titles(as_alice, f"?sort={sort}") == order


@pytest.mark.parametrize("sort", ["", "-due", "since", "-since"])
def test_pages_follow_one_another_both_ways(
    three: None, as_alice: Client, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(dub_list, "ROWS", 1)
    whole, seen, query = titles(as_alice, f"?sort={sort}"), "", f"?sort={sort}"
    back = ""
    while query:
        page = as_alice.get(reverse(LIST) + query).content.decode()
        seen += "".join(re.findall(r'video-title clip"[^>]*>(\w)<', page))
        links = {name: url for url, name in re.findall(r'href="([^"]+)" rel="(\w+)"', page)}
        query = links.get("next", "").replace("&amp;", "&")
        back = links.get("prev", back).replace("&amp;", "&")
    assert len(seen) == (2 if "due" in sort else 3) and seen.startswith(whole)
    assert titles(as_alice, back) == seen[-2]


def test_columns_are_kept_for_the_person(three: None, as_alice: Client, as_bob: Client) -> None:
    as_alice.post(reverse("dubbing:dubbing-columns"), {"column": ["priority", "nonsense"]})
    assert 'data-label="Priority"' in as_alice.get(reverse(LIST)).content.decode()
    assert 'data-label="Owner"' not in as_alice.get(reverse(LIST)).content.decode()
    assert 'data-label="Owner"' in as_bob.get(reverse(LIST)).content.decode()


def test_every_column_can_be_shown(three: None, as_alice: Client) -> None:
    keys = [column.key for column in dub_list.COLUMNS]
    as_alice.post(reverse("dubbing:dubbing-columns"), {"column": keys})
    assert as_alice.get(reverse(LIST)).content.decode().count("data-label=") == 3 * len(keys)


def test_rows_cost_no_further_queries(team: Team, as_alice: Client) -> None:
    def counted() -> int:
        as_alice.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            as_alice.get(reverse(LIST))
        return len(queries)

    make_dubbing(make_asset(team))
    few = counted()
    for _ in range(20):
        make_dubbing(make_asset(team))
    assert few == counted() <= MOST_QUERIES + 2


def test_live_part_answers_304_while_nothing_changes(three: None, as_alice: Client) -> None:
    address = reverse("dubbing:dubbing-rows")
    mark = as_alice.get(address)["ETag"]
    assert as_alice.get(address, headers={"If-None-Match": mark}).status_code == 304


def test_every_menu_of_filters_opens(three: None, as_alice: Client) -> None:
    for menu in ("project", "state", "owner", "reviewer", "due", "locale", "tag", "priority",
                 "failure", "progress", "more", "nonsense"):  # fmt: skip
        answer = as_alice.get(reverse("dubbing:filter-choices"), {"menu": menu, "due": "week"})
        assert answer.status_code == 200, menu


def test_languages_are_chosen_by_the_teams_sets_and_by_whole_regions(
    three: None, team: Team, as_alice: Client
) -> None:
    with team_scope(team.pk):
        save_language_set(team=team, name="Nordics", locales=["da-DK", "sv-SE"])
    answer = as_alice.get(reverse("dubbing:filter-choices"), {"menu": "locale"})
    menu = html.unescape(answer.content.decode())
    assert 'href="?locale=da-DK&locale=sv-SE">Nordics' in menu
    region = re.search(r'href="([^"]+)">all<span class="visually-hidden"> of Northern', menu)
    assert region and {"locale=da-DK", "locale=nb-NO"} < set(region[1][1:].split("&"))


def test_a_cause_is_named_as_everywhere_else(three: None, as_alice: Client) -> None:
    page = as_alice.get(reverse(LIST), {"failure": "NoAudioTrack"}).content.decode()
    assert "the video has no sound" in page
