"""A dub is judged beside its film: notes at a moment, a revision with a reason, by thumb."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import Dubbing, Note, Version
from dubbing.services.actors import Actor
from dubbing.services.notes import add_note, reply_to_note
from dubbing.states import VersionStatus
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk
from tests.builders import make_asset, make_member, make_version
from tests.dubbing.pages.rows import make_film, settle
from tests.media import make_talking_video

TABS = ["languages", "review", "files", "history", "technical"]


@pytest.fixture
def rita(team) -> User:
    return make_member(team, Role.REVIEWER, email="rita@example.org", name="Rita Rowan")


@pytest.fixture
def film(live_desk: LiveDesk, tmp_path: Path) -> Version:
    """A finished dub with our copy of its film, four seconds long."""
    video = make_talking_video(tmp_path / "talk.mp4", seconds=4).read_bytes()
    asset = make_asset(
        live_desk.team, title="Harvest", media_url="", media_file="talk.mp4", duration_seconds=4
    )
    version = make_version(asset, "de-DE", VersionStatus.COMPLETED)
    make_film(version, content=video)
    (Path(settings.MEDIA_ROOT) / "talk.mp4").write_bytes(video)
    settle(asset)
    return version


def open_dub(page: Page, desk: LiveDesk, person: User, version: Version) -> None:
    sign_in(page, desk, person)
    page.goto(f"{desk.url}/versions/{version.pk}/")


def stand_at(page: Page, seconds: float) -> None:
    """The player shows that moment."""
    page.wait_for_function("document.querySelector('#dub-side video').readyState >= 1")
    page.evaluate(
        """async (seconds) => {
            const film = document.querySelector("#dub-side video");
            const there = new Promise((done) => film.addEventListener("seeked", done));
            film.currentTime = seconds;
            await there;
        }""",
        seconds,
    )


def present_second(page: Page) -> float:
    return page.evaluate("document.querySelector('#dub-side video').currentTime")


def test_a_note_takes_the_players_moment_and_leads_back_to_it(
    live_desk: LiveDesk, page: Page, rita: User, film: Version
) -> None:
    open_dub(page, live_desk, rita, film)
    stand_at(page, 2.5)
    page.keyboard.press("n")
    expect(page.locator("[data-note-at]")).to_have_value("0:02.5")
    expect(page.locator("[data-note-form] textarea")).to_be_focused()
    page.keyboard.type("Too fast for the lips.")
    page.keyboard.press("Control+Enter")
    note = page.locator(".note-thread", has_text="Too fast for the lips.")
    expect(note).to_be_visible()
    expect(page.locator("[data-note-form] textarea")).to_be_hidden()
    stand_at(page, 0.5)
    note.locator("[data-seek]").click()
    page.wait_for_function("document.querySelector('#dub-side video').currentTime === 2.5")
    note.get_by_role("button", name="Resolve").click()
    expect(page.locator(".notes-count")).to_have_text("0 open · 1 resolved")
    assert present_second(page) == 2.5  # nothing of this disturbed the film


def test_a_note_that_cannot_be_kept_stays_as_it_was_typed(
    live_desk: LiveDesk, page: Page, rita: User, film: Version, problems
) -> None:
    problems.expect("422")
    open_dub(page, live_desk, rita, film)
    page.keyboard.press("n")
    page.locator("[data-note-form] textarea").fill("Too fast")
    page.locator("[data-note-at]").fill("9:99")
    page.get_by_role("button", name="Write").click()
    expect(page.locator(".notes [role=alert]")).to_contain_text("go up to 59")
    expect(page.locator("[data-note-form] textarea")).to_have_value("Too fast")


def test_what_another_writes_appears_by_itself_and_leaves_my_words_alone(
    live_desk: LiveDesk, page: Page, rita: User, alice: User, film: Version
) -> None:
    open_dub(page, live_desk, rita, film)
    page.keyboard.press("n")
    page.locator("[data-note-form] textarea").fill("Half a thought")
    with all_teams("test"):
        dubbing = Dubbing.objects.select_related("asset").get(pk=film.dubbing_id)
        add_note(dubbing=dubbing, text="Mind the names", actor=Actor(user=alice))
    expect(page.locator(".note-thread", has_text="Mind the names")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-note-form] textarea")).to_have_value("Half a thought")


def test_a_revision_is_asked_for_at_the_moment_that_the_film_shows(
    live_desk: LiveDesk, page: Page, rita: User, film: Version
) -> None:
    open_dub(page, live_desk, rita, film)
    stand_at(page, 1.5)
    page.get_by_role("link", name="Ask for revision…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("At", exact=False).last).to_have_value("0:01.5")
    dialog.get_by_label("What should change?").fill("The name is Marlow.")
    dialog.get_by_role("button", name="Ask for revision").click()
    expect(page.locator("#decision")).to_contain_text("The name is Marlow.")
    expect(page.locator(".note-thread")).to_contain_text("0:01.5")
    screenshot(page, "revision-asked")
    with all_teams("test"):
        assert Note.objects.get().at_seconds == 1.5
        assert Dubbing.objects.get(pk=film.dubbing_id).review == "revision_asked"


def test_a_reviewer_approves_on_a_phone(
    live_desk: LiveDesk, phone_page: Page, rita: User, film: Version
) -> None:
    page = phone_page
    open_dub(page, live_desk, rita, film)
    approve = page.get_by_role("button", name="Approve")
    box, height = approve.bounding_box(), page.viewport_size["height"]
    assert box is not None and box["height"] >= 40
    assert height / 2 < box["y"] < height - 60  # under the thumb, above the bar
    approve.click()
    expect(page.locator("#decision")).to_contain_text("Approved")
    screenshot(page, "approved-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_and_when_are_changed_in_a_dialog(
    live_desk: LiveDesk, page: Page, alice: User, rita: User, film: Version
) -> None:
    open_dub(page, live_desk, alice, film)
    page.get_by_role("link", name="Change…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reviewer").select_option(label="Rita Rowan")
    dialog.get_by_label("Due").fill("2030-12-03")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#work-facts")).to_contain_text("Rita Rowan")
    expect(page.locator("#work-facts")).to_contain_text("3 Dec 2030")


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_a_video_keeps_anybody_out(
    live_desk: LiveDesk, open_page: OpenPage, alice: User, film: Version, scheme: str, phone: bool
) -> None:
    page = open_page(color_scheme=scheme, phone=phone)
    with all_teams("test"):
        dubbing = Dubbing.objects.select_related("asset").get(pk=film.dubbing_id)
        note = add_note(dubbing=dubbing, text="Louder", at_seconds=1, actor=Actor(user=alice))
        reply_to_note(note=note, text="Where?", actor=Actor(user=alice))
    draft = make_version(film.asset, "fr-FR", VersionStatus.READY_TO_EDIT)
    sign_in(page, live_desk, alice)
    paths = [f"/assets/{film.asset_id}/?tab={tab}" for tab in TABS]
    paths += [f"/versions/{film.pk}/", f"/versions/{draft.pk}/", f"/versions/{draft.pk}/ask/"]
    paths += [f"/dubbings/{dubbing.pk}/work/", f"/notes/{note.pk}/reply/"]
    for path in paths:
        page.goto(live_desk.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
