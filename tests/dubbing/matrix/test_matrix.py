"""The matrix: what stands in its cells, how many questions it asks, who sees what."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from accounts.scoping import all_teams
from dubbing.models import Asset, Dubbing, Project
from dubbing.screens.matrix_cells import age
from dubbing.screens.matrix_columns import make_columns
from dubbing.short_ids import ShortId, short_id
from dubbing.states import BADGES, Stage, VersionStatus
from tests.builders import make_asset, make_dubbing, make_member, make_team, make_version

MOST_QUERIES = 8
HOME = "dubbing:home"


def cells(answer: Any) -> dict[str, str]:
    """Class of a cell → its words, of a page with one video."""
    found = re.findall(r'<td class="([^"]+)">(.*?)</td>', answer.content.decode())
    return {marks: re.sub(r"<[^>]+>", " ", words).strip() for marks, words in found}


def make_dub(team: Team, locale: str = "de-DE", **changes: Any) -> Dubbing:
    return make_dubbing(make_asset(team, title="Stocks"), locale, **changes)


def test_cell_says_state_person_and_age(team: Team, as_alice: Client) -> None:
    since = timezone.now() - timedelta(hours=5)
    rita = make_member(team, name="Rita Stone")
    make_dub(team, stage=Stage.READY, stage_since=since, owner=rita)
    assert cells(as_alice.get(reverse(HOME)))["g-person ready"].split() == (
        ["Ready", "for", "review", "RS", "5h"]
    )


def test_reviewer_stands_there_while_it_waits_for_review(team: Team, as_alice: Client) -> None:
    olga, rita = make_member(team, name="Olga One"), make_member(team, name="Rita Stone")
    dubbing = make_dub(team, stage=Stage.READY, owner=olga, reviewer=rita)
    assert " RS " in cells(as_alice.get(reverse(HOME)))["g-person ready"]
    with all_teams("test"):
        Dubbing.objects.filter(pk=dubbing.pk).update(stage=Stage.APPROVED)
    assert " OO " in cells(as_alice.get(reverse(HOME)))["g-go approved"]


def test_finished_cell_is_quiet(team: Team, as_alice: Client) -> None:
    make_dub(team, stage=Stage.FINISHED, owner=make_member(team))
    assert cells(as_alice.get(reverse(HOME))) == {"g-done finished": "Finished"}


def test_overdue_and_slow_cells_are_marked(team: Team, as_alice: Client) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    make_dub(team, stage=Stage.PREPARING, stage_since=long_ago, due_on=long_ago.date())
    assert list(cells(as_alice.get(reverse(HOME)))) == ["g-moving preparing late slow"]


def test_name_of_a_person_is_escaped(team: Team, as_alice: Client) -> None:
    make_dub(team, stage=Stage.READY, owner=make_member(team, name="<b <i"))
    assert "&lt;&lt;" in as_alice.get(reverse(HOME)).content.decode()


@pytest.mark.parametrize("stage", Stage)
def test_every_state_has_a_cell_and_an_icon(team: Team, as_alice: Client, stage: Stage) -> None:
    make_dub(team, stage=stage)
    found = cells(as_alice.get(reverse(HOME)))
    assert next(iter(found.values())).startswith(BADGES[stage].label)
    assert (
        f"td.{stage} > a::before" in as_alice.get(reverse("dubbing:stage-icons")).content.decode()
    )


def test_rows_and_columns_cost_no_further_queries(team: Team, as_alice: Client) -> None:
    def counted() -> int:
        as_alice.get(reverse(HOME))
        with CaptureQueriesContext(connection) as queries:
            assert as_alice.get(reverse(HOME)).status_code == 200
        return len(queries)

    def add(videos: int) -> None:
        project = Project(team=team, name=f"Project {videos}")
        with all_teams("test"):
            project.save()
        for _ in range(videos):
            asset = make_asset(team, project=project)
            make_version(asset, "de-DE")
            make_version(asset, "fr-FR", VersionStatus.COMPLETED)

    add(2)
    few = counted()
    add(38)
    # Session and user come before every page.
    assert few == counted() <= MOST_QUERIES


@pytest.mark.parametrize("query", ["", "&stage=preparing", "&locale=de-DE", "&hidden=0&failed=0"])
def test_page_of_a_longer_matrix_costs_no_more(team: Team, as_alice: Client, query: str) -> None:
    for _ in range(3):
        make_dubbing(make_asset(team), "de-DE")
    address = f"{reverse(HOME)}?rows=2{query}"
    as_alice.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = as_alice.get(address)
    assert page.context["page"].older and len(queries) <= MOST_QUERIES


def test_cells_beside_what_the_filter_asks_for_are_faint(team: Team, as_alice: Client) -> None:
    asset = make_asset(team, title="Stocks")
    make_dubbing(asset, "de-DE", stage=Stage.READY, due_on=timezone.localdate())
    make_dubbing(asset, "fr-FR", stage=Stage.READY)
    make_dubbing(asset, "it-IT", stage=Stage.FAILED, due_on=timezone.localdate())
    address = reverse(HOME)
    assert " out" not in "".join(cells(as_alice.get(address, {"q": "Stocks"})))
    found = list(cells(as_alice.get(address, {"stage": "ready"})))
    assert found.count("g-person ready") == 1 and "g-broken failed out" in found
    both = as_alice.get(address, {"stage": "ready", "due": "today"})
    assert sorted(cells(both)) == ["g-broken failed out", "g-person ready", "g-person ready out"]


def test_totals_are_of_all_that_match_whatever_the_page_shows(team: Team, as_alice: Client) -> None:
    for seconds in (60, 120, None):
        asset = make_asset(team, duration_seconds=seconds, start_time=0, end_time=None)
        make_dubbing(asset, "de-DE", stage=Stage.READY)
        make_dubbing(asset, "fr-FR", stage=Stage.APPROVED)
    for query in ({}, {"rows": "1"}, {"locale": ["de-DE", "fr-FR"]}):
        page = as_alice.get(reverse(HOME), query).context["page"]
        assert not page.is_of_page
        found = [(column.code, one.count, one.minutes) for column, one in page.totals]
        assert found == [("fr-FR", 0, 0), ("de-DE", 3, 3)]


def test_totals_beyond_the_cap_are_of_the_page_and_say_so(
    team: Team, as_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dubbing.screens.matrix_totals.COUNTED", 2)
    for _ in range(4):
        make_dubbing(make_asset(team, duration_seconds=60), "de-DE", stage=Stage.READY)
    page = as_alice.get(reverse(HOME), {"rows": "3"})
    assert "of this page: more than" in page.content.decode()
    assert [waiting.count for _, waiting in page.context["page"].totals] == [3]
    later = as_alice.get(reverse("dubbing:matrix-result"), {"rows": "3", "codes": "de-DE"})
    assert "tfoot" not in later.content.decode()


def test_result_of_an_open_page_comes_with_its_totals(team: Team, as_alice: Client) -> None:
    make_dub(team, "fr-FR", stage=Stage.READY)
    page = as_alice.get(reverse("dubbing:matrix-result"), {"codes": "de-DE,fr-FR"})
    assert "2 languages" in page.content.decode()
    found = [(column.code, one.count) for column, one in page.context["totals"]]
    assert found == [("de-DE", 0), ("fr-FR", 1)]


def test_filter_in_the_address_narrows_it_and_is_said(team: Team, as_alice: Client) -> None:
    make_dub(team, stage=Stage.READY)
    make_dubbing(make_asset(team, title="Knife work"), "fr-FR")
    page = as_alice.get(reverse(HOME), {"stage": "ready"}).content.decode()
    assert "Stocks" in page and "Knife work" not in page
    assert "ready for review</b>" in page


def test_nonsense_in_the_address_is_told_and_the_rest_shown(team: Team, as_alice: Client) -> None:
    make_dub(team)
    page = as_alice.get(reverse(HOME), {"due": "soon", "stage": "preparing"}).content.decode()
    assert "It is left out." in page and "Stocks" in page


def test_what_finds_nothing_says_which_part_to_take_out(team: Team, as_alice: Client) -> None:
    make_dub(team)
    page = as_alice.get(reverse(HOME), {"due": "overdue", "q": "Stocks"}).content.decode()
    assert "Nothing fits" in page
    assert "without due" in page and 'href="?q=Stocks"' in page


def test_desk_without_videos_teaches(as_alice: Client, as_bob: Client) -> None:
    assert "New dubbing" in as_alice.get(reverse(HOME)).content.decode()
    assert "No video was given yet" in as_bob.get(reverse(HOME)).content.decode()


def test_pages_follow_one_another_both_ways(team: Team, as_alice: Client) -> None:
    for title in ("first", "second", "third"):
        make_dubbing(make_asset(team, title=title))

    def titles(query: str) -> list[str]:
        page = as_alice.get(reverse(HOME) + query).content.decode()
        return re.findall(r'video-title clip"[^>]*>(\w+)<', page)

    assert titles("?rows=2") == ["third", "second"]
    page = as_alice.get(reverse(HOME) + "?rows=2").content.decode()
    older = re.search(r'href="(\?rows=2&amp;before=[^"]+)"', page)
    assert older and titles(older[1].replace("&amp;", "&")) == ["first"]
    with all_teams("test"):
        first = Asset.objects.get(title="first")
    assert titles(f"?rows=1&after={first.pk}") == ["second"]
    assert titles("?rows=2&before=nonsense") == ["third", "second"]
    assert len(titles("?rows=nonsense")) == 3


def test_hidden_columns_are_left_out(team: Team, as_alice: Client) -> None:
    asset = make_asset(team)
    make_dubbing(asset, "de-DE", stage=Stage.READY), make_dubbing(asset, "fr-FR")
    page = as_alice.get(reverse(HOME), {"hide": "fr-FR"}).content.decode()
    assert 'data-codes="de-DE"' in page


def test_rows_are_told_by_id_in_the_columns_of_the_page(team: Team, as_alice: Client) -> None:
    dubbing, other = make_dub(team, "fr-FR"), make_dub(team, "de-DE")
    query = {"id": str(dubbing.asset_id), "codes": "fr-FR,de-DE", "stage": "failed"}
    page = as_alice.get(reverse("dubbing:matrix-rows"), query).content.decode()
    assert str(dubbing.asset_id) in page and str(other.asset_id) not in page
    assert page.index("g-moving preparing") < page.index('class="none"')
    assert as_alice.get(reverse("dubbing:matrix-rows"), {"id": "7"}).status_code == 404


def test_a_row_that_changes_is_told_in_five_queries_as_the_page_would_show_it(
    team: Team, as_alice: Client
) -> None:
    late = {"stage": Stage.READY, "due_on": timezone.localdate() - timedelta(days=1)}
    for title in ("One", "Two", "Hidden"):
        asset = make_asset(team, title=title)
        make_dubbing(asset, "de-DE", owner=make_member(team, name="Rita Stone"), **late)
        make_dubbing(asset, "fr-FR")
    with all_teams("test"):
        Asset.objects.filter(title="Hidden").update(hidden_at=timezone.now())
        ids = ",".join(
            str(pk) for pk in Asset.objects.filter(team=team).values_list("pk", flat=True)
        )
    address, codes = reverse("dubbing:matrix-rows"), {"codes": "fr-FR,de-DE"}
    whole = as_alice.get(address, codes)
    with CaptureQueriesContext(connection) as queries:
        told = as_alice.get(address, codes | {"id": ids})
    assert [row.title for row in told.context["page"].rows] == ["Two", "One"]
    rows = [answer.content.decode().partition("<tr")[2] for answer in (whole, told)]
    assert rows[0] == rows[1] and "late" in rows[1]
    # Session, user, memberships, videos, dubs.
    assert len(queries) == 5
    assert (
        len(as_alice.get(address, codes | {"id": ids, "stage": "ready"}).context["page"].rows) == 2
    )


def test_a_row_where_something_takes_long_says_so(team: Team, as_alice: Client) -> None:
    dub = make_dub(team, stage=Stage.PREPARING, stage_since=timezone.now() - timedelta(days=9))
    query = {"id": str(dub.asset_id), "codes": "de-DE"}
    assert list(cells(as_alice.get(reverse("dubbing:matrix-rows"), query))) == (
        ["g-moving preparing slow"]
    )


def test_of_videos_that_are_news_only_those_asked_for_are_told(
    team: Team, as_alice: Client
) -> None:
    shown, fits = make_dub(team), make_dub(team, stage=Stage.READY)
    other, strange = make_dub(team), make_asset(make_team())
    news = ",".join(str(pk) for pk in (fits.asset_id, other.asset_id, strange.pk))
    query = {"id": str(shown.asset_id), "new": news, "codes": "de-DE", "stage": "ready"}
    page = as_alice.get(reverse("dubbing:matrix-rows"), query).context["page"]
    assert [(row.id, row.fits) for row in page.rows] == [
        (fits.asset_id, True), (shown.asset_id, False),
    ]  # fmt: skip


def test_languages_that_the_page_lacks_are_named(team: Team, as_alice: Client) -> None:
    asset = make_asset(team)
    for locale in ("de-DE", "fr-FR", "it-IT"):
        make_dubbing(asset, locale)
    address = reverse("dubbing:matrix-rows")
    query = {"codes": "de-DE", "hide": "it-IT"}
    for more in ({}, {"id": str(asset.pk)}):
        assert b'data-more="fr-FR"' in as_alice.get(address, query | more).content
    query["codes"] = "de-DE,fr-FR"
    assert b"data-more" not in as_alice.get(address, query).content
    table = as_alice.get(reverse("dubbing:matrix-table"), query | {"codes": "de-DE,ja-JP"})
    assert b'data-codes="ja-JP,fr-FR,de-DE"' in table.content


def test_page_that_is_as_it_was_answers_304(team: Team, as_alice: Client) -> None:
    make_dub(team)
    address = reverse("dubbing:matrix-rows")
    mark = as_alice.get(address)["ETag"]
    assert as_alice.get(address, headers={"If-None-Match": mark}).status_code == 304


def test_outsider_sees_nothing_of_it(team: Team, as_charlie: Client) -> None:
    dubbing = make_dub(team)
    assert "Stocks" not in as_charlie.get(reverse(HOME)).content.decode()
    for name in ("dubbing-open", "dubbing-card"):
        address = reverse(f"dubbing:{name}", args=[dubbing.pk])
        assert as_charlie.get(address).status_code == 404
    query = {"id": str(dubbing.asset_id), "codes": "de-DE"}
    assert b"Stocks" not in as_charlie.get(reverse("dubbing:matrix-rows"), query).content


def test_dub_opens_at_its_current_version_or_its_video(team: Team, as_bob: Client) -> None:
    version, without = make_version(make_asset(team)), make_dub(team)
    opened = as_bob.get(reverse("dubbing:dubbing-open", args=[version.dubbing_id]))
    assert opened["Location"] == reverse("dubbing:version-detail", args=[version.pk])
    opened = as_bob.get(reverse("dubbing:dubbing-open", args=[without.pk]))
    assert opened["Location"] == reverse("dubbing:asset-detail", args=[without.asset_id])


def test_card_offers_what_is_legal_and_says_why_else(
    team: Team, as_alice: Client, as_bob: Client
) -> None:
    version = make_version(make_asset(team), status=VersionStatus.GENERATING)
    address = reverse("dubbing:dubbing-card", args=[version.dubbing_id])
    page = as_alice.get(address).content.decode()
    assert "<b>Generate:</b>" in page and "<b>Approve:</b>" in page
    seen = as_bob.get(address).content.decode()
    assert "Generate" not in seen.replace("Generating", "") and "Approve" not in seen


def test_density_is_kept_for_the_person(team: Team, alice: User, as_alice: Client) -> None:
    make_dub(team)
    as_alice.post(reverse("dubbing:matrix-density") + "?q=Stocks", {"comfortable": "1"})
    assert "matrix-scroll comfortable" in as_alice.get(reverse(HOME)).content.decode()


def test_short_ids_read_back(team: Team) -> None:
    row_id = make_team().pk
    assert len(short_id(row_id)) == 22
    assert ShortId().to_python(short_id(row_id)) == row_id


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "now"), (59, "now"), (60, "1m"), (3600, "1h"), (86_400 * 13, "13d"), (86_400 * 14, "2w")],
)
def test_age_in_a_word(seconds: int, words: str) -> None:
    assert age(seconds) == words


def test_columns_stand_by_region_and_say_the_country_only_where_needed(db: None) -> None:
    columns = make_columns({"es-ES", "es-MX", "de-DE", "qq-QQ"})
    assert [(one.language, one.country, one.region) for one in columns] == [
        ("es", "MX", "Americas"),
        ("es", "ES", "Southern Europe"),
        ("de", "", "Western Europe"),
        ("qq", "", ""),
    ]
