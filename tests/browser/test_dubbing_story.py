"""From a file to a finished film, as people do it: wide and on a phone."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.scoping import all_teams
from dubbing.models import Asset, Dubbing
from tests.browser.conftest import CHECK_MS, OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.browser.watching import Problems
from tests.media import make_srt, make_talking_video

WORK_MS = 40_000


def make_files(folder: Path) -> tuple[Path, Path]:
    video = make_talking_video(folder / "Harvest talk.mp4", seconds=3, size=(320, 180))
    srt = folder / "german.srt"
    srt.write_text(make_srt((0.2, 1.4, "Guten Morgen."), (1.5, 2.8, "Das ist ein Film.")))
    return video, srt


def choose_language(page: Page, name: str) -> None:
    search = page.get_by_role("searchbox", name="Search languages by name or code")
    search.fill(name)
    search.press("Enter")


def wait_for_stage(page: Page, label: str, count: int = 1) -> None:
    """The page shows it by itself: nobody reloads."""
    badges = page.locator(".languages .badge", has_text=label)
    expect(badges).to_have_count(count, timeout=WORK_MS)


def plays(page: Page, label: str) -> bool:
    """Whether the player really gets on when it is started."""
    film = page.get_by_label(label, exact=True)
    film.evaluate("film => { film.muted = true; return film.play(); }")
    page.wait_for_function(
        "label => document.querySelector(`video[aria-label='${label}']`).currentTime > 0.2",
        arg=label,
    )
    return True


def has_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_from_file_to_downloaded_film(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    video, srt = make_files(tmp_path)
    sign_in(page, live_desk, alice)
    page.goto(live_desk.url)
    page.get_by_role("main").get_by_role("link", name="New dubbing").click()
    page.get_by_role("button", name="As a file", exact=True).click()
    page.get_by_label("Video file").set_input_files(video)
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "deutsch")
    choose_language(page, "fr-FR")
    page.get_by_label("German", exact=True).set_input_files(srt)
    page.get_by_label("Title").fill("Harvest at the monastery")
    expect(page.locator("[data-summary-languages]")).to_have_text("2: fr-FR, de-DE")
    minutes = page.locator("[data-summary-minutes]")
    expect(minutes).to_contain_text("× 2 =", timeout=CHECK_MS)
    screenshot(page, "new-dubbing")
    page.get_by_role("button", name="Send").click()

    page.wait_for_url("**/assets/0*/", timeout=CHECK_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Harvest at the monastery")
    wait_for_stage(page, "Ready for review", 2)
    assert plays(page, "Source video")
    screenshot(page, "video")
    page.get_by_role("link", name="German", exact=True).click()
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Finished", timeout=WORK_MS)
    expect(page.get_by_text("Our copy:")).to_be_visible(timeout=WORK_MS)
    assert plays(page, "German")
    screenshot(page, "dub")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    assert download.value.suggested_filename == "Harvest_at_the_monastery_de-DE_v1.mp4"
    assert download.value.path().stat().st_size > 1000
    page.goto(f"{live_desk.url}/assets/")
    expect(page.locator("#asset-result")).to_contain_text("1 video · 1 ready for review")
    screenshot(page, "videos")


def test_studio_opens_in_a_tab_of_its_own(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    send_by_form(live_desk, page, alice, make_files(tmp_path)[0])
    wait_for_stage(page, "Ready for review")
    page.get_by_role("link", name="German", exact=True).click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in Studio").click()
    studio = opened.value
    studio.wait_for_load_state()
    assert studio.url.startswith(live_desk.sandbox.url)
    # Closed amid the change of pages, Chromium has once kept it open for ever.
    with studio.expect_navigation():
        studio.get_by_role("button", name="Make the film").click()
    studio.close()
    # Without a screen no tab is ever hidden: what a return to the first one does is said here.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[aria-current=step]")).to_contain_text("Finished", timeout=WORK_MS)


def test_phone_from_file_to_film(
    live_desk: LiveDesk, phone_page: Page, alice: User, tmp_path: Path
) -> None:
    page = phone_page
    send_by_form(live_desk, page, alice, make_files(tmp_path)[0])
    wait_for_stage(page, "Ready for review")
    assert not has_sideways_scroll(page)
    screenshot(page, "phone-video")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Our copy:")).to_be_visible(timeout=WORK_MS)
    assert not has_sideways_scroll(page)
    assert plays(page, "German")
    screenshot(page, "phone-dub")
    for path in ("/assets/", "/assets/new/"):
        page.goto(f"{live_desk.url}{path}")
        assert not has_sideways_scroll(page)
    screenshot(page, "phone-new")


def test_revise_asks_in_a_dialog_and_reopens(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    send_by_form(live_desk, page, alice, make_files(tmp_path)[0])
    wait_for_stage(page, "Ready for review")
    page.get_by_role("link", name="German", exact=True).click()
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Our copy:")).to_be_visible(timeout=WORK_MS)
    page.get_by_role("link", name="Revise…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Panjaya deletes its film for good")
    expect(dialog).to_contain_text("Our copy is safe")
    screenshot(page, "revise")
    dialog.get_by_role("button", name="Revise").click()
    expect(page.get_by_text("our copy of the earlier film")).to_be_visible(timeout=WORK_MS)
    expect(page.locator("[aria-current=step]")).to_contain_text("Ready for review")


def send_by_form(desk: LiveDesk, page: Page, user: User, video: Path) -> None:
    sign_in(page, desk, user)
    page.goto(f"{desk.url}/assets/new/")
    page.get_by_role("button", name="As a file", exact=True).click()
    page.get_by_label("Video file").set_input_files(video)
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "German")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/assets/0*/")


def test_double_click_sends_once(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_role("button", name="As a file", exact=True).click()
    page.get_by_label("Video file").set_input_files(make_files(tmp_path)[0])
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "German")
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/assets/0*/")
    with all_teams("test"):
        assert Asset.objects.count() == 1


def test_errors_keep_what_was_typed_and_the_chosen_files(
    live_desk: LiveDesk, page: Page, alice: User, tmp_path: Path
) -> None:
    video, srt = make_files(tmp_path)
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_role("button", name="As a file", exact=True).click()
    page.get_by_label("Video file").set_input_files(video)
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "German")
    page.get_by_label("German", exact=True).set_input_files(srt)
    page.get_by_label("Start", exact=True).fill("0:59")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("lies beyond the video")).to_be_visible()
    screenshot(page, "errors")
    expect(page.get_by_label("Start", exact=True)).to_have_value("0:59")
    expect(page.locator(".uploads-row")).to_contain_text(f"{video.name}")
    chosen = "input => [...input.files].map(file => file.name)"
    assert page.get_by_label("German", exact=True).evaluate(chosen) == [srt.name]
    expect(page.get_by_text("Browsers forget chosen files")).to_have_count(0)
    page.get_by_label("Start", exact=True).fill("0")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/assets/0*/")
    with all_teams("test"):
        assert Dubbing.objects.get().srt_name == srt.name


def test_session_that_ended_costs_nothing_that_was_typed(
    live_desk: LiveDesk, page: Page, alice: User
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_label("Link to the video").fill("https://media.example.org/talk")
    page.get_by_label("Title").fill("Typed before the session ended")
    page.get_by_label("Language spoken in the video").select_option("en-US")
    choose_language(page, "German")
    page.get_by_role("button", name="As a file", exact=True).click()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/account/login/**")
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    expect(page.get_by_label("Title")).to_have_value("Typed before the session ended")
    expect(page.get_by_role("checkbox", name="German")).to_be_checked()
    expect(page.get_by_role("button", name="As a file", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_text("What you typed here before is back.")).to_be_visible()
    with all_teams("test"):
        assert not Asset.objects.exists()


def test_source_is_not_offered_as_its_own_target(
    live_desk: LiveDesk, page: Page, alice: User
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    choose_language(page, "German")
    expect(page.locator('[data-srt="de-DE"]')).to_be_visible()
    page.get_by_label("Language spoken in the video").select_option("de-DE")
    expect(page.locator('input[name="languages"][value="de-DE"]')).to_be_disabled()
    expect(page.locator("[data-summary-languages]")).to_have_text("none chosen yet")
    expect(page.locator('[data-srt="de-DE"]')).to_be_hidden()


def test_form_works_without_scripts(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, problems: Problems
) -> None:
    problems.expect("talk.mp4: 404")  # nothing lies at the link; the player asks for it
    page = open_page(java_script_enabled=False)
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/new/")
    page.get_by_label("Link to the video").fill(f"{live_desk.url}/talk.mp4")
    page.get_by_label("Language spoken in the video").select_option("en-US")
    page.get_by_role("checkbox", name="German").check()
    expect(page.get_by_label("Video file")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("talk")


def test_hidden_video_comes_back_by_undo(
    live_desk: LiveDesk, page: Page, alice: User, problems: Problems, tmp_path: Path
) -> None:
    send_by_form(live_desk, page, alice, make_files(tmp_path)[0])
    page.get_by_role("button", name="Hide").click()
    page.wait_for_url("**/assets/")
    expect(page.get_by_text("is hidden from the lists")).to_be_visible()
    screenshot(page, "hidden")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is in the lists again")).to_be_visible()
