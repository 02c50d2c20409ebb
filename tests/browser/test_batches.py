"""Many videos at once, as people do it: pasted, reviewed, mended, sent, seen to be ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Batch, BatchItem
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows, create_batch
from dubbing.states import BatchState
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk, wait_until
from tests.browser.test_queue import AXE, SERIOUS
from tests.browser.watching import Problems
from tests.dubbing.preflight.far_server import FarServer, Request, far_server
from tests.media import make_talking_video

VIDEOS, SENT = 30, 5
CHECKED_MS, MADE_MS = 60_000, 120_000


@pytest.fixture
def library(tmp_path: Path) -> Iterator[FarServer]:
    """/episode-….mp4 is a short talk; whatever else is asked for is not there."""
    video = make_talking_video(tmp_path / "talk.mp4", seconds=4, size=(160, 90)).read_bytes()

    def handle(request: Request) -> None:
        if not request.path.startswith("/episode-"):
            request.answer(b"", 404)
        elif "Range" in request.headers:
            request.answer_part(video)
        else:
            request.answer(video, Content_Type="video/mp4")

    with far_server(handle) as running:
        yield running


@pytest.fixture(autouse=True)
def no_work_left() -> Iterator[None]:
    """Drafts that stay would be looked into for ever by the next test's worker."""
    yield
    with all_teams("test"):
        BatchItem.objects.update(check_due_at=None)
        sending = Batch.objects.filter(state=BatchState.SENDING)
        wait_until(lambda: not sending.exists(), what="batches to be taken over")


def chip(page: Page, word: str, count: int) -> None:
    """The filter's chip says it by itself: nobody reloads."""
    expect(page.locator("#batch-filter .chip", has_text=word).locator("b")).to_have_text(
        str(count), timeout=CHECKED_MS
    )


def choose_language(page: Page, word: str) -> None:
    search = page.get_by_role("searchbox", name="Search languages by name or code")
    search.fill(word)
    search.press("Enter")


