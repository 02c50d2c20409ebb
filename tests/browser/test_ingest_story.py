"""A day's intake as a new user would do it: files, a sheet, subtitles, faults, pilots, all sent."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings

from accounts.models import User
from accounts.scoping import all_teams
from config.local.browser import find_browser
from dubbing.models import Asset
from tests.browser.conftest import CHROMIUM_ARGUMENTS, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.test_batches import choose_language, library, no_work_left
from tests.browser.test_subtitles import DROP
from tests.browser.test_uploads import slow_down
from tests.browser.watching import Problems
from tests.dubbing.preflight.far_server import FarServer
from tests.edge.process import EdgeProcess
from tests.edge.process import run_edge as run_own_edge
from tests.media import TEXT, make_silent_video, make_srt, make_talking_video

__all__ = ["library", "no_work_left"]

KB = 1024
NAMES = ["harbour", "nets", "market", "gulls", "boats", "captains", "winter", "evening"]
LONG = ["interview", "lecture"]
CHECKED_MS, MADE_MS = 90_000, 300_000
CUES = (0.2, 1.5, "Guten Morgen."), (1.7, 2.8, "Die Boote.")
PAST_THE_END = (300.0, 304.0, "Hier ist der Film zu Ende.")


def make_files(folder: Path) -> list[Path]:
    """Twelve: one is silent, one the copy of another, two are long enough for a pilot."""
    videos = [
        make_talking_video(folder / f"{name}.mp4", seconds=3 + number / 2)
        for number, name in enumerate(NAMES)
    ]
    videos += [
        make_talking_video(folder / f"{name}.mp4", seconds=62 + number, text=TEXT * 6)
        for number, name in enumerate(LONG)
    ]
    copy = folder / "harbour copy.mp4"
    copy.write_bytes(videos[0].read_bytes())
    return [*videos, copy, make_silent_video(folder / "silent.mp4", seconds=4)]


def make_sheet_file(folder: Path, library: FarServer) -> Path:
    base = f"http://127.0.0.1:{library.port}"
    paths = [f"episode-{number:02}.mp4" for number in range(1, 30)] + ["gone.mp4"]
    lines = [f"{path};{base}/{path};en-US;de-DE" for path in paths]
    sheet = folder / "thirty.csv"
    sheet.write_text("\r\n".join(["Title;Address;Spoken;Target languages", *lines]))
    return sheet


def kill_browser(profile: Path) -> None:
    mark = f"--user-data-dir={profile}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue


def begin_and_be_killed(
    browser: Browser, desk: LiveDesk, user: User, profile: Path, files: list[Path]
) -> None:
    context = browser.browser_type.launch_persistent_context(
        str(profile), executable_path=find_browser(windowless=True), args=CHROMIUM_ARGUMENTS
    )
    page = context.pages[0]
    sign_in(page, desk, user)
    page.goto(f"{desk.url}/batches/new/")
    page.get_by_label("Language spoken").select_option("en-US")
    choose_language(page, "german")
    slow_down(page, bytes_per_second=150 * KB)
    page.get_by_label("Choose files").set_input_files(files)
    expect(page.locator("[data-total]")).not_to_have_text("0", timeout=CHECKED_MS)
    kill_browser(profile)


@contextmanager
def mortal_edge(desk: LiveDesk, settings: Settings, folder: Path) -> Iterator[EdgeProcess]:
    environment = {
        "SECRET_KEY": settings.SECRET_KEY,
        "UPLOAD_DIR": str(settings.UPLOAD_DIR),
        "PUBLIC_URL": desk.url,
    }
    with run_own_edge(folder, **environment) as edge:
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        sources = policy | {"connect-src": ["'self'", edge.address]}
        with override_settings(
            EDGE_URL=edge.address, CONTENT_SECURITY_POLICY={"DIRECTIVES": sources}
        ):
            yield edge


def go_on_and_lose_the_server(page: Page, edge: EdgeProcess, files: list[Path]) -> None:
    """What is here already is not sent again, and makes no second row."""
    expect(page.get_by_text("Choose the file again to go on").first).to_be_visible()
    slow_down(page, bytes_per_second=100 * KB)
    page.get_by_label("Choose files").set_input_files(files)
    expect(page.locator(".uploads-row[data-state=sending]").first).to_be_visible()
    edge.kill()
    expect(page.get_by_text("It goes on by itself").first).to_be_visible()
    edge.restart()
    every = page.locator("[data-uploads-all]")
    expect(every).to_contain_text("12 of 12 files ready", timeout=CHECKED_MS)
    expect(page.locator("[data-total]")).to_have_text("12")


def give_sheet(page: Page, sheet: Path) -> None:
    page.get_by_role("link", name="Give a sheet").click()
    page.get_by_label("Sheet", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Carry it out").click(timeout=CHECKED_MS)
    page.get_by_role("link", name="Go to the batch").click(timeout=CHECKED_MS)


def give_subtitles(page: Page) -> None:
    files = [[f"{name}.de.srt", make_srt(*CUES)] for name in ("harbour", "nets", "market")]
    files.append(["gulls (German).srt", make_srt(*CUES, PAST_THE_END)])
    page.locator("form[data-subtitle-drop]").first.evaluate(DROP, files)
    words = page.locator("#batch-subtitles .subtitles-sentence b")
    expect(words).to_have_text("All 4 found their place.", timeout=CHECKED_MS)


def row(page: Page, words: str) -> Locator:
    """By its title: another row's verdict may name it too."""
    return page.locator(".batch-row", has=page.locator(".batch-title", has_text=words))


