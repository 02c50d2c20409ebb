"""A real browser against a real desk: web, worker, edge and sandbox, each a process or thread.

A test takes `page` (wide and light), `dark_page`, `phone_page` or the maker `open_page`, and
`live_desk`. Console errors, policy breaches and failed requests fail it; see `problems`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.apps import apps
from django.db.models.signals import post_migrate
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team, User
from config.local.browser import find_browser
from dubbing.models import Connection, Locale
from tests.browser.desk import LiveDesk, environment, free_port, let_work_end, run_edge, run_worker
from tests.browser.watching import Problems
from tests.sandbox_process import SandboxHandle

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 10_000
# A file is looked into before it may be sent, beside everything else that this machine does.
CHECK_MS = 40_000
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}

OpenPage = Callable[..., Page]


class HasUrl(Protocol):
    @property
    def url(self) -> str: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def sign_in(page: Page, desk: HasUrl, user: User) -> None:
    """By a session's cookie, which is quick; signing in by the form has a test of its own."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": desk.url}])


def screenshot(page: Page, name: str) -> None:
    """A picture for people, where SCREENSHOT_DIR says that somebody wants one."""
    if folder := os.environ.get("SCREENSHOT_DIR"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with this folder's tests: while it lives, an event loop runs in this thread."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs between our calls, never during one: a query waits for nobody.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # Else 5 s, half of what a click may take.
        expect.set_options(timeout=PATIENCE_MS)
        chromium = playwright.chromium.launch(
            executable_path=find_browser(windowless=True), args=CHROMIUM_ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def problems() -> Iterator[Problems]:
    """What went wrong in this test's pages; its end looks at it."""
    seen = Problems()
    yield seen
    assert seen.unexpected() == []


@pytest.fixture
def open_page(browser: Browser, problems: Problems) -> Iterator[OpenPage]:
    """Makes a page in a browser of its own: `open_page(phone=True, color_scheme="dark")`."""
    contexts = []

    def make(*, phone: bool = False, color_scheme: str = "light", **options: Any) -> Page:
        size = PHONE if phone else WIDE
        context = browser.new_context(
            viewport=size,
            color_scheme=color_scheme,
            reduced_motion="reduce",
            has_touch=phone,
            is_mobile=phone,
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        context.on("page", problems.watch)
        problems.watch(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def dark_page(open_page: OpenPage) -> Page:
    return open_page(color_scheme="dark")


@pytest.fixture
def phone_page(open_page: OpenPage) -> Page:
    return open_page(phone=True)


@pytest.fixture(scope="session")
def kept_locales(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A live server's test empties every table: what a migration filled is put back."""
    with django_db_blocker.unblock():
        rows = list(Locale.objects.all())

    def put_back(**_: object) -> None:
        if not Locale.objects.exists():
            Locale.objects.bulk_create(rows)

    sender = apps.get_app_config("dubbing")
    post_migrate.connect(put_back, sender=sender, weak=False)
    yield
    post_migrate.disconnect(put_back, sender=sender)


@pytest.fixture(scope="session")
def edge_and_worker(
    live_server: LiveServer, sandbox: SandboxHandle, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Both run until the last test; yields edge's address."""
    folder = tmp_path_factory.mktemp("desk")
    port = free_port()
    env = environment(
        public_url=live_server.url,
        edge_url=f"http://127.0.0.1:{port}",
        sandbox_url=sandbox.url,
    )
    with run_worker(env, folder), run_edge(env, folder, port=port) as edge_url:
        yield edge_url


@pytest.fixture
def live_desk(
    live_server: LiveServer,
    kept_locales: None,
    edge_and_worker: str,
    settings: Settings,
    sandbox: SandboxHandle,
    team: Team,
    engine: Connection,
) -> Iterator[LiveDesk]:
    """The team `studio` on a desk whose engine is a running sandbox that works at once."""
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    own, now = settings.EDGE_URL, edge_and_worker
    moved = {
        name: [now if source == own else source for source in sources]
        for name, sources in policy.items()
    }
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": moved}
    settings.PUBLIC_URL = live_server.url
    settings.EDGE_URL = now
    settings.SANDBOX_URL = sandbox.url
    yield LiveDesk(live_server.url, now, team, engine, sandbox)
    let_work_end()
