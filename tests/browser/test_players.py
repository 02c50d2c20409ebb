"""A film that does not open says so, and so does one that is not kept."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import all_teams
from dubbing.models import Asset
from tests.browser.conftest import screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.watching import Problems
from tests.builders import make_asset
from tests.dubbing.remote.far_end import far_end, send


def not_a_film(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"<html>Please sign in</html>", Content_Type="text/html")


def middle_of(page: Page) -> dict[str, float]:
    box = page.locator(".film video").bounding_box()
    assert box is not None
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 3}


def test_a_link_that_is_no_film_is_said(
    live_desk: LiveDesk, page: Page, alice: User, problems: Problems
) -> None:
    problems.expect("ERR_BLOCKED_BY_ORB")
    with far_end(not_a_film) as url:
        asset = make_asset(live_desk.team, media_url=f"{url}/talk.mp4", title="Linked")
        sign_in(page, live_desk, alice)
        page.goto(f"{live_desk.url}/assets/{asset.pk}/")
        words = page.locator(".film-fault")
        expect(words).to_be_visible()
        expect(words).to_contain_text("This link does not open here")
        middle = "document.elementFromPoint({x}, {y})?.className".format(**middle_of(page))
        assert page.evaluate(middle) == "film-fault"
        screenshot(page, "player-fault")


@pytest.mark.parametrize("gone", ["removed", "elsewhere"])
def test_a_source_that_is_not_here_is_said(
    live_desk: LiveDesk, page: Page, alice: User, gone: str
) -> None:
    asset = make_asset(live_desk.team, media_url="", media_file="gone.mp4", media_name="talk.mp4")
    with all_teams("test"):
        if gone == "removed":
            Asset.objects.filter(pk=asset.pk).update(original_removed_at=timezone.now())
        else:
            Asset.objects.filter(pk=asset.pk).update(made_elsewhere=True, media_file="")
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/{asset.pk}/")
    words = "no longer kept" if gone == "removed" else "does not have its source"
    expect(page.locator(".film-none")).to_contain_text(words)
    screenshot(page, f"player-{gone}")
