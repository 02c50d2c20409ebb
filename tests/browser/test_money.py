"""Prices, a ceiling, what waits above it, and its release: as an owner does it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team, User
from accounts.scoping import team_scope
from dubbing.models import Batch, BatchItem, OutboxMessage
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows, create_batch
from dubbing.states import Verdict
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.desk import LiveDesk, let_work_end
from tests.browser.test_dubbing_story import choose_language, make_files, wait_for_stage
from tests.browser.test_queue import look_at
from tests.browser.watching import Problems
from tests.builders import make_connection
from tests.dubbing.money.test_ledger import order, set_rates


def test_above_the_ceiling_it_waits_until_an_owner_releases_it(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/money/")
    page.get_by_role("link", name="Enter prices").click()
    page.get_by_label("Currency").fill("eur")
    page.get_by_label("Price per minute").fill("100")
    page.get_by_label("Ceiling of a month").fill("1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1.00 EUR left of the ceiling")).to_be_visible()

    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_role("button", name="As a file", exact=True).click()
    page.get_by_label("Video file").set_input_files(make_files(tmp_path)[0])
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "deutsch")
    expect(page.get_by_text("waits until an owner releases it")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/assets/0*/")
    expect(page.get_by_text("Waits for an owner’s release")).to_be_visible()

    page.get_by_role("link", name="Look at the month").click()
    expect(page.get_by_role("heading", name="Waits for an owner’s release")).to_be_visible()
    page.get_by_role("link", name="Harvest talk").first.click()
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("Released: 1 command goes to the queue")).to_be_visible()
    wait_for_stage(page, "Ready for review")
    with team_scope(live_desk.team.pk):
        assert not OutboxMessage.objects.held().exists()


@pytest.fixture
def spending(
    live_server: LiveServer, kept_locales: None, team: Team, alice: User, problems: Problems
) -> Iterator[Batch]:
    """A month at four fifths of its ceiling, two commands above it, and a batch with its price."""
    problems.expect("media.example.org")
    make_connection(team, is_sandbox=False)
    actor = Actor(user=alice)
    with team_scope(team.pk):
        set_rates(team, per_minute=Decimal("1.8"))
        set_rates(team, monthly_ceiling=Decimal(10))
        for _ in range(2):
            order(team, "de-DE", "fr-FR")
        for _ in range(2):
            order(team, "de-DE", "fr-FR", "ja-JP", "ar-AE")
        order(team, end_time="")
        batch = create_batch(team=team, actor=actor, settings={}, title="Autumn programme")
        rows = [
            {
                "media_url": f"https://media.example.org/{name}.mp4",
                "locale": "en-US",
                "languages": ["de-DE", "ja-JP"],
            }
            for name in ("lighthouse", "harvest", "rain")
        ]
        items = add_rows(batch=batch, actor=actor, rows=rows)
        mine = BatchItem.objects.filter(batch=batch)
        mine.update(verdict=Verdict.GREEN, check_due_at=None, duration_seconds=Decimal(754))
        mine.filter(pk=items[2].pk).update(verdict=Verdict.AMBER, duration_seconds=None)
    yield batch
    let_work_end()


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_money_can_be_read_by_everybody(
    open_page: OpenPage,
    live_server: LiveServer,
    spending: Batch,
    team: Team,
    alice: User,
    look: str,
) -> None:
    page = open_page(
        phone=look == "phone", color_scheme="dark" if look == "dark" else "light", bypass_csp=True
    )
    sign_in(page, live_server, alice)
    page.goto(f"{live_server.url}/money/")
    look_at(page, f"money-{look}")
    page.goto(f"{live_server.url}/money/rates/")
    look_at(page, f"money-rates-{look}")
    with team_scope(team.pk):
        held = OutboxMessage.objects.held().first()
    page.goto(f"{live_server.url}/assets/{held.asset_id}/")
    look_at(page, f"money-held-{look}")
    page.goto(f"{live_server.url}/batches/{spending.pk}/")
    expect(page.locator("#batch-send")).to_have_text("Send 2 videos · 51 min · 100.52 EUR")
    look_at(page, f"money-batch-{look}")
    page.locator("#batch-send").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It goes above the month’s ceiling")
    dialog.get_by_text("Also 1 that").click()
    expect(dialog.get_by_role("button", name="Send 3 videos")).to_be_visible()
    look_at(page, f"money-send-{look}")
