from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Project
from dubbing.screens.listing import ROWS
from dubbing.states import AssetStatus, Stage, VersionStatus
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.pages.html import has_tag, tag_with, text_of

pytestmark = pytest.mark.django_db
LIST = "/assets/"
MOST_QUERIES = 8


def titles(client: Client, query: str = "") -> list[str]:
    listing = client.get(f"{LIST}?{query}").context["listing"]
    return [row.asset.title for row in listing.rows]


def test_start_is_the_matrix(as_alice: Client) -> None:
    assert as_alice.get("/").resolver_match.view_name == "dubbing:home"


def test_first_visit_teaches_and_offers_one_action(as_alice: Client) -> None:
    response = as_alice.get(LIST)
    assert "Here will be your videos" in text_of(response)
    assert has_tag(response, 'href="/assets/new/"')


def test_viewer_is_not_offered_what_is_refused(as_bob: Client, team: Team) -> None:
    assert not has_tag(as_bob.get(LIST), 'href="/assets/new/"')
    make_asset(team)
    assert not has_tag(as_bob.get(LIST), 'href="/assets/new/"')


def test_row_tells_length_language_and_project(as_alice: Client, team: Team) -> None:
    with all_teams("test"):
        project = Project.objects.create(team=team, name="Kitchen")
    make_asset(team, title="Stocks", duration_seconds=1269, project=project, tags=["spring"])
    text = text_of(as_alice.get(LIST))
    assert "Stocks" in text
    assert "21:09 · en-US · Kitchen" in text
    assert "spring" in text


def test_each_language_is_a_cell_with_word_and_way(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    version = make_version(asset, "de-DE", VersionStatus.READY_TO_EDIT)
    make_dubbing(asset, "fr-FR", stage=Stage.PREPARING)
    response = as_alice.get(LIST)
    german = tag_with(response, 'title="German: Ready for review"')
    assert 'data-group="person"' in german
    assert str(version.pk) in german
    french = tag_with(response, 'title="French (France): Preparing"')
    assert f'href="/assets/{asset.pk}/"' in french


def test_result_is_told_in_words(as_alice: Client, team: Team) -> None:
    first, second = make_asset(team), make_asset(team)
    make_version(first, "de-DE", VersionStatus.READY_TO_EDIT)
    make_version(first, "fr-FR", VersionStatus.FAILED)
    make_version(second, "de-DE", VersionStatus.COMPLETED)
    assert "2 videos · 1 ready for review · 1 failed" in text_of(as_alice.get(LIST))


def test_other_teams_are_not_seen(as_charlie: Client, team: Team) -> None:
    make_asset(team, title="Ours alone")
    assert "Ours alone" not in text_of(as_charlie.get(LIST))


@pytest.fixture
def five(team: Team) -> Team:
    """One video for each state filter."""
    waiting = make_asset(team, title="Waiting")
    make_version(waiting, status=VersionStatus.READY_TO_EDIT)
    moving = make_asset(team, title="Moving")
    make_version(moving, status=VersionStatus.GENERATING)
    failed = make_asset(team, title="Failed", status=AssetStatus.FAILED)
    make_dubbing(failed, stage=Stage.FAILED)
    done = make_asset(team, title="Done")
    make_version(done, status=VersionStatus.COMPLETED)
    half = make_asset(team, title="Half done")
    make_version(half, "de-DE", VersionStatus.COMPLETED)
    make_version(half, "fr-FR", VersionStatus.READY_TO_EDIT)
    hidden = make_asset(team, title="Hidden", hidden_at="2026-01-01T00:00Z")
    make_version(hidden, status=VersionStatus.READY_TO_EDIT)
    return team


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", ["Half done", "Done", "Failed", "Moving", "Waiting"]),
        ("person", ["Half done", "Waiting"]),
        ("moving", ["Moving"]),
        ("failed", ["Failed"]),
        ("finished", ["Done"]),
        ("hidden", ["Hidden"]),
        ("nonsense", ["Half done", "Done", "Failed", "Moving", "Waiting"]),
    ],
)
def test_state_filter(as_alice: Client, five: Team, state: str, expected: list[str]) -> None:
    assert titles(as_alice, f"state={state}") == expected


@pytest.mark.parametrize("text", ["harvest", "REF-7", "gardens", "spring", "remote-77"])
def test_search_finds_by_whatever_it_is_called(as_alice: Client, team: Team, text: str) -> None:
    with all_teams("test"):
        project = Project.objects.create(team=team, name="Gardens")
    make_asset(team, title="Something else")
    make_asset(
        team,
        title="The Harvest",
        reference="ref-7",
        project=project,
        tags=["spring"],
        remote_id="remote-77",
    )
    assert titles(as_alice, f"q={text}") == ["The Harvest"]


