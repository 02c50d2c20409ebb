"""What the desk finds out about a video before it is sent, while somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import all_teams, team_scope
from dubbing.models import BatchItem
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows, create_batch
from tests.browser.conftest import screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.dubbing.preflight.far_server import FarServer, Request, far_server
from tests.media import make_talking_video

LOOKED_MS = 40_000


@pytest.fixture
def library(tmp_path: Path) -> Iterator[FarServer]:
    video = make_talking_video(tmp_path / "talk.mp4", seconds=4, size=(160, 90)).read_bytes()

    def handle(request: Request) -> None:
        if request.path == "/talk.mp4" and "Range" in request.headers:
            request.answer_part(video)
        elif request.path == "/talk.mp4":  # the page's own player
            request.answer(video, Content_Type="video/mp4")
        else:
            request.answer(b"<!doctype html><title>Sign in</title>")

    with far_server(handle) as running:
        yield running


@pytest.fixture(autouse=True)
def no_work_left() -> Iterator[None]:
    yield
    with all_teams("test"):
        BatchItem.objects.update(check_due_at=None)


def test_typed_link_is_looked_at_while_one_goes_on(
    live_desk: LiveDesk, page: Page, alice: User, library: FarServer
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    link, words = page.get_by_label("Link to the video"), page.locator("#link-check")
    link.fill(f"http://127.0.0.1:{library.port}/login")
    expect(words).to_contain_text("leads to a web page", timeout=LOOKED_MS)
    link.fill(f"http://127.0.0.1:{library.port}/talk.mp4")
    expect(words).to_contain_text("The link leads to a video: 0:04", timeout=LOOKED_MS)
    expect(words).not_to_contain_text("web page")
    link.fill("http://10.0.0.1/")
    expect(words).to_contain_text("only your own network can reach", timeout=LOOKED_MS)
    screenshot(page, "preflight-link")


def test_row_turns_from_red_to_green_when_its_link_is_mended(
    live_desk: LiveDesk, dark_page: Page, alice: User, library: FarServer
) -> None:
    page = dark_page
    team = alice.memberships.get().team
    with team_scope(team.pk):
        settings = {"locale": "en-US", "languages": ["de-DE"], "speakers_count": 1}
        batch = create_batch(team=team, actor=Actor(user=alice), settings=settings)
        link = f"http://127.0.0.1:{library.port}"
        rows = [{"media_url": f"{link}/login", "title": "Harbour"}]
        item = add_rows(batch=batch, actor=Actor(user=alice), rows=rows)[0]
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/{batch.pk}/items/{item.pk}/")
    checks = page.locator(".checks")
    expect(checks).to_contain_text("Cannot be sent", timeout=LOOKED_MS)
    expect(checks).to_contain_text("leads to a web page")
    page.get_by_label("Link to the video").fill(f"{link}/talk.mp4")
    page.get_by_role("textbox", name="Title").focus()
    expect(checks).to_contain_text("Fit to send", timeout=LOOKED_MS)
    expect(checks).to_contain_text("0:04")
    screenshot(page, "preflight-row")
    checks.get_by_role("button", name="Check again").click()
    expect(checks).to_contain_text("Being checked")
    expect(checks).to_contain_text("Fit to send", timeout=LOOKED_MS)
