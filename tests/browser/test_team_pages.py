"""Frame, dialogs and team pages in a real browser, with the rules of WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership, User
from accounts.roles import Role
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.builders import PASSWORD

AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BARE = ("/account/login/", "/account/password/reset/", "/invitations/made-up/")
OWN = ("/members/", "/members/invite/", "/keys/", "/keys/new/", "/profile/", "/account/email/")


@pytest.fixture
def desk(live_server: LiveServer, kept_locales: None) -> LiveServer:
    return live_server


def faults(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found["violations"]
    ]


def is_wider_than_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def open_menu_of(page: Page, email: str) -> None:
    page.get_by_role("row").filter(has_text=email).locator("summary").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_every_page_can_be_used_by_everybody(
    desk: LiveServer,
    open_page: OpenPage,
    alice: User,
    bob: User,
    problems: Any,
    theme: str,
    phone: bool,
) -> None:
    problems.expect("/invitations/made-up/: 410")
    page = open_page(phone=phone, color_scheme=theme, bypass_csp=True)
    for path in BARE + OWN:
        if path == OWN[0]:
            sign_in(page, desk, alice)
        page.goto(desk.url + path)
        assert faults(page) == [], path
        assert not is_wider_than_screen(page), path
        screenshot(
            page, f"{path.strip('/').replace('/', '-')}-{theme}-{'phone' if phone else 'wide'}"
        )


def test_removing_asks_in_a_dialog(desk: LiveServer, page: Page, alice: User, bob: User) -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/members/")
    open_menu_of(page, bob.email)
    page.get_by_role("link", name="Remove…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove Bob Birch from Studio?")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert Membership.objects.filter(user=bob).exists()
    open_menu_of(page, bob.email)
    page.get_by_role("link", name="Remove…").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Bob Birch is no longer in Studio.")).to_be_visible()
    assert not Membership.objects.filter(user=bob).exists()


def test_a_menu_closes_on_escape_and_on_a_click_elsewhere(
    desk: LiveServer, page: Page, alice: User, bob: User
) -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/members/")
    item = page.get_by_role("button", name="Reviewer")
    open_menu_of(page, bob.email)
    expect(item).to_be_visible()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    open_menu_of(page, bob.email)
    page.get_by_role("heading", name="Members").click()
    expect(item).to_be_hidden()


def test_an_invited_person_joins_on_a_phone(
    desk: LiveServer, page: Page, phone_page: Page, alice: User
) -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/members/invite/")
    page.get_by_label("E-mail").fill("dora@example.org")
    page.get_by_label("Role").select_option("reviewer")
    page.get_by_role("button", name="Invite").click()
    link = page.locator("#invitation-link").inner_text()
    phone_page.goto(desk.url + link[link.index("/invitations/") :])
    phone_page.get_by_label("Your name").fill("Dora Dell")
    phone_page.get_by_label("Password").fill(PASSWORD)
    phone_page.get_by_role("button", name="Join").click()
    expect(phone_page.get_by_text("You are in Studio, as reviewer.")).to_be_visible()
    expect(phone_page.get_by_role("link", name="New dubbing")).to_have_count(0)
    assert Membership.objects.get(user__email="dora@example.org").role == Role.REVIEWER


def test_team_pages_work_without_scripts(
    desk: LiveServer, open_page: OpenPage, alice: User, bob: User
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{desk.url}/account/login/?next=/members/")
    page.get_by_label("E-mail").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    open_menu_of(page, bob.email)
    page.get_by_role("link", name="Remove…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove from the team")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Bob Birch is no longer in Studio.")).to_be_visible()


def test_a_chosen_theme_stays(desk: LiveServer, page: Page, alice: User) -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/profile/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    button = page.get_by_role("banner").get_by_role("button", name="Appearance")
    button.click()
    button.click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.goto(f"{desk.url}/members/")
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_keys_are_listed_and_can_be_switched_off(desk: LiveServer, page: Page, alice: User) -> None:
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/members/")
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    expect(page).to_have_url(f"{desk.url}/members/")
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    expect(page).to_have_url(f"{desk.url}/assets/new/")


def test_a_token_is_copied(desk: LiveServer, open_page: OpenPage, alice: User) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, desk, alice)
    page.goto(f"{desk.url}/keys/new/")
    page.get_by_label("Name").fill("ci")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    token = page.locator("#key-token").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == token
