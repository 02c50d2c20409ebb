"""The README's pictures, taken from the running product: `make screenshots`.

Starts a desk of its own in an empty folder, dubs the sample video through the pages as a person
would, and writes the pictures to docs/images/.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from config.local.browser import find_browser

HOUSE = Path(__file__).resolve().parents[1]
IMAGES = HOUSE / "docs" / "images"
EMAIL, PASSWORD = "mara@studio.example", "the lighthouse keeper"  # noqa: S105
BROWSER_WORDS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
PATIENCE_MS = 120_000
WIDE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def desk_environment(folder: Path) -> dict[str, str]:
    ports = {name: free_port() for name in ("PORT", "EDGE_PORT", "SANDBOX_PORT")}
    people = {"DUBDESK_OWNER_EMAIL": EMAIL, "DUBDESK_OWNER_PASSWORD": PASSWORD}
    return os.environ | ports | people | {"DUBDESK_DATA_DIR": str(folder / "var")}


@contextmanager
def running_desk(environment: dict[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "config.local"]
    with subprocess.Popen(
        command, cwd=HOUSE, env=environment, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None  # noqa: S101
        try:
            if not any("ready" in line for line in desk.stdout):
                raise RuntimeError("The desk did not start.")
            yield f"http://127.0.0.1:{environment['PORT']}"
        finally:
            desk.send_signal(signal.SIGTERM)
            desk.wait(30)


class Photographer:
    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address

    def visit(self, *, dark: bool = False, phone: bool = False) -> Page:
        """A new visitor, signed in."""
        context = self._browser.new_context(
            viewport=PHONE if phone else WIDE, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(self._address)
        page.fill("input[name=login]", EMAIL)
        page.fill("input[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator(".rail").wait_for()
        return page

    def shoot(self, page: Page, path: str, name: str) -> None:
        page.goto(self._address + path)
        page.wait_for_load_state()
        page.screenshot(path=IMAGES / f"{name}.png")


def give_video(page: Page, address: str, sample: Path) -> str:
    """Sends the sample video with two SRTs and one language without; the path of its page."""
    page.goto(f"{address}/assets/new/")
    page.get_by_text("As a file", exact=True).first.click()
    page.set_input_files("input[name=file]", sample / "harbour.mp4")
    page.select_option("select[name=locale]", "en-US")
    for code in ("es-ES", "de-DE", "fr-FR"):
        page.check(f"input[name=languages][value={code}]")
    for code in ("es-ES", "de-DE"):
        page.set_input_files(f"input[name='languages.{code}.srt']", sample / f"harbour.{code}.srt")
    page.fill("input[name=title]", "A morning at the harbour")
    page.fill("input[name=project]", "Harbour")
    page.fill("input[name=tags]", "pilot, spring")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=IMAGES / "new-light.png")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/assets/*-*/")
    return page.url.removeprefix(address)


def make_film(page: Page, address: str, asset: str) -> str:
    """Generates the German dub and waits for our copy; the path of its page."""
    page.goto(address + asset)
    page.get_by_text("Ready for review").nth(2).wait_for()
    page.get_by_role("link", name="German", exact=True).click()
    page.get_by_role("button", name="Generate").click()
    page.get_by_text("Our copy:").wait_for()
    return page.url.removeprefix(address)


def make_demo_studio(environment: dict[str, str]) -> None:
    """The believable team of 600 videos; the owner joins it."""
    command = [sys.executable, "-m", "config.local.demo"]
    subprocess.run(command, cwd=HOUSE, env=environment, check=True)


def shoot_demo_studio(photographer: Photographer) -> None:
    page = photographer.visit()
    switch_team(page, "Demo studio")
    photographer.shoot(page, "/", "matrix-light")
    photographer.shoot(page, "/attention/", "attention-light")
    dark = photographer.visit(dark=True)
    switch_team(dark, "Demo studio")
    photographer.shoot(dark, "/", "matrix-dark")


def switch_team(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("button[name=team]", has_text=name).first.dispatch_event("click")
    page.wait_for_load_state()


def take_pictures() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dubdesk-pictures-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        sample = folder / "sample"
        subprocess.run([sys.executable, "-m", "sandbox.sample", sample], cwd=HOUSE, check=True)
        environment = desk_environment(folder)
        with running_desk(environment) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_WORDS)
            photographer = Photographer(browser, address)
            page = photographer.visit()
            asset = give_video(page, address, sample)
            version = make_film(page, address, asset)
            photographer.shoot(page, asset, "asset-light")
            dark = photographer.visit(dark=True)
            photographer.shoot(dark, "/assets/", "list-dark")
            photographer.shoot(dark, version, "version-dark")
            photographer.shoot(photographer.visit(phone=True), asset, "asset-phone")
            make_demo_studio(environment)
            shoot_demo_studio(photographer)
            browser.close()


if __name__ == "__main__":
    take_pictures()
