"""How the pages behave by themselves: for everyone's eyes and hands, and while nobody looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, Request, expect

from accounts.models import User
from accounts.scoping import team_scope
from dubbing import live
from dubbing.models import Asset, Version
from dubbing.states import Kind, MessageState, Stage, VersionStatus
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.desk import LiveDesk
from tests.builders import make_asset, make_version
from tests.dubbing.pages.rows import make_change, make_film, make_message, settle
from tests.media import make_talking_video

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
SERIOUS = """async () => (await axe.run()).violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`)"""
TEN_SECONDS = 10_000


@dataclass(frozen=True)
class Rows:
    asset: Asset
    done: Version
    moving: Version


@pytest.fixture
def rows(live_desk: LiveDesk, tmp_path: Path) -> Rows:
    """One video with languages in several states; the engine is not asked for anything."""
    video = make_talking_video(tmp_path / "talk.mp4", seconds=2)
    asset = make_asset(
        live_desk.team,
        title="Harvest",
        media_url="",
        media_file="talk.mp4",
        tags=["spring"],
        duration_seconds=2,
    )
    done = make_version(asset, "de-DE", VersionStatus.COMPLETED)
    make_film(done, content=video.read_bytes())
    source = Path(settings.MEDIA_ROOT) / "talk.mp4"
    source.write_bytes(video.read_bytes())
    ready = make_version(asset, "ar-AE", VersionStatus.READY_TO_EDIT)
    make_version(asset, "ja-JP", VersionStatus.FAILED, error_message="The voice gave up.")
    moving = make_version(asset, "fr-FR", VersionStatus.GENERATING)
    make_message(asset, Kind.GENERATE, MessageState.REFUSED, version=ready, error_message="Limit")
    make_change(asset, "Video given")
    settle(asset)
    return Rows(asset, done, moving)


def paths_of(rows: Rows) -> list[str]:
    asset, version = f"/assets/{rows.asset.pk}/", f"/versions/{rows.done.pk}/"
    return [
        "/assets/",
        "/assets/?q=nothing",
        "/assets/new/",
        asset,
        f"{asset}edit/",
        f"{asset}history/",
        f"{asset}languages/",
        version,
        f"{version}revise/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_for_everyone(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, rows: Rows, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    sign_in(page, live_desk, alice)
    for path in paths_of(rows):
        page.goto(f"{live_desk.url}{path}")
        page.evaluate(AXE.read_text())
        assert page.evaluate(SERIOUS) == [], path


def test_no_page_scrolls_sideways_on_a_phone(
    live_desk: LiveDesk, phone_page: Page, alice: User, rows: Rows
) -> None:
    sign_in(phone_page, live_desk, alice)
    for path in paths_of(rows):
        phone_page.goto(f"{live_desk.url}{path}")
        wide = phone_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path


def watch_parts(page: Page) -> list[Request]:
    """The page's own requests for its live parts, with its clock in our hands."""
    asked: list[Request] = []
    page.clock.install()

    def note(request: Request) -> None:
        # Where its stream is asked for is no part.
        if request.resource_type == "fetch" and not request.url.endswith("/live/"):
            asked.append(request)

    page.on("request", note)
    return asked


def test_moving_page_asks_and_gets_304_while_nothing_changes(
    live_desk: LiveDesk, page: Page, alice: User, rows: Rows
) -> None:
    sign_in(page, live_desk, alice)
    asked = watch_parts(page)
    page.goto(f"{live_desk.url}/assets/{rows.asset.pk}/")
    expect(page.locator("#live-sign[data-stream=up]")).to_have_count(1)
    with page.expect_response("**/progress/") as answered:
        page.clock.run_for(35_000)
    assert answered.value.status == 304
    assert len(asked) == 1


def test_settled_page_never_asks(live_desk: LiveDesk, page: Page, alice: User, rows: Rows) -> None:
    with team_scope(live_desk.team.id):
        rows.moving.delete()
        rows.moving.dubbing.delete()
    sign_in(page, live_desk, alice)
    asked = watch_parts(page)
    for path in (f"/assets/{rows.asset.pk}/", f"/versions/{rows.done.pk}/", "/assets/"):
        page.goto(f"{live_desk.url}{path}")
        page.locator("#live-sign[data-stream=up]").wait_for(state="attached")
        # An edge that has just begun to listen has every page ask once.
        page.clock.run_for(TEN_SECONDS)
        page.evaluate("fetch('/health/live').then((answer) => answer.text())")
        asked.clear()
        page.clock.run_for(TEN_SECONDS)
        assert asked == []


def test_hidden_tab_does_not_ask_and_catches_up_when_somebody_comes_back(
    live_desk: LiveDesk, page: Page, alice: User, rows: Rows
) -> None:
    sign_in(page, live_desk, alice)
    asked = watch_parts(page)
    page.goto(f"{live_desk.url}/assets/{rows.asset.pk}/")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.run_for(TEN_SECONDS)
    assert asked == []
    page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    with page.expect_response("**/progress/?back=1"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_list_renews_its_cells_and_its_words(
    live_desk: LiveDesk, page: Page, alice: User, rows: Rows
) -> None:
    sign_in(page, live_desk, alice)
    page.clock.install()
    page.goto(f"{live_desk.url}/assets/")
    expect(page.locator("#asset-result")).to_have_text("1 video · 1 ready for review · 1 failed")
    with team_scope(live_desk.team.id):
        dubbing = rows.moving.dubbing
        dubbing.stage = Stage.FAILED
        dubbing.save(update_fields=["stage"])
        Asset.objects.filter(pk=rows.asset.pk).update(revision=9)
        live.after_commit(live_desk.team.pk, rows.asset.pk)
    page.clock.run_for(3_500)
    expect(page.locator(f"#cell-{dubbing.pk}")).to_have_attribute("data-group", "broken")
    expect(page.locator("#asset-result")).to_have_text("1 video · 1 ready for review · 2 failed")
    expect(page.locator("#asset-rows")).not_to_have_attribute("hx-get", "")


def test_film_goes_on_while_the_page_renews_itself(
    live_desk: LiveDesk, page: Page, alice: User, rows: Rows
) -> None:
    sign_in(page, live_desk, alice)
    page.clock.install()
    page.goto(f"{live_desk.url}/assets/{rows.asset.pk}/")
    page.evaluate("document.querySelector('video').mark = 'the same'")
    with team_scope(live_desk.team.id):
        Asset.objects.filter(pk=rows.asset.pk).update(revision=9)
        live.after_commit(live_desk.team.pk, rows.asset.pk)
    page.clock.run_for(3_500)
    expect(page.locator("[data-revision='9']")).to_be_visible()
    assert page.evaluate("document.querySelector('video').mark") == "the same"


def test_session_that_ended_meanwhile_leads_to_the_login(
    live_desk: LiveDesk, page: Page, alice: User, rows: Rows
) -> None:
    sign_in(page, live_desk, alice)
    page.clock.install()
    page.goto(f"{live_desk.url}/assets/{rows.asset.pk}/")
    page.context.clear_cookies(name="sessionid")
    page.clock.run_for(35_000)  # asked this seldom while the stream is up
    page.wait_for_url("**/account/login/**")
