"""Many films taken home at once: named, made, fetched, with the worker and edge that do it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.builders import make_asset, make_version
from tests.dubbing.downloads.films import SRT, make_finished

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
FAULTS = "async () => (await axe.run()).violations.map(({ id, nodes }) => id + nodes[0].html)"


def make_films(desk: LiveDesk) -> None:
    kitchen = {"project": "Herbst", "content": b"kitchen" * 100_000, "srt": SRT}
    make_finished(desk.team, "Küche: Brot", **kitchen)
    # Copied before its CRC-32 was kept: a worker reads it.
    make_finished(desk.team, "CON", "fr-FR", content=b"con" * 50_000, is_summed=False)
    make_version(make_asset(desk.team, title="Open yet"))


def check_with_axe(page: Page) -> None:
    page.evaluate(AXE.read_text())
    assert page.evaluate(FAULTS) == []


def test_films_are_named_made_and_fetched(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    make_films(live_desk)
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/archives/")
    page.get_by_role("link", name="Take all finished films").click()
    preview = page.locator("#archive-preview")
    expect(preview).to_contain_text("1 of the 3 dubs has no film yet and is left out")
    pattern = page.get_by_label("How the files are named")
    pattern.fill("{vidio}")
    expect(preview).to_contain_text("There is no {vidio}")
    pattern.fill("{locale}/{video}")
    expect(preview).to_contain_text("de-DE/Küche_ Brot.mp4")
    expect(preview).to_contain_text("name that Windows keeps for itself")
    page.get_by_label("Subtitles too").check()
    expect(preview).to_contain_text("de-DE/Küche_ Brot.srt")
    page.get_by_role("button", name="Make the download").click()
    expect(page.get_by_role("heading", name="Fetch it")).to_be_visible()
    with page.expect_download() as begun:
        page.locator(".archive-parts").get_by_role("link", name="Download", exact=True).click()
    got = tmp_path / "films.zip"
    begun.value.save_as(got)
    assert begun.value.suggested_filename.startswith("Studio 20")
    with zipfile.ZipFile(got) as found:
        assert found.testzip() is None
        assert found.namelist()[3:] == [
            "de-DE/Küche_ Brot.mp4",
            "de-DE/Küche_ Brot.srt",
            "fr-FR/_CON.mp4",
        ]


def test_pages_are_clean_to_axe_and_fit_a_phone(
    live_desk: LiveDesk, open_page: OpenPage, alice: User
) -> None:
    make_films(live_desk)
    for view in ({}, {"color_scheme": "dark"}, {"phone": True}):
        page = open_page(**view)
        sign_in(page, live_desk, alice)
        page.goto(f"{live_desk.url}/archives/new/")
        check_with_axe(page)
        screenshot(page, f"download-new-{'-'.join(map(str, view.values()))}")
        page.get_by_role("button", name="Make the download").click()
        expect(page.get_by_role("heading", name="Fetch it")).to_be_visible()
        check_with_axe(page)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0
        page.goto(f"{live_desk.url}/archives/")
        check_with_axe(page)
