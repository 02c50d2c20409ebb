"""The matrix as people use it: by keyboard, by mouse, on a phone; and its list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import all_teams, team_scope
from dubbing.models import Dubbing, SavedView
from dubbing.services.asset_rows import touch_asset
from dubbing.states import Stage, VersionStatus
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.watching import Problems
from tests.builders import make_asset, make_dubbing, make_version

LOCALES = ("de-DE", "es-ES", "es-MX", "fr-FR")
CHOSEN = '#matrix [aria-selected="true"]'


@pytest.fixture
def studio(live_desk: LiveDesk, alice: User) -> LiveDesk:
    """Three videos in four languages; each state of interest is there."""
    yesterday = timezone.now() - timedelta(days=1)
    for title in ("Stocks", "Knife work", "Onboarding"):
        asset = make_asset(live_desk.team, title=title, duration_seconds=120)
        make_version(asset, "de-DE")
        make_version(asset, "fr-FR", VersionStatus.COMPLETED)
        make_dubbing(asset, "es-ES", stage=Stage.FAILED, due_on=yesterday.date(), owner=alice)
    make_dubbing(asset, "es-MX", stage_since=yesterday)
    return live_desk


def open_matrix(page: Page, desk: LiveDesk, alice: User, query: str = "") -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/{query}")
    expect(page.locator("#matrix tbody tr").first).to_be_visible()


def focused(page: Page) -> str:
    """Row and column of the cell that has the focus; heads are row -1."""
    return str(
        page.evaluate("""() => {
        const cell = document.activeElement.closest("td, th");
        if (!cell) return "none";
        const row = cell.closest("tbody") ? cell.parentElement.sectionRowIndex : -1;
        return `${row},${cell.cellIndex}`;
    }""")
    )


def test_arrows_move_and_only_one_cell_is_a_tab_stop(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    open_matrix(page, studio, alice)
    assert page.locator('#matrix [tabindex="0"]').count() == 1
    page.locator('#matrix [tabindex="0"]').focus()
    for key, place in (
        ("ArrowDown", "1,1"), ("ArrowRight", "1,2"), ("End", "1,4"), ("Home", "1,0"),
        ("PageDown", "2,0"), ("PageUp", "0,0"), ("ArrowUp", "-1,0"), ("ArrowRight", "-1,1"),
        ("ArrowUp", "-1,1"),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert focused(page) == place, key
    assert page.locator('#matrix [tabindex="0"]').count() == 1


def test_a_region_chooses_its_columns_and_takes_them_out_again(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    open_matrix(page, studio, alice)
    region = page.get_by_role("button", name="Western Europe")
    region.click()
    expect(page.locator(CHOSEN)).to_have_count(6)  # German and French of three videos
    assert focused(page).startswith("-1,")
    region.click()
    expect(page.locator(CHOSEN)).to_have_count(0)


def test_space_and_shift_choose_and_escape_chooses_none(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    open_matrix(page, studio, alice)
    bar = page.locator("[data-selection-bar]")
    expect(bar).to_be_hidden()
    page.locator("td.ready > a").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(CHOSEN)).to_have_count(3)
    expect(bar).to_be_visible()
    expect(page.locator("#selection-words")).to_contain_text("3 dubs")
    page.keyboard.press("Escape")
    expect(page.locator(CHOSEN)).to_have_count(0)
    expect(bar).to_be_hidden()


def test_row_column_and_page_are_chosen_by_a_click(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    open_matrix(page, studio, alice)
    page.get_by_label("Choose all languages of Stocks").click()
    expect(page.locator(CHOSEN)).to_have_count(3)
    page.get_by_label("Choose all languages of Stocks").click()
    page.get_by_title("German (de-DE)").click()
    expect(page.locator(CHOSEN)).to_have_count(3)
    page.get_by_label("Choose every cell of this page").click()
    expect(page.locator(CHOSEN)).to_have_count(10)
    page.get_by_title("Choose none").click()
    expect(page.locator(CHOSEN)).to_have_count(0)


def test_chosen_cells_go_to_a_bulk_action(page: Page, studio: LiveDesk, alice: User) -> None:
    open_matrix(page, studio, alice)
    page.get_by_title("German (de-DE)").click()
    page.get_by_role("button", name="Assign…").click()
    expect(page.get_by_role("dialog")).to_contain_text("3 dubs")


def test_full_stop_tells_more_and_enter_opens(
    page: Page, studio: LiveDesk, alice: User, problems: Problems
) -> None:
    problems.expect("media.example.org")  # the page that opens would play it
    open_matrix(page, studio, alice)
    cell = page.locator("td.ready > a").first
    cell.focus()
    page.keyboard.press(".")
    card = page.locator("#cell-card")
    expect(card).to_contain_text("Ready for review")
    expect(card.get_by_role("link", name="Open", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/**")


def test_approving_in_the_card_turns_the_cell(page: Page, studio: LiveDesk, alice: User) -> None:
    open_matrix(page, studio, alice)
    page.locator("td.ready > a").first.click()
    page.locator("#cell-card").get_by_role("button", name="Approve").click()
    expect(page.locator("td.approved")).to_have_count(1)
    expect(page.locator("#cell-card .badge").first).to_contain_text("Approved")
    expect(page.locator(".toasts")).to_contain_text("Approved.")


def test_cell_changes_by_itself_and_keeps_the_choice(
    page: Page, studio: LiveDesk, alice: User
) -> None:
    open_matrix(page, studio, alice)
    expect(page.locator('#live-sign[data-stream="up"]')).to_be_attached()
    page.get_by_title("German (de-DE)").click()
    with all_teams("test"):
        dubbing = Dubbing.objects.select_related("asset").filter(locale="de-DE").first()
    with team_scope(studio.team.pk):
        Dubbing.objects.filter(pk=dubbing.pk).update(stage=Stage.IN_REVIEW)
        touch_asset(dubbing.asset)
    expect(page.locator("td.in_review")).to_have_count(1)
    expect(page.locator(CHOSEN)).to_have_count(3)


def test_filters_are_chosen_and_taken_out(page: Page, studio: LiveDesk, alice: User) -> None:
    open_matrix(page, studio, alice)
    page.locator("summary.chip", has_text="Due").click()
    page.get_by_role("link", name="overdue").click()
    page.wait_for_url("**/?due=overdue")
    expect(page.locator("#matrix-result")).to_contain_text("3 videos")
    page.get_by_role("searchbox").fill("knife")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?due=overdue&q=knife")
    expect(page.locator("#matrix-result")).to_contain_text("1 video")
    page.get_by_label("Take out: Due overdue").click()
    page.wait_for_url("**/?q=knife")


def test_view_is_saved_and_begun_with(page: Page, studio: LiveDesk, alice: User) -> None:
    open_matrix(page, studio, alice, "?group=person")
    page.locator("summary", has_text="Views").click()
    page.get_by_role("link", name="Save this view…").click()
    page.get_by_label("Name").fill("To review")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", name="To review")).to_be_visible()
    page.locator("summary", has_text="Views").click()
    page.get_by_role("button", name="Begin with “To review”").click()
    expect(page.locator(".toasts")).to_contain_text("begins with")
    page.goto(studio.url)
    expect(page.get_by_role("heading", name="To review")).to_be_visible()
    with all_teams("test"):
        assert SavedView.objects.get().query == "group=person"


def test_question_mark_lists_the_keys(page: Page, studio: LiveDesk, alice: User) -> None:
    open_matrix(page, studio, alice)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Choose the cell, the row or the column")


def test_on_a_phone_a_tap_opens_the_sheet(phone_page: Page, studio: LiveDesk, alice: User) -> None:
    page = phone_page
    open_matrix(page, studio, alice)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("td.ready > a").first.tap()
    card = page.locator("#cell-card")
    expect(card.get_by_role("button", name="Approve")).to_be_visible()
    box = card.bounding_box()
    assert box and box["x"] == 0 and round(box["y"] + box["height"]) == 844
    screenshot(page, "matrix-phone")


def test_on_a_phone_the_cards_begin_early_and_one_button_holds_all_filters(
    phone_page: Page, studio: LiveDesk, alice: User
) -> None:
    page = phone_page
    open_matrix(page, studio, alice)
    card = page.locator("#matrix tbody tr").first.bounding_box()
    assert card and card["y"] < 844 / 3
    expect(page.locator(".filter-any").first).to_be_hidden()
    page.locator(".filter-add > summary").tap()
    menu = page.locator(".filter-add")
    # Each menu gets its own answer, also those that stand inside another.
    expect(menu.get_by_role("link", name="Waiting for me")).to_be_visible()
    menu.locator(".menu-more > summary", has_text="State").tap()
    menu.get_by_role("link", name="Ready for review").tap()
    expect(page.locator(".filter .chip-on")).to_have_text("State ready for review")
    expect(page.locator("#matrix tbody tr")).to_have_count(3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_pages_are_clean_to_axe(
    open_page: OpenPage, studio: LiveDesk, alice: User, theme: str, phone: bool
) -> None:
    page = open_page(phone=phone, color_scheme=theme)
    open_matrix(page, studio, alice)
    assert violations(page) == []
    page.locator("td.ready > a").first.click()
    expect(page.locator("#cell-card")).to_contain_text("Ready for review")
    assert violations(page) == []
    page.goto(f"{studio.url}/?group=person&due=soon")
    assert violations(page) == []
    page.goto(f"{studio.url}/list/?sort=since")
    assert violations(page) == []
    page.goto(f"{studio.url}/?q=nothing+like+it")
    assert violations(page) == []
