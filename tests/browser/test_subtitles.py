"""Subtitle files dropped onto a batch, placed, mended and watched beside the film."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import team_scope
from dubbing.models import Batch, BatchItem, SubtitleFile
from dubbing.services.actors import Actor
from dubbing.services.batches import create_batch
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.test_dubbing_pages import AXE, SERIOUS
from tests.builders import make_upload
from tests.dubbing.subtitles.corpus import VTT, srt, talk
from tests.dubbing.subtitles.rows import GERMAN, OVERLAPPING, SPANISH, give_files, give_row
from tests.media import make_talking_video

ARABIC = srt(*talk("مرحبا بكم جميعا وشكرا"))
DROP = """async (form, files) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true}));
}"""


@pytest.fixture
def batch(live_desk: LiveDesk, alice: User, tmp_path: Path) -> Batch:
    """Two videos; the first is a file that can be watched."""
    actor = Actor(user=alice)
    video = make_talking_video(tmp_path / "talk.mp4", seconds=8)
    upload = make_upload(live_desk.team, name="Harvest.mp4")
    with team_scope(live_desk.team.pk):
        upload.file.save("harvest.mp4", ContentFile(video.read_bytes()))
        batch = create_batch(team=live_desk.team, actor=actor, settings={}, title="Spring")
        languages = ["es-ES", "de-DE", "ar-AE"]
        item = give_row(batch, actor, title="Harvest", languages=languages)
        BatchItem.objects.filter(pk=item.pk).update(upload=upload, media_url="")
        give_row(batch, actor, title="Winter", languages=languages)
    return batch


def test_dropped_files_find_their_places_and_are_mended(
    live_desk: LiveDesk, page: Page, alice: User, batch: Batch
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/{batch.pk}/")
    panel = page.locator("#batch-subtitles")
    files = [
        ["Harvest.es.srt", OVERLAPPING],
        ["Harvest (German).srt", GERMAN],
        ["winter_ar.srt", ARABIC],
        ["interview.fr.srt", SPANISH],
    ]
    panel.locator("form[data-subtitle-drop]").evaluate(DROP, files)
    expect(panel.locator(".subtitles-sentence b")).to_have_text("3 of 4 found their place.")
    screenshot(page, "subtitles-dropped")
    ask = panel.locator(".subtitles-ask")
    ask.locator("select[name=item]").select_option(label="Winter")
    ask.locator("select[name=locale]").select_option("de-DE")
    ask.get_by_role("button", name="Place it").click()
    expect(panel.locator(".subtitles-sentence b")).to_have_text("All 4 found their place.")
    panel.get_by_role("link", name="Harvest · Spanish (Spain)").click()
    part = page.locator("#item-subtitles")
    expect(part.locator(".subtitles-finding")).to_have_count(2)
    screenshot(page, "subtitles-found")
    page.evaluate(AXE.read_text())
    assert page.evaluate(SERIOUS) == []
    part.get_by_role("button", name="End the earlier cue where the next begins").click()
    expect(part.locator(".subtitles-finding")).to_have_count(0)
    with team_scope(live_desk.team.pk):
        subtitle = SubtitleFile.objects.get(name="Harvest.es.srt")
        assert subtitle.mends == ["trim_overlaps"]
    part.get_by_role("button", name="Undo the last mend").click()
    expect(part.locator(".subtitles-finding")).to_have_count(2)


def test_cues_follow_the_film_and_lead_it(
    live_desk: LiveDesk, dark_page: Page, alice: User, batch: Batch
) -> None:
    with team_scope(live_desk.team.pk):
        give_files(batch, Actor(user=alice), harvest__es=SPANISH)
        item = batch.items.get(title="Harvest")
    page = dark_page
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/{batch.pk}/items/{item.pk}/?srt=es-ES")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="0:05", exact=True).click()
    expect(page.locator("#cue-2")).to_have_attribute("aria-current", "true")
    assert page.evaluate("document.querySelector('video[data-cue-player]').currentTime") >= 5
    screenshot(page, "subtitles-cues")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#cue-3 button")).to_be_focused()


def test_places_without_the_script_are_forms(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, batch: Batch
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/{batch.pk}/")
    given = {"name": "harvest.es.srt", "mimeType": "text/plain", "buffer": OVERLAPPING.encode()}
    page.locator("#batch-subtitles input[type=file]").set_input_files([given])
    page.get_by_role("button", name="Give these files").click()
    expect(page.locator("#batch-subtitles .subtitles-sentence b")).to_have_text(
        "It found its place."
    )
    page.get_by_role("link", name="Harvest · Spanish (Spain)").click()
    page.get_by_role("button", name="End the earlier cue where the next begins").click()
    expect(page.locator("#item-subtitles .subtitles-finding")).to_have_count(0)


def test_files_for_one_video_go_to_their_languages(
    live_desk: LiveDesk, page: Page, alice: User
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    page.locator('input[name="languages"][value="es-ES"]').check()
    given = [
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        for name, text in (("talk.es.srt", SPANISH), ("de.vtt", VTT), ("talk.xx.srt", SPANISH))
    ]
    page.locator("[data-subtitle-set] input[type=file]").set_input_files(given)
    told = page.locator("[data-subtitle-set] [data-told] li")
    expect(told.first).to_contain_text("2 of 3 found their language.")
    expect(told.last).to_contain_text("talk.xx.srt")
    names = page.evaluate(
        """() => ["es-ES", "de-DE"].map((code) => document.querySelector(
            `[name="languages.${code}.srt"]`).files[0]?.name)"""
    )
    assert names == ["talk.es.srt", "de.srt"]
    expect(page.locator('input[name="languages"][value="de-DE"]')).to_be_checked()
    screenshot(page, "subtitles-single")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rtl_cues_stand_right_on_a_phone(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, batch: Batch, scheme: str
) -> None:
    with team_scope(live_desk.team.pk):
        files = {"harvest__ar": ARABIC, "lost__es": SPANISH, "harvest__de": OVERLAPPING}
        give_files(batch, Actor(user=alice), **files)
        item = batch.items.get(title="Harvest")
    page = open_page(phone=True, color_scheme=scheme)
    sign_in(page, live_desk, alice)
    for path in (f"/batches/{batch.pk}/", f"/batches/{batch.pk}/items/{item.pk}/?srt=ar-AE"):
        page.goto(f"{live_desk.url}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
        page.evaluate(AXE.read_text())
        assert page.evaluate(SERIOUS) == [], path
        screenshot(page, f"subtitles-phone-{scheme}-{'item' if 'items' in path else 'batch'}")
    assert page.locator(".cues").get_attribute("dir") == "rtl"
