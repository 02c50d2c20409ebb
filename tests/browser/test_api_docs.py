"""The API's own pages work under our policy: no inline script, no outside host."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, screenshot
from tests.browser.desk import LiveDesk


def test_description_opens_without_signing_in(live_desk: LiveDesk, page: Page) -> None:
    page.goto(f"{live_desk.url}/api/v1/docs/")
    expect(page.get_by_role("heading", name="Dubdesk API")).to_be_visible()
    page.get_by_text("/api/v1/assets/", exact=True).first.click()
    expect(page.get_by_text("updated_since").first).to_be_visible()
    screenshot(page, "api-docs")
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.get_by_text("An API key: dd_").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_description_wears_the_desks_dark_dress_and_leads_back(
    live_desk: LiveDesk, open_page: OpenPage, phone: bool
) -> None:
    page = open_page(phone=phone, color_scheme="dark")
    page.goto(f"{live_desk.url}/api/v1/docs/")
    expect(page.get_by_role("heading", name="Dubdesk API")).to_be_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(16, 17, 21)"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    screenshot(page, f"api-docs-dark-{'phone' if phone else 'wide'}")
    page.get_by_text("/api/v1/assets/", exact=True).first.click()
    expect(page.get_by_text("updated_since").first).to_be_visible()
    screenshot(page, f"api-docs-dark-open-{'phone' if phone else 'wide'}")
    page.get_by_role("link", name="Back to the desk").click()
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_docs_page_has_the_policy_of_every_page(db: None) -> None:
    policy = Client().get("/api/v1/docs/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
