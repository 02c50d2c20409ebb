"""What surrounds every page: a phone's bar, the way back from a button's address, first faults."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import all_teams
from dubbing.models import OutboxMessage
from dubbing.states import Kind, MessageState
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.test_team_pages import faults, is_wider_than_screen
from tests.builders import make_asset


def wait_in_queue(desk: LiveDesk, count: int) -> None:
    """Commands that nobody takes up: they are due in an hour."""
    with all_teams("test"):
        for _ in range(count):
            OutboxMessage.objects.create(
                team=desk.team,
                asset=make_asset(desk.team, remote_id=""),
                kind=Kind.CREATE,
                state=MessageState.WAITING,
                due_at=timezone.now() + timedelta(hours=1),
            )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phones_bar_has_five_places_and_tells_what_waits(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, theme: str
) -> None:
    wait_in_queue(live_desk, 3)
    page = open_page(phone=True, color_scheme=theme, bypass_csp=True)
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/members/")
    bar = page.get_by_role("navigation", name="Desk")
    places = bar.locator(":scope > .rail-link:visible, :scope > details:visible")
    assert places.count() == 5
    screenshot(page, f"phone-bar-{theme}")
    bar.get_by_text("More").click()
    expect(bar.get_by_role("link", name=re.compile("Queue")).locator(".rail-count")).to_have_text(
        "3"
    )
    for name in ("Team", "API keys", "Connection", "Alice Ash"):
        expect(bar.get_by_role("link", name=name)).to_be_visible()
    expect(bar.get_by_role("button", name="Sign out")).to_be_visible()
    screenshot(page, f"phone-more-{theme}")
    assert not is_wider_than_screen(page)
    assert faults(page) == []
    bar.get_by_role("link", name="API keys").click()
    expect(page).to_have_url(re.compile("/keys/$"))


def test_a_wide_rail_shows_all_and_no_menu(live_desk: LiveDesk, page: Page, alice: User) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/members/")
    bar = page.get_by_role("navigation", name="Desk")
    expect(bar.get_by_role("link", name="API keys")).to_be_visible()
    expect(bar.locator("details.rail-more")).to_be_hidden()


def test_the_address_of_a_button_leads_back(
    live_desk: LiveDesk, page: Page, alice: User, problems
) -> None:
    problems.expect("/queue/resume/: 405")
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/queue/resume/")
    expect(page.get_by_role("heading", name="This is no page")).to_be_visible()
    screenshot(page, "405")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page).to_have_url(re.compile("/queue/$"))


def test_the_first_fault_gets_the_focus(live_desk: LiveDesk, page: Page, alice: User) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/members/invite/")
    page.get_by_label("E-mail").fill("alice@example.org")
    page.locator("main form").get_by_role("button").last.click()
    expect(page.locator(".field-error")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_role("button", name=re.compile("^Send")).last.click()
    expect(page.locator(".field-error").first).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.field, fieldset') !== null")