def test_pasted_addresses_are_reviewed_mended_sent_and_ready(
    live_desk: LiveDesk, page: Page, alice: User, library: FarServer
) -> None:
    base = f"http://127.0.0.1:{library.port}"
    lines = [f"{base}/episode-{n:02}.mp4\tEpisode {n}" for n in range(1, VIDEOS)]
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_role("link", name="Many videos").click()
    page.get_by_label("Addresses").fill("\n".join([*lines, f"{base}/lost.mp4", lines[0]]))
    page.get_by_label("Language spoken").select_option("en-US")
    choose_language(page, "german")
    page.get_by_label("Project").fill("Autumn")
    expect(page.locator("[data-autosave-status]")).to_have_text("Kept on the desk.")
    page.get_by_role("button", name="Review the videos").click()

    expect(page.get_by_text("1 address is here already")).to_be_visible()
    chip(page, "Fit to send", VIDEOS - 1)
    chip(page, "Cannot be sent", 1)
    screenshot(page, "batch-review")
    page.get_by_role("checkbox", name="Select all rows of this page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("30 videos chosen")
    page.locator(".batch-bar summary", has_text="Languages").click()
    choose_language(page, "fr-FR")
    page.get_by_role("button", name="Add these").click()
    expect(page.get_by_text("30 videos changed.")).to_be_visible()

    lost = page.locator(".batch-row", has_text="lost.mp4")
    lost.get_by_role("link", name="Change").click()
    editor = page.locator(".batch-editor")
    editor.get_by_label("Link to the video").fill(f"{base}/episode-30.mp4")
    expect(editor.get_by_text("Saved.")).to_be_visible()
    chip(page, "Fit to send", VIDEOS)
    expect(editor.get_by_label("Link to the video")).to_have_value(f"{base}/episode-30.mp4")
    editor.get_by_role("button", name="Close").click()
    expect(editor).to_have_count(0)
    send_some(page)
    with all_teams("test"):
        assert Asset.objects.count() == SENT
        assert {asset.dubbings.count() for asset in Asset.objects.all()} == {2}


def send_some(page: Page) -> None:
    """Asks for all thirty, then sends a few: the engine really works on each."""
    page.locator("#batch-send").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Send 30 videos?")
    expect(dialog).to_contain_text("60 dubs, 4 min of dubbing in all")
    dialog.get_by_role("link", name="Not yet").click()
    page.get_by_role("button", name="Choose none").click()
    for row in range(SENT):
        page.locator(".batch-row [data-select]").nth(row).check()
    page.get_by_role("button", name="Send these…").click()
    expect(page.get_by_role("main")).to_contain_text("Send 5 videos?")
    page.get_by_role("button", name="Send 5 videos").click()
    expect(page.get_by_text("5 videos are on the way.")).to_be_visible()
    ready = page.locator(".batch-row .badge", has_text="Ready for review")
    expect(ready).to_have_count(SENT, timeout=MADE_MS)
    chip(page, "Sent", SENT)
    screenshot(page, "batch-sent")


def test_what_is_typed_survives_a_closed_window(
    live_desk: LiveDesk, open_page: OpenPage, alice: User
) -> None:
    first = open_page()
    sign_in(first, live_desk, alice)
    first.goto(f"{live_desk.url}/batches/new/")
    first.get_by_label("Addresses").fill("https://media.example.org/half-typ")
    first.get_by_label("Tags").fill("autumn")
    expect(first.locator("[data-autosave-status]")).to_have_text("Kept on the desk.")
    first.context.close()
    other = open_page(phone=True)
    sign_in(other, live_desk, alice)
    other.goto(f"{live_desk.url}/batches/")
    other.get_by_role("link", name="Continue").click()
    expect(other.get_by_label("Addresses")).to_have_value("https://media.example.org/half-typ")
    expect(other.get_by_label("Tags")).to_have_value("autumn")


@pytest.fixture
def draft(live_desk: LiveDesk, alice: User) -> Batch:
    """Eight rows with a fault each: nothing to look into."""
    with team_scope(live_desk.team.pk):
        actor = Actor(user=alice)
        batch = create_batch(team=live_desk.team, actor=actor, settings={}, title="Draft")
        rows = [{"media_url": f"https://m.example.org/{n}.mp4"} for n in range(8)]
        add_rows(batch=batch, actor=actor, rows=rows)
        batch.rows.update(check_due_at=None)
    return batch


def test_enter_keeps_a_template_and_does_not_send_the_form(
    live_desk: LiveDesk, page: Page, alice: User
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/new/")
    page.get_by_label("Tags").fill("weekly")
    page.get_by_text("Keep as a template").click()
    name = page.get_by_label("Name of the template")
    name.fill("Harbour weekly")
    name.press("Enter")
    expect(page.get_by_text("“Harbour weekly” is kept.")).to_be_visible()
    assert page.url.endswith("/batches/new/")


def test_rows_are_chosen_by_keyboard_and_open_in_their_place(
    live_desk: LiveDesk, page: Page, alice: User, draft: Batch
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/{draft.pk}/")
    page.locator(".batch-row").first.focus()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(page.locator("[data-selected-count]")).to_have_text("4 videos chosen")
    page.keyboard.press("e")
    title = page.locator(".batch-editor").get_by_label("Title")
    title.fill("By hand")
    expect(page.locator(".batch-row").nth(3)).to_contain_text("By hand")
    expect(title).to_have_value("By hand")
    page.get_by_role("button", name="Take out").click()
    expect(page.get_by_text("4 videos taken out.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("4 videos are back.")).to_be_visible()
    expect(page.locator(".batch-row")).to_have_count(8)


def test_pages_of_batches_are_sound_in_every_look(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, draft: Batch, problems: Problems
) -> None:
    problems.expect("m.example.org")
    looks = {
        "wide": open_page(bypass_csp=True),
        "dark": open_page(color_scheme="dark", bypass_csp=True),
        "phone": open_page(phone=True, bypass_csp=True),
    }
    with team_scope(live_desk.team.pk):
        item = draft.rows.order_by("position").first()
    paths = {
        "batches": "/batches/",
        "batch-new": "/batches/new/",
        "batch": f"/batches/{draft.pk}/",
        "batch-row": f"/batches/{draft.pk}/items/{item.pk}/",
        "presets": "/presets/",
    }
    for look, page in looks.items():
        sign_in(page, live_desk, alice)
        for name, path in paths.items():
            page.goto(live_desk.url + path)
            screenshot(page, f"{name}-{look}")
            page.add_script_tag(path=AXE)
            assert page.evaluate(SERIOUS) == [], f"{name}, {look}"
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name}, {look}"
