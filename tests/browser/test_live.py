"""Pages that hear of changes by themselves: web, edge and browser together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_django import Settings

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.scoping import team_scope
from accounts.services.members import change_role, remove_member
from dubbing.models import Asset
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import touch_asset
from dubbing.services.details import Details, change_details
from dubbing.states import VersionStatus
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.desk import LiveDesk, environment, free_port, run_edge, wait_until
from tests.browser.watching import Problems
from tests.builders import make_asset, make_version
from tests.dubbing.pages.rows import settle

SIGN = "#live-sign"


@pytest.fixture
def asset(live_desk: LiveDesk, problems: Problems) -> Asset:
    """Something moves on it, so that its page would ask every three seconds."""
    problems.expect("media.example.org")
    asset = make_asset(live_desk.team, title="Harvest", duration_seconds=2)
    make_version(asset, "fr-FR", VersionStatus.GENERATING)
    settle(asset)
    return asset


def look(page: Page, desk: LiveDesk, user: User, path: str) -> Page:
    """Opens the page; from here on its stream is up."""
    sign_in(page, desk, user)
    page.goto(f"{desk.url}{path}")
    expect(page.locator(f"{SIGN}[data-stream=up]")).to_have_count(1)
    return page


def tag(asset: Asset, user: User, word: str) -> None:
    with team_scope(asset.team_id):
        details = replace(Details.of(asset), tags=word)
        change_details(asset=asset, details=details, actor=Actor(user=user))


def fetches_of(page: Page, part: str) -> list[float]:
    """When the page asked for this part, from now on."""
    times: list[float] = []

    def note(request: Request) -> None:
        if part in request.url:
            times.append(time.monotonic())

    page.on("request", note)
    return times


def test_two_open_browsers_see_the_same_change(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, bob: User, asset: Asset
) -> None:
    path = f"/assets/{asset.pk}/"
    pages = [
        look(open_page(), live_desk, alice, path),
        look(open_page(phone=True), live_desk, bob, path),
        look(open_page(), live_desk, bob, "/assets/"),
    ]
    tag(asset, alice, "second cut")
    deadline = time.monotonic() + 2.5
    for page in pages:
        left = max(1, (deadline - time.monotonic()) * 1000)
        expect(page.get_by_text("second cut").first).to_be_attached(timeout=left)


def test_a_page_says_which_videos_it_draws(
    live_desk: LiveDesk, page: Page, alice: User, problems: Problems
) -> None:
    problems.expect("media.example.org")
    made = [make_asset(live_desk.team) for _ in range(3)]
    for one in made:
        make_version(one, "fr-FR", VersionStatus.COMPLETED)
        settle(one)
    _, middle, newest = (str(one.pk) for one in made)
    streams: list[str] = []
    page.on("request", lambda one: "/streams/" in one.url and streams.append(one.url))
    none = "00000000-0000-0000-0000-000000000000"
    for path, oldest, to in (
        ("/?rows=1", newest, ""),
        (f"/?rows=1&before={newest}", middle, middle),
        ("/?rows=9", "", ""),
        (f"/assets/{middle}/", middle, middle),
        ("/queue/", none, none),
    ):
        look(page, live_desk, alice, path)
        told = parse_qs(urlsplit(streams[-1]).query, keep_blank_values=True)
        assert (told["from"], told["to"]) == ([oldest], [to]), path


def test_while_the_stream_is_up_nobody_polls(
    live_desk: LiveDesk, page: Page, alice: User, asset: Asset
) -> None:
    look(page, live_desk, alice, f"/assets/{asset.pk}/")
    page.wait_for_timeout(500)  # what happened a moment ago is asked for once
    asked = fetches_of(page, "/progress/")
    page.wait_for_timeout(4000)
    assert asked == []


def test_a_burst_moves_the_page_at_most_four_times_a_second(
    live_desk: LiveDesk, page: Page, alice: User, asset: Asset
) -> None:
    look(page, live_desk, alice, f"/assets/{asset.pk}/")
    asked = fetches_of(page, "/progress/")
    began = time.monotonic()
    while time.monotonic() < began + 2:
        with team_scope(asset.team_id):
            touch_asset(asset)
        page.wait_for_timeout(10)
    tag(asset, alice, "At last")
    expect(page.get_by_text("At last").first).to_be_attached()
    assert 2 <= len(asked) <= (time.monotonic() - began) * 4 + 2


@contextmanager
def own_edge(desk: LiveDesk, folder: Path, port: int) -> Iterator[str]:
    url = f"http://127.0.0.1:{port}"
    env = environment(public_url=desk.url, edge_url=url, sandbox_url=desk.sandbox.url)
    with run_edge(env, folder, port=port) as address:
        yield address


def test_a_break_is_shown_and_the_page_goes_on_asking(
    live_desk: LiveDesk,
    page: Page,
    alice: User,
    asset: Asset,
    settings: Settings,
    tmp_path: Path,
    problems: Problems,
) -> None:
    problems.expect("/streams/", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING")
    port = free_port()
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    mine = {"connect-src": ["'self'", f"http://127.0.0.1:{port}"]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | mine}
    settings.EDGE_URL = f"http://127.0.0.1:{port}"
    with own_edge(live_desk, tmp_path, port):
        look(page, live_desk, alice, f"/assets/{asset.pk}/")
        expect(page.locator(SIGN)).to_be_hidden()
    expect(page.locator(SIGN)).to_contain_text("interrupted")
    tag(asset, alice, "Heard by asking")
    expect(page.get_by_text("Heard by asking").first).to_be_attached(timeout=8000)
    with own_edge(live_desk, tmp_path, port):
        expect(page.locator(SIGN)).to_be_hidden(timeout=30_000)
        tag(asset, alice, "Heard by the stream")
        expect(page.get_by_text("Heard by the stream").first).to_be_attached(timeout=2500)
        page.goto("about:blank")


def test_a_removed_member_loses_stream_and_page(
    live_desk: LiveDesk, page: Page, alice: User, bob: User, asset: Asset, problems: Problems
) -> None:
    problems.expect("403")
    look(page, live_desk, bob, f"/assets/{asset.pk}/")
    remove_member(membership=Membership.objects.get(user=bob, team=live_desk.team))
    expect(page.locator(SIGN)).to_have_count(0, timeout=3000)
    expect(page.get_by_text("Harvest")).to_have_count(0)


def test_a_changed_role_opens_a_new_stream_at_once(
    live_desk: LiveDesk, page: Page, alice: User, bob: User, asset: Asset
) -> None:
    look(page, live_desk, bob, f"/assets/{asset.pk}/")
    asked = fetches_of(page, "/streams/")
    change_role(
        membership=Membership.objects.get(user=bob, team=live_desk.team), role=Role.PRODUCER
    )
    wait_until(lambda: page.wait_for_timeout(50) or asked, what="another stream")
    expect(page.locator(f"{SIGN}[data-stream=up]")).to_have_count(1)
    tag(asset, alice, "For the new role")
    expect(page.get_by_text("For the new role").first).to_be_attached(timeout=2500)