def chip(page: Page, word: str, count: int) -> None:
    chips = page.locator("#batch-filter .chip", has_text=word)
    expect(chips.locator("b")).to_have_text(str(count), timeout=CHECKED_MS)


def see_faults(page: Page) -> None:
    chip(page, "Cannot be sent", 3)
    expect(row(page, "harbour copy")).to_contain_text("The same file, byte by byte,")
    expect(row(page, "gulls")).to_contain_text("runs beyond the end")
    expect(row(page, "silent")).to_contain_text("There is nothing to hear")
    expect(row(page, "gone.mp4")).to_contain_text("There is nothing at this address")
    screenshot(page, "story-faults")


def mend_faults(page: Page, library: FarServer) -> None:
    for name in ("harbour copy", "silent"):
        row(page, name).locator("[data-select]").check()
    page.locator(".batch-bar").get_by_role("button", name="Take out").click()
    expect(row(page, "silent")).to_have_count(0)
    row(page, "gone.mp4").get_by_role("link", name="Change").click()
    editor = page.locator(".batch-editor")
    link = f"http://127.0.0.1:{library.port}/episode-30.mp4"
    editor.get_by_label("Link to the video").fill(link)
    expect(editor.get_by_text("Saved.")).to_be_visible()
    editor.get_by_role("button", name="Close").click()
    batch = page.url
    row(page, "gulls").locator(".batch-title").click()
    page.get_by_role("button", name="Leave out 1 cue").click()
    expect(page.locator("#item-subtitles")).to_contain_text("Mended: cut to")
    page.goto(batch)
    chip(page, "Fit to send", 40)


def send_pilots(page: Page) -> None:
    batch = page.url
    for name in LONG:
        row(page, name).locator("[data-select]").check()
    page.get_by_role("button", name="Pilot of these…").click()
    page.get_by_role("button", name="Send the pilots").click()
    page.goto(batch)
    ready = page.locator(".batch-pilot .badge", has_text="Ready for review")
    expect(ready).to_have_count(2, timeout=MADE_MS)
    page.locator(".batch-pilot").first.get_by_role("link", name="Pilot").click()
    expect(page.locator("#pilot")).to_contain_text("The full run is not sent yet.")
    page.goto(batch)


def send_all(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Send 40 videos")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Send")).click()
    expect(page.get_by_text("40 videos are on the way.")).to_be_visible()
    ready = page.locator(".batch-verdict .badge", has_text="Ready for review")
    expect(ready).to_have_count(40, timeout=MADE_MS)
    screenshot(page, "story-made")


@pytest.mark.slow
def test_files_a_sheet_and_subtitles_become_dubs_whatever_is_killed(
    live_desk: LiveDesk,
    browser: Browser,
    page: Page,
    problems: Problems,
    alice: User,
    library: FarServer,
    settings: Settings,
    tmp_path: Path,
) -> None:
    problems.expect("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED")
    # This edge carries files and hears no news: pages ask by themselves meanwhile.
    problems.expect("/streams/")
    files = make_files(tmp_path)
    with mortal_edge(live_desk, settings, tmp_path) as edge:
        begin_and_be_killed(browser, live_desk, alice, tmp_path / "profile", files)
        sign_in(page, live_desk, alice)
        page.goto(f"{live_desk.url}/batches/")
        page.get_by_role("link", name="Continue").click()
        page.get_by_role("link", name="Add videos").click()
        go_on_and_lose_the_server(page, edge, files)
    give_sheet(page, make_sheet_file(tmp_path, library))
    chip(page, "All", 42)
    give_subtitles(page)
    see_faults(page)
    mend_faults(page, library)
    send_pilots(page)
    send_all(page)
    with all_teams("test"):
        assert Asset.objects.filter(is_pilot=False).count() == 40
        assert Asset.objects.filter(is_pilot=True).count() == 2
