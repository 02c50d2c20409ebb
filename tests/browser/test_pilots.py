"""Pilot first, as people do it: a minute of a row, looked at, then the full run."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import team_scope
from dubbing.media import probe_media
from dubbing.models import BatchItem, RateCard
from dubbing.services.actors import Actor
from dubbing.services.batches import create_batch
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.test_dubbing_pages import AXE, SERIOUS
from tests.builders import make_upload
from tests.dubbing.subtitles.rows import give_row
from tests.media import make_talking_video

WORK_MS = 60_000
LENGTH = 66


@pytest.fixture
def item(live_desk: LiveDesk, alice: User, tmp_path: Path) -> BatchItem:
    """A little more than a minute in two languages, found good, at two euros a minute."""
    actor, team = Actor(user=alice), live_desk.team
    video = make_talking_video(tmp_path / "talk.mp4", seconds=LENGTH)
    facts = probe_media(video).as_json()
    upload = make_upload(team, name="Harvest.mp4", facts=facts, measured_at=timezone.now())
    with team_scope(team.pk):
        upload.file.save("harvest.mp4", ContentFile(video.read_bytes()))
        RateCard.objects.create(team=team, currency="EUR", per_minute=Decimal(2))
        batch = create_batch(team=team, actor=actor, settings={}, title="Spring")
        row = give_row(batch, actor, title="Harvest", languages=["de-DE", "fr-FR"])
        BatchItem.objects.filter(pk=row.pk).update(
            upload=upload, media_url="", duration_seconds=Decimal(LENGTH), check_due_at=None
        )
        row.refresh_from_db()
    return row


def open_item(desk: LiveDesk, page: Page, user: User, item: BatchItem) -> None:
    sign_in(page, desk, user)
    page.goto(f"{desk.url}/batches/{item.batch_id}/items/{item.pk}/")


def test_from_a_pilot_to_the_finished_full_run(
    live_desk: LiveDesk, page: Page, alice: User, item: BatchItem
) -> None:
    open_item(live_desk, page, alice, item)
    expect(page.locator("#item-trim [data-words]")).to_contain_text("All of it")
    page.locator("#item-trim video").evaluate("film => { film.currentTime = 2.5; }")
    page.get_by_role("link", name="Pilot first…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="German")).to_be_checked()
    expect(dialog).to_contain_text("2.00\N{NO-BREAK SPACE}EUR for each language")
    dialog.get_by_role("button", name="Where the player stands: 0:02.500").click()
    expect(dialog.get_by_label("Starts at")).to_have_value("0:02.500")
    screenshot(page, "pilot-dialog")
    dialog.get_by_role("button", name="Send the pilot").click()

    pilot = page.locator(f"#item-pilot-{item.pk}")
    expect(pilot.locator(".badge")).to_have_text("Ready for review", timeout=WORK_MS)
    screenshot(page, "pilot-item")
    page.goto(f"{live_desk.url}/batches/{item.batch_id}/")
    expect(page.locator(".batch-pilot")).to_contain_text("Ready for review")
    screenshot(page, "pilot-table")
    page.locator(".batch-pilot").get_by_role("link", name="Pilot").click()
    expect(page.locator("#pilot")).to_contain_text("The full run is not sent yet.")
    screenshot(page, "pilot-asset")
    page.get_by_role("link", name="Promote to the full run…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1:06 × 2 languages = 2.2 min of dubbing.")
    screenshot(page, "pilot-promote")
    dialog.get_by_role("button", name="Send the full run").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Harvest")
    ready = page.locator(".languages .badge", has_text="Ready for review")
    expect(ready).to_have_count(2, timeout=WORK_MS)
    screenshot(page, "pilot-full-run")
    page.get_by_role("link", name="German", exact=True).click()
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Finished", timeout=WORK_MS)


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"phone": True}])
def test_pages_of_a_pilot_are_clean_to_axe(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, item: BatchItem, look: dict[str, object]
) -> None:
    page = open_page(**look)
    name = "-".join(map(str, look.values())) or "light"
    sign_in(page, live_desk, alice)
    batch = f"{live_desk.url}/batches/{item.batch_id}/"
    row = f"{batch}items/{item.pk}/"

    def look_at(what: str, address: str) -> None:
        page.goto(address)
        page.evaluate(AXE.read_text())
        screenshot(page, f"pilot-{what}-{name}")
        assert page.evaluate(SERIOUS) == [], what

    look_at("row", row)
    look_at("ask", f"{row}pilot/?at=2.5")
    page.goto(batch)
    page.locator("[data-select]").check()
    page.get_by_role("button", name="Pilot of these…").click()
    page.evaluate(AXE.read_text())
    screenshot(page, f"pilot-several-{name}")
    assert page.evaluate(SERIOUS) == []
    page.get_by_role("button", name="Send the pilot").click()
    expect(page.get_by_text("is on the way to Panjaya")).to_be_visible()
    screenshot(page, f"pilot-told-{name}")
    with team_scope(live_desk.team.pk):
        pilot = BatchItem.objects.get(pk=item.pk).pilot_id
    look_at("row-after", row)
    look_at("table", batch)
    look_at("list", f"{live_desk.url}/assets/")
    look_at("asset", f"{live_desk.url}/assets/{pilot}/")
    look_at("promote", f"{live_desk.url}/assets/{pilot}/promote/")
