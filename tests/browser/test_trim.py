"""The part to dub, chosen beside the film: by keys, by dragging, by typing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.scoping import team_scope
from dubbing.media import probe_media
from dubbing.models import BatchItem, Upload
from dubbing.services.actors import Actor
from dubbing.services.batches import create_batch
from dubbing.services.measuring import measure_upload
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.test_dubbing_pages import AXE, SERIOUS
from tests.builders import make_upload
from tests.dubbing.subtitles.rows import GERMAN, give_files, give_row
from tests.media import make_talking_video


@pytest.fixture
def item(live_desk: LiveDesk, alice: User, tmp_path: Path) -> BatchItem:
    """Twelve seconds of talk in two languages, one of them with its cues."""
    actor = Actor(user=alice)
    video = make_talking_video(tmp_path / "talk.mp4", seconds=12)
    facts = probe_media(video).as_json()
    # Nobody listens to it before its file is there.
    upload = make_upload(
        live_desk.team, name="Harvest.mp4", facts=facts, measured_at=timezone.now()
    )
    with team_scope(live_desk.team.pk):
        upload.file.save("harvest.mp4", ContentFile(video.read_bytes()))
        rows = Upload.objects.filter(pk=upload.pk)
        rows.update(measured_at=None)
        measure_upload(upload_id=upload.pk)
        # The desk's own worker may have been first.
        eventually(lambda: rows.exclude(measured_at=None).exists())
        batch = create_batch(team=live_desk.team, actor=actor, settings={}, title="Spring")
        row = give_row(batch, actor, title="Harvest", languages=["de-DE", "fr-FR"])
        BatchItem.objects.filter(pk=row.pk).update(
            upload=upload, media_url="", duration_seconds=Decimal(12)
        )
        give_files(batch, actor, Harvest__de=GERMAN)
    return row


def eventually(claim: Callable[[], bool]) -> None:
    deadline, pause = time.monotonic() + 20, threading.Event()
    while not claim():
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.05)


def open_item(desk: LiveDesk, page: Page, user: User, item: BatchItem) -> Locator:
    sign_in(page, desk, user)
    page.goto(f"{desk.url}/batches/{item.batch_id}/items/{item.pk}/")
    trim = page.locator("#item-trim")
    expect(trim.locator("[data-words]")).to_contain_text("All of it: 0:12")
    return trim


def seek(trim: Locator, seconds: float) -> None:
    trim.locator("video").evaluate(
        "(film, at) => new Promise((done) => { film.addEventListener('seeked', done, {once: true});"
        " film.currentTime = at; })",
        seconds,
    )


def saved(desk: LiveDesk, item: BatchItem) -> tuple[str, str]:
    with team_scope(desk.team.pk):
        row = BatchItem.objects.get(pk=item.pk)
    return row.start_time, row.end_time


def test_keys_set_the_part_where_the_film_stands(
    live_desk: LiveDesk, page: Page, alice: User, item: BatchItem
) -> None:
    trim = open_item(live_desk, page, alice, item)
    seek(trim, 2.5)
    page.keyboard.press("i")
    seek(trim, 9)
    page.keyboard.press("o")
    expect(trim.locator("[data-words]")).to_have_text(
        "0:02.500 to 0:09: 0:06.500 × 2 languages = 13 s."
    )
    eventually(lambda: saved(live_desk, item) == ("0:02.500", "0:09"))
    screenshot(page, "trim")


def test_edges_are_dragged_and_moved_by_arrows(
    live_desk: LiveDesk, page: Page, alice: User, item: BatchItem
) -> None:
    trim = open_item(live_desk, page, alice, item)
    box = trim.locator("[data-map]").bounding_box()
    edge = trim.locator('[data-edge="start"]')
    assert box is not None
    edge.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20, steps=5)
    page.mouse.up()
    at = float(edge.get_attribute("aria-valuenow") or 0)
    assert 2.8 < at < 3.2, at
    edge.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(round(at + 1, 3)).removesuffix(".0"))
    trim.get_by_role("button", name="All of it").click()
    expect(trim.locator("[data-words]")).to_contain_text("All of it")


def test_typed_times_move_the_edges(
    live_desk: LiveDesk, page: Page, alice: User, item: BatchItem
) -> None:
    trim = open_item(live_desk, page, alice, item)
    page.locator(f"#id_{item.pk}_end_time").fill("0:06")
    expect(trim.locator('[data-edge="end"]')).to_have_attribute("aria-valuetext", "0:06")


def test_sound_and_cues_are_drawn(
    live_desk: LiveDesk, page: Page, alice: User, item: BatchItem
) -> None:
    trim = open_item(live_desk, page, alice, item)
    page.wait_for_function(
        """() => {
          const wave = document.querySelector("[data-wave]");
          const pixels = wave.getContext("2d").getImageData(0, 0, wave.width, wave.height).data;
          return pixels.filter((value, index) => index % 4 === 3 && value).length > wave.width * 4;
        }"""
    )
    assert trim.locator("[data-cue-lane] i").count() > 0
    strip = trim.locator(".trim-strip")
    assert strip.evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") > 500


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"phone": True}])
def test_page_of_a_row_is_clean_to_axe(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, item: BatchItem, look: dict[str, object]
) -> None:
    page = open_page(**look)
    open_item(live_desk, page, alice, item)
    page.evaluate(AXE.read_text())
    found = page.evaluate(SERIOUS)
    screenshot(page, f"trim-{'-'.join(map(str, look.values())) or 'light'}")
    assert found == []