def test_project_and_tag_narrow_the_list_and_can_be_taken_out(as_alice: Client, team: Team) -> None:
    with all_teams("test"):
        project = Project.objects.create(team=team, name="Gardens")
    make_asset(team, title="In it", project=project, tags=["a"])
    make_asset(team, title="Without")
    assert titles(as_alice, f"project={project.pk}") == ["In it"]
    assert titles(as_alice, "tag=a") == ["In it"]
    both = as_alice.get(f"{LIST}?project={project.pk}&tag=a")
    assert tag_with(both, "Take this filter out").startswith('<a class="chip chip-on"')
    assert both.context["listing"].chips[0].url == "/assets/?tag=a"


def test_no_match_offers_to_clear_the_filters(as_alice: Client, team: Team) -> None:
    make_asset(team)
    response = as_alice.get(f"{LIST}?q=nothing-like-that")
    assert "No video is like that" in text_of(response)
    assert has_tag(response, 'href="/assets/"')


@pytest.mark.parametrize("query", ["before=x", "after=1", "project=none", "q=%00", "tag=%00"])
def test_nonsense_in_the_address_is_left_out(as_alice: Client, team: Team, query: str) -> None:
    make_asset(team, title="Still here")
    assert titles(as_alice, query) == ["Still here"]


def test_pages_go_older_and_back_without_gap_or_repeat(as_alice: Client, team: Team) -> None:
    made = [make_asset(team, title=f"V{number}").title for number in range(2 * ROWS + 3)]
    seen: list[str] = []
    url, urls = LIST, []
    while url:
        listing = as_alice.get(url).context["listing"]
        seen += [row.asset.title for row in listing.rows]
        urls.append(url)
        url = listing.older_url
    assert seen == made[::-1]
    assert len(urls) == 3
    back = as_alice.get(listing.newer_url).context["listing"]
    assert [row.asset.title for row in back.rows] == made[::-1][ROWS : 2 * ROWS]
    first = as_alice.get(back.newer_url).context["listing"]
    assert not first.newer_url


def test_paging_keeps_the_filters(as_alice: Client, team: Team) -> None:
    for _ in range(ROWS + 1):
        make_asset(team, tags=["many"])
    url = as_alice.get(f"{LIST}?tag=many").context["listing"].older_url
    assert "tag=many" in url and "before=" in url


def test_full_page_takes_few_queries(as_alice: Client, team: Team) -> None:
    for _ in range(ROWS):
        asset = make_asset(team, tags=["a", "b"])
        for locale in ("de-DE", "fr-FR", "ja-JP"):
            make_version(asset, locale)
    as_alice.get(LIST)  # The first page of a visit notes when the last one ended.
    with CaptureQueriesContext(connection) as asked:
        as_alice.get(LIST)
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]


def test_list_asks_more_often_while_something_moves(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.GENERATING)
    part = tag_with(as_alice.get(LIST), 'id="asset-rows"')
    assert 'hx-trigger="every 3s"' in part
    with team_scope(team.id):
        version.dubbing.stage = Stage.FINISHED
        version.dubbing.save()
    part = tag_with(as_alice.get(LIST), 'id="asset-rows"')
    assert 'hx-trigger="every 15s"' in part


def test_rows_answer_304_until_something_changes(as_alice: Client, team: Team) -> None:
    asset = make_asset(team)
    make_version(asset, status=VersionStatus.GENERATING)
    page = as_alice.get(LIST)
    known = f'"{page.context["listing"].revision}"'
    url = reverse("dubbing:asset-rows")
    assert as_alice.get(url, headers={"If-None-Match": known}).status_code == 304
    with team_scope(team.id):
        Asset.objects.filter(pk=asset.pk).update(revision=7)
    answer = as_alice.get(url, headers={"If-None-Match": known})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != known
    assert has_tag(answer, 'id="asset-result"')


def test_rows_keep_the_filters_of_their_page(as_alice: Client, team: Team) -> None:
    make_version(make_asset(team, title="Moves", tags=["x"]), status=VersionStatus.GENERATING)
    make_asset(team, title="Another")
    url = as_alice.get(f"{LIST}?tag=x").context["listing"].live_url
    assert url == "/assets/rows/?tag=x"
    assert "Another" not in text_of(as_alice.get(url))


def test_unknown_project_is_an_empty_list(as_alice: Client, team: Team) -> None:
    make_asset(team)
    assert titles(as_alice, f"project={uuid.uuid4()}") == []


def test_list_whose_videos_are_all_hidden_says_where_they_are(as_alice: Client, team: Team) -> None:
    make_asset(team, hidden_at="2026-01-01T00:00Z")
    page = as_alice.get(LIST)
    assert "All videos are hidden" in text_of(page)
    assert has_tag(page, 'href="?state=hidden"')
