"""What comes into an open matrix by itself: videos and languages, without moving what one reads."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from accounts.models import Team, User
from accounts.scoping import team_scope
from dubbing.models import Asset, Dubbing
from dubbing.services.asset_rows import touch_asset
from dubbing.states import Stage
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.watching import Problems
from tests.builders import make_asset, make_dubbing

CHIP = "#matrix-news"
CHOSEN = '#matrix [aria-selected="true"]'
TITLES = "#matrix .video-title"
FOCUSED = "document.activeElement.closest('tr').querySelector('.video-title').textContent"


def give(team: Team, title: str, *locales: str, **changes: Any) -> Asset:
    """A video that somebody else gives: its languages stand there when the news goes out."""
    asset = make_asset(team, title=title, duration_seconds=120)
    for locale in locales:
        make_dubbing(asset, locale, **changes)
    tell(asset)
    return asset


def tell(asset: Asset) -> None:
    with team_scope(asset.team_id):
        touch_asset(asset)


@pytest.fixture
def studio(live_desk: LiveDesk) -> LiveDesk:
    for title in ("first", "second"):
        give(live_desk.team, title, "de-DE", "fr-FR", stage=Stage.READY)
    return live_desk


def look(page: Page, desk: LiveDesk, alice: User, query: str = "") -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/{query}")
    expect(page.locator('#live-sign[data-stream="up"]')).to_be_attached()


def top_of(place: Locator) -> int:
    box = place.bounding_box()
    assert box is not None
    return round(box["y"])


def test_a_new_video_comes_in_at_the_top(page: Page, studio: LiveDesk, alice: User) -> None:
    look(page, studio, alice)
    give(studio.team, "third", "de-DE", stage=Stage.READY)
    expect(page.locator(TITLES)).to_have_text(["third", "second", "first"])
    expect(page.locator("#matrix-result")).to_contain_text("3 videos")
    expect(page.locator("#matrix tfoot td").last).to_contain_text("3")
    expect(page.locator(CHIP)).to_be_hidden()


def test_a_video_that_begins_to_match_comes_in_at_its_place(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    later = give(studio.team, "third", "de-DE")
    give(studio.team, "fourth", "de-DE", stage=Stage.READY)
    look(page, studio, alice, "?stage=ready")
    expect(page.locator(TITLES)).to_have_text(["fourth", "second", "first"])
    give(studio.team, "not asked for", "de-DE")
    with team_scope(studio.team.pk):
        Dubbing.objects.filter(asset=later).update(stage=Stage.READY)
    tell(later)
    expect(page.locator(TITLES)).to_have_text(["fourth", "third", "second", "first"])


def test_a_video_that_matches_no_more_stays_and_fades(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    look(page, studio, alice, "?stage=ready")
    with team_scope(studio.team.pk):
        asset = Asset.objects.get(title="first")
        Dubbing.objects.filter(asset=asset).update(stage=Stage.APPROVED)
    tell(asset)
    expect(page.locator("#matrix tr.out")).to_contain_text("first")
    expect(page.locator("#matrix tr.out td.approved.out")).to_have_count(2)
    page.get_by_label("Choose every cell of this page").click()
    expect(page.locator(CHOSEN)).to_have_count(2)


def test_a_new_language_is_a_new_column(page: Page, studio: LiveDesk, alice: User) -> None:
    with team_scope(studio.team.pk):
        asset = Asset.objects.get(title="first")
    make_dubbing(asset, "es-ES")
    look(page, studio, alice)
    expect(page.locator(".matrix-head")).to_contain_text(["es Spanish", "fr French", "de German"])
    page.get_by_title("German (de-DE)").click()
    make_dubbing(asset, "es-MX", stage=Stage.READY)
    make_dubbing(asset, "it-IT")
    tell(asset)
    # Somebody chooses, and the others would be pushed aside: it waits for a word.
    page.locator(CHIP, has_text="2 new languages").click()
    expect(page.locator(".matrix-head")).to_contain_text(["esMX", "it", "esES", "fr", "de"])
    expect(page.locator("#matrix tbody tr").last.locator("td:not(.none)")).to_have_count(5)
    expect(page.locator("#matrix tbody tr").first.locator("td.none")).to_have_count(3)
    expect(page.locator("#matrix tfoot td")).to_have_count(5)
    expect(page.locator(CHOSEN)).to_have_count(2)
    expect(page.locator("#matrix-languages")).to_contain_text("5 languages")


@pytest.fixture
def full(live_desk: LiveDesk) -> LiveDesk:
    """More than a screen holds."""
    for number in range(30):
        give(live_desk.team, f"video {number}", "de-DE", stage=Stage.READY)
    return live_desk


def test_what_one_works_at_stays_where_it_is(page: Page, full: LiveDesk, alice: User) -> None:
    look(page, full, alice)
    cell = page.locator("td.ready > a").nth(2)
    cell.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    before = top_of(cell)
    place = page.evaluate(
        "document.activeElement.closest('tr').querySelector('.video-title').textContent"
    )
    give(full.team, "new one", "de-DE", stage=Stage.READY)
    chip = page.locator(CHIP)
    expect(chip).to_have_text("1 new video")
    give(full.team, "new two", "de-DE", stage=Stage.READY)
    expect(chip).to_have_text("2 new videos")
    assert top_of(page.locator("td.ready > a").nth(4)) == before
    held = page.evaluate(
        "document.activeElement.closest('tr').querySelector('.video-title').textContent"
    )
    assert held == place
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(CHOSEN)).to_have_count(3)
    screenshot(page, "matrix-news")
    chip.click()
    expect(chip).to_be_hidden()
    expect(page.locator(TITLES).first).to_be_in_viewport()
    expect(page.locator(CHOSEN)).to_have_count(3)


def test_where_there_is_no_room_it_waits_for_a_word(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    look(page, studio, alice)
    page.locator("td.ready > a").first.hover()
    give(studio.team, "third", "de-DE")
    expect(page.locator(CHIP)).to_have_text("1 new video")
    expect(page.locator(TITLES)).to_have_text(["second", "first"])
    page.locator(CHIP).click()
    expect(page.locator(TITLES)).to_have_text(["third", "second", "first"])
    expect(page.locator(CHIP)).to_be_hidden()


def test_without_a_stream_the_page_asks(
    page: Page, studio: LiveDesk, alice: User, settings: Settings, problems: Problems
) -> None:
    problems.expect("/streams/")
    settings.EDGE_URL = "http://127.0.0.1:9"
    page.clock.install()
    sign_in(page, studio, alice)
    page.goto(studio.url)
    expect(page.locator(TITLES)).to_have_count(2)
    give(studio.team, "third", "it-IT")
    page.clock.fast_forward(16_000)
    expect(page.locator(TITLES)).to_have_text(["third", "second", "first"])
    expect(page.locator(".matrix-head")).to_have_count(3)


def test_a_row_of_the_list_stays_under_the_pointer(page: Page, full: LiveDesk, alice: User) -> None:
    look(page, full, alice, "list/")
    row = page.locator("#dubbing-rows tbody tr").nth(5)
    row.hover()
    held, before = row.get_attribute("id"), top_of(row)
    give(full.team, "new one", "de-DE", "fr-FR")
    expect(page.get_by_text("new one").first).to_be_attached(timeout=12_000)
    assert top_of(page.locator(f"#{held}")) == before
    page.mouse.move(5, 5)
    page.evaluate("scrollTo(0, 0)")
    give(full.team, "new two", "de-DE")
    expect(page.get_by_text("new two").first).to_be_in_viewport(timeout=12_000)


def test_the_rail_hears_what_needs_somebody(page: Page, studio: LiveDesk, alice: User) -> None:
    look(page, studio, alice, "queue/")
    count = page.get_by_role("link", name="Needs attention").locator(".rail-count")
    expect(count).to_have_count(0)
    give(studio.team, "broken", "de-DE", stage=Stage.FAILED)
    expect(count).to_have_text("1", timeout=12_000)
    expect(page.locator('.rail-links [aria-current="page"]')).to_contain_text(["Queue"])


@pytest.mark.parametrize("path", ["", "?stage=ready", "list/?stage=ready"])
def test_the_first_video_of_an_empty_page_appears(
    open_page: OpenPage, live_desk: LiveDesk, alice: User, path: str
) -> None:
    page = open_page()
    look(page, live_desk, alice, path)
    give(live_desk.team, "first", "de-DE", stage=Stage.READY)
    expect(page.locator(".video-title")).to_have_text(["first"])


def test_on_a_phone_new_cards_say_their_languages(
    phone_page: Page, studio: LiveDesk, alice: User
) -> None:
    page = phone_page
    look(page, studio, alice)
    give(studio.team, "third", "de-DE", "it-IT", stage=Stage.READY)
    expect(page.locator(TITLES)).to_have_text(["third", "second", "first"])
    cells = page.locator("#matrix tbody tr").first.locator("td.ready")
    expect(cells).to_have_count(2)
    codes = cells.evaluate_all("cells => cells.map(cell => cell.dataset.code)")
    assert sorted(codes) == ["de", "it"]
