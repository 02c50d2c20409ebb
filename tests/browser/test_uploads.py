"""Files that go up by themselves: paused, interrupted, resumed, refused."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

from django.test import override_settings
from playwright.sync_api import Page, Request, expect
from pytest_django import Settings

from accounts.models import User
from accounts.scoping import all_teams
from dubbing.models import Asset, BatchItem, Upload
from dubbing.states import UploadState
from tests.browser.conftest import CHECK_MS, OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.test_dubbing_story import choose_language
from tests.browser.watching import Problems
from tests.config.test_sizes import SIZES
from tests.edge.process import run_edge as run_own_edge
from tests.media import make_talking_video, run_ffmpeg

MB = 1024 * 1024


def long_video(folder: Path, *, size: int = 12 * MB) -> Path:
    """A short video with padding behind it, which its format allows."""
    path = make_talking_video(folder / "harvest.mp4", seconds=2)
    room = size - path.stat().st_size
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", room, b"free") + os.urandom(room - 8))
    return path


def slow_down(page: Page, *, bytes_per_second: int) -> None:
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        conditions | {"uploadThroughput": bytes_per_second},
    )


def open_form(desk: LiveDesk, page: Page, user: User) -> None:
    sign_in(page, desk, user)
    page.goto(f"{desk.url}/assets/new/")
    page.get_by_role("button", name="As a file", exact=True).click()


def offsets_of(page: Page) -> list[int]:
    """Where each piece that the page sends begins; grows while it sends."""
    seen: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            seen.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return seen


def some_has_come(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('.uploads-row progress')?.value > 9")


def only_upload() -> Upload:
    with all_teams("test"):
        upload: Upload = Upload.objects.get()
    return upload


def test_paused_upload_goes_on_in_another_browser(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    video = long_video(tmp_path)
    first = open_page()
    open_form(live_desk, first, alice)
    slow_down(first, bytes_per_second=3 * MB)
    first.get_by_label("Video file").set_input_files(video)
    some_has_come(first)
    first.get_by_role("button", name="Pause: harvest.mp4").click()
    expect(first.locator(".uploads-words")).to_contain_text("Paused at")
    screenshot(first, "upload-paused")
    first.context.close()

    page = open_page()
    open_form(live_desk, page, alice)
    row = page.locator(".uploads-row")
    expect(row).to_contain_text("Choose the file again to go on")
    screenshot(page, "upload-missing")
    offsets = offsets_of(page)
    page.get_by_label("Video file").set_input_files(video)
    expect(row).to_contain_text("Ready", timeout=CHECK_MS)
    assert len(offsets) == 1 and offsets[0] > 0
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "German")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/assets/0*/")
    with all_teams("test"):
        asset = Asset.objects.get()
    with asset.media_file.open("rb") as stored:
        assert hashlib.file_digest(stored, "sha256").digest() == sha256(video)


def sha256(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def test_upload_goes_on_by_itself_when_the_server_was_killed(
    live_desk: LiveDesk,
    page: Page,
    problems: Problems,
    alice: User,
    settings: Settings,
    tmp_path: Path,
) -> None:
    problems.expect("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED")
    # This edge carries files and hears no news: pages ask by themselves meanwhile.
    problems.expect("/streams/")
    video = long_video(tmp_path)
    environment = {
        "SECRET_KEY": settings.SECRET_KEY,
        "UPLOAD_DIR": str(settings.UPLOAD_DIR),
        "PUBLIC_URL": live_desk.url,
    }
    with run_own_edge(tmp_path, **environment) as edge:
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        sources = policy | {"connect-src": ["'self'", edge.address]}
        with override_settings(
            EDGE_URL=edge.address, CONTENT_SECURITY_POLICY={"DIRECTIVES": sources}
        ):
            open_form(live_desk, page, alice)
            slow_down(page, bytes_per_second=3 * MB)
            offsets = offsets_of(page)
            page.get_by_label("Video file").set_input_files(video)
            some_has_come(page)
            edge.kill()
            expect(page.locator(".uploads-words")).to_contain_text("It goes on by itself")
            edge.restart()
            expect(page.locator(".uploads-row")).to_contain_text("Ready", timeout=CHECK_MS)
    assert offsets[-1] > 0
    assert only_upload().sha256 == sha256(video).hex()


def test_form_waits_for_its_file_and_is_sent_then(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    open_form(live_desk, page, alice)
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "German")
    slow_down(page, bytes_per_second=6 * MB)
    page.get_by_label("Video file").set_input_files(long_video(tmp_path))
    some_has_come(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The file is still on its way")).to_be_visible()
    page.wait_for_url("**/assets/0*/", timeout=CHECK_MS)
    with all_teams("test"):
        assert Asset.objects.get().media_name == "harvest.mp4"


def test_what_is_no_video_is_refused_while_it_goes_up(
    live_desk: LiveDesk, page: Page, problems: Problems, alice: User, tmp_path: Path
) -> None:
    problems.expect(" 415", "ERR_CONNECTION_RESET")
    open_form(live_desk, page, alice)
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"%PDF-1.7 " + bytes(8 * MB))
    page.get_by_label("Video file").set_input_files(fake)
    row = page.locator(".uploads-row")
    expect(row).to_contain_text("neither a video nor a sound", timeout=CHECK_MS)
    screenshot(page, "upload-refused")
    with all_teams("test"):
        assert not Upload.objects.filter(state=UploadState.READY).exists()
    page.get_by_role("button", name="Take it out: fake.mp4").click()
    expect(row).to_have_count(0)


def test_files_of_other_kinds_are_left_out_by_name(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    open_form(live_desk, page, alice)
    notes = tmp_path / "notes.txt"
    notes.write_text("hello")
    page.get_by_label("Video file").set_input_files(notes)
    expect(page.get_by_text("Left out, because they are no videos: notes.txt")).to_be_visible()


def test_chosen_upload_survives_a_reload(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    open_form(live_desk, page, alice)
    video = make_talking_video(tmp_path / "v.mp4", seconds=2)
    page.get_by_label("Video file").set_input_files(video)
    expect(page.locator(".uploads-row")).to_contain_text("Ready", timeout=CHECK_MS)
    page.reload()
    expect(page.locator(".uploads-row")).to_contain_text("Ready")
    assert page.locator("#id_upload").input_value() == str(only_upload().pk)


def test_a_length_that_the_browser_cannot_read_comes_from_the_desk(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    talk = make_talking_video(tmp_path / "harvest.mp4", seconds=3)
    old = tmp_path / "harvest.avi"
    run_ffmpeg("-i", str(talk), "-c:v", "mpeg4", "-c:a", "mp2", str(old))
    open_form(live_desk, page, alice)
    page.get_by_label("Video file").set_input_files(old)
    choose_language(page, "deutsch")
    minutes = page.locator("[data-summary-minutes]")
    expect(minutes).to_have_text("0:03 × 1 = 3 s", timeout=CHECK_MS)
    expect(page.locator("[data-summary-video]")).to_have_text("harvest.avi · 0:03")


def test_several_files_go_up_together_each_once(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    source = make_talking_video(tmp_path / "v.mp4", seconds=2)
    videos = [source.with_name(f"part-{number}.mp4") for number in range(5)]
    for number, video in enumerate(videos):
        video.write_bytes(source.read_bytes() + struct.pack(">I4sI", 12, b"free", number))
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/batches/new/")
    page.locator("[data-uploads] input[type=file]").first.set_input_files(videos)
    everything = page.locator("[data-uploads-all]")
    expect(everything).to_contain_text("5 of 5 files ready", timeout=CHECK_MS)
    with all_teams("test"):
        sums = sorted(Upload.objects.values_list("sha256", flat=True))
    assert sums == sorted(sha256(video).hex() for video in videos)
    # They stand above their settings, and so they are mostly given first.
    page.get_by_label("Language spoken").select_option("en-US")
    choose_language(page, "german")
    page.get_by_role("button", name="Review the videos").click()
    expect(page.locator(".batch-row", has_text="from English (US)")).to_have_count(5)
    with all_teams("test"):
        rows = BatchItem.objects.values_list("locale", "languages")
        assert list(rows) == [("en-US", ["de-DE"])] * 5


def test_files_that_were_not_begun_are_asked_for_by_name(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, tmp_path: Path
) -> None:
    """Three go up at once; of the others only the browser knows when its page is killed."""
    first = open_page()
    sign_in(first, live_desk, alice)
    first.goto(f"{live_desk.url}/batches/new/")
    videos = [long_video(tmp_path, size=3 * MB).rename(tmp_path / f"{n}.mp4") for n in range(5)]
    slow_down(first, bytes_per_second=MB // 2)
    first.locator("[data-uploads] input[type=file]").first.set_input_files(videos)
    some_has_come(first)
    names = "() => Object.keys(localStorage).some((key) => key.startsWith('uploads-unbegun:'))"
    first.wait_for_function(names)
    context = first.context
    first.close()

    page = context.new_page()
    page.goto(f"{live_desk.url}/batches/new/")
    note = page.locator("[data-uploads-unbegun]")
    expect(note).to_contain_text("files were not begun: choose them again")
    expect(note).to_contain_text("4.mp4")
    screenshot(page, "upload-not-begun")
    page.locator("[data-uploads] input[type=file]").first.set_input_files(videos)
    expect(note).to_be_hidden()
    expect(page.locator("[data-uploads-all]")).to_contain_text(
        "5 of 5 files ready", timeout=CHECK_MS
    )
    page.reload()
    expect(page.locator("[data-uploads] .uploads-place")).to_be_visible()
    expect(note).to_be_hidden()


def test_sizes_are_said_alike_on_the_way_and_afterwards(
    live_desk: LiveDesk, page: Page, alice: User
) -> None:
    open_form(live_desk, page, alice)
    module = page.locator("script[src*='js/upload']").first.get_attribute("src") or ""
    found = page.evaluate(
        """([module, sizes]) => import(new URL("upload-words.js", new URL(module, location)))
        .then(({ sizeWords }) => sizes.map(sizeWords))""",
        [module, [size for size, _ in SIZES]],
    )
    assert found == [words for _, words in SIZES]
