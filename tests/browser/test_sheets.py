"""A sheet, from the file to the rows of a batch."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import team_scope
from dubbing.models import Asset, BatchItem
from tests.browser.conftest import sign_in
from tests.browser.desk import LiveDesk
from tests.builders import make_asset
from tests.dubbing.sheets.corpus import text

LINK = "https://media.example.org"
WORKED_MS = 60_000


def test_a_sheet_is_named_compared_and_carried_out(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    asset = make_asset(live_desk.team, title="Old name", reference="r-1")
    sheet = tmp_path / "talks.csv"
    sheet.write_bytes(
        text(
            "What;Number;Where;Spoken;German",
            "New name;r-1;;;",
            f"Fresh talk;r-2;{LINK}/2.mp4;en-US;x",
            f"Odd;r-3;{LINK}/3.mp4;en-US;maybe",
        )
    )
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/sheets/new/")
    page.get_by_label("Sheet", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_label("What", exact=True).select_option("title")
    expect(page.get_by_label("Where", exact=True)).to_have_value("media_url")
    page.get_by_role("button", name="Compare").click()
    # The page says it by itself once a worker has compared the lines.
    expect(page.get_by_text("Yes, also make 1 new video")).to_be_visible(timeout=WORKED_MS)
    expect(page.get_by_text("is neither yes nor no")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Update")).click()
    expect(page.locator(".sheet-lines tbody tr")).to_have_count(1)
    page.get_by_label("Yes, also make 1 new video").check()
    page.get_by_role("button", name="Carry it out").click()
    expect(page.get_by_text("2 lines carried out")).to_be_visible(timeout=WORKED_MS)
    page.get_by_role("link", name="Go to the batch").click()
    expect(page.get_by_text("Fresh talk").first).to_be_visible()
    with team_scope(live_desk.team.id):
        assert Asset.objects.get(pk=asset.pk).title == "New name"
        BatchItem.objects.update(check_due_at=None)
