"""Many at once, as people do it: choose, read what it means, say yes, think better of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.models import BulkAction, Dubbing
from dubbing.services.actors import Actor
from dubbing.services.brakes import set_delay
from dubbing.services.bulk import begin_bulk, prepare_bulk, select_all
from dubbing.states import BulkVerb, VersionStatus
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk, let_work_end
from tests.browser.watching import Problems
from tests.builders import make_asset, make_member, make_version

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
SERIOUS = """async () => (await axe.run()).violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`)"""


@pytest.fixture
def studio(live_desk: LiveDesk, problems: Problems, alice: User) -> Iterator[Team]:
    """Three videos in two languages; one film is made already."""
    problems.expect("media.example.org")
    team = live_desk.team
    with team_scope(team.pk):
        set_delay(team=team, seconds=300)
    make_member(team, Role.REVIEWER, name="Rita Rowan", email="rita@example.org")
    for title in ("Lighthouse keepers", "Harvest in the north", "Rain"):
        asset = make_asset(team, title=title, duration_seconds=754)
        make_version(asset, "de-DE")
        made = VersionStatus.COMPLETED if title == "Rain" else VersionStatus.READY_TO_EDIT
        make_version(asset, "sv-SE", made)
    yield team
    let_work_end()


def look_at(page: Page, name: str) -> None:
    screenshot(page, name)
    page.add_script_tag(path=AXE)
    assert page.evaluate(SERIOUS) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def choose_video(page: Page, title: str) -> None:
    page.get_by_role("checkbox", name=f"Choose all languages of {title}").check()


def reviewers(team: Team) -> set[str | None]:
    with team_scope(team.pk):
        return set(Dubbing.objects.values_list("reviewer__name", flat=True))


def test_two_videos_are_given_to_a_reviewer_and_taken_back(
    page: Page, live_desk: LiveDesk, studio: Team, alice: User
):
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/")
    choose_video(page, "Lighthouse keepers")
    choose_video(page, "Rain")
    bar = page.locator("[data-selection-bar]")
    expect(bar).to_contain_text("4 dubs in 2 videos")
    expect(bar.get_by_role("button", name="Generate")).to_contain_text("Generate 3 · 38")
    bar.get_by_role("button", name="Assign").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Assign 4 dubs?")
    screenshot(page, "bulk-dialog")
    dialog.get_by_label("Reviewer").select_option(label="Rita Rowan")
    dialog.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status").first).to_contain_text("Assign 4 dubs: 4 done.")
    assert reviewers(studio) == {None, "Rita Rowan"}
    screenshot(page, "bulk-toast")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone. Everything is as it was before.")).to_be_visible()
    assert reviewers(studio) == {None}


def test_the_bar_counts_and_lets_go(page: Page, live_desk: LiveDesk, studio: Team, alice: User):
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/")
    bar = page.locator("[data-selection-bar]")
    expect(bar).to_be_hidden()
    choose_video(page, "Rain")
    expect(bar).to_contain_text("2 dubs in 1 video")
    bar.get_by_text("More").click()
    bar.get_by_role("button", name="Add languages").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Japanese").check()
    dialog.get_by_role("button", name="Show the price").click()
    expect(page.get_by_role("button", name="Add the languages · 13")).to_be_visible()
    page.go_back()
    page.goto(f"{live_desk.url}/")
    choose_video(page, "Rain")
    page.get_by_role("button", name="Choose none").click()
    expect(bar).to_be_hidden()


def test_a_dialogs_verb_stands_first_and_enter_alone_does_not_press_it(
    page: Page, live_desk: LiveDesk, studio: Team, alice: User
) -> None:
    sign_in(page, live_desk, alice)
    page.goto(live_desk.url)
    choose_video(page, "Rain")
    more = page.locator(".selection-bar-more > summary")
    more.click()
    page.get_by_role("button", name="Hide…").click()
    buttons = page.get_by_role("dialog").locator(".btn-row > *")
    expect(buttons).to_have_text(["Hide", "Cancel"])
    expect(buttons.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(more).to_be_focused()


def test_videos_are_tagged_from_their_list(
    page: Page, live_desk: LiveDesk, studio: Team, alice: User
):
    sign_in(page, live_desk, alice)
    page.goto(f"{live_desk.url}/assets/")
    page.get_by_role("checkbox", name="Choose Rain").check()
    bar = page.locator("[data-selection-bar]")
    expect(bar).to_contain_text("2 dubs in 1 video")
    screenshot(page, "bulk-videos")
    bar.get_by_text("More").click()
    bar.get_by_role("button", name="Add tags").click()
    page.locator("dialog[open]").get_by_label("Tags").fill("autumn")
    page.locator("dialog[open]").get_by_role("button", name="Add the tags").click()
    expect(page.get_by_text("Tag 1 video: 1 done.")).to_be_visible()
    expect(page.get_by_role("link", name="autumn")).to_be_visible()


def report_of(team: Team, user: User) -> BulkAction:
    with team_scope(team.pk):
        action = prepare_bulk(
            team=team,
            actor=Actor(user=user),
            verb=BulkVerb.GENERATE,
            selection=select_all({}, member=None),
        )
        return begin_bulk(action=action, actor=Actor(user=user))


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_the_pages_can_be_read_by_everybody(
    open_page: OpenPage, live_desk: LiveDesk, studio: Team, alice: User, look: str
):
    page = open_page(
        phone=look == "phone", color_scheme="dark" if look == "dark" else "light", bypass_csp=True
    )
    sign_in(page, live_desk, alice)
    for verb in (BulkVerb.GENERATE, BulkVerb.ASSIGN, BulkVerb.ADD_LANGUAGES):
        with team_scope(studio.pk):
            action = prepare_bulk(
                team=studio,
                actor=Actor(user=alice),
                verb=verb,
                selection=select_all({}, member=None),
            )
        page.goto(f"{live_desk.url}/bulk/{action.pk}/")
        look_at(page, f"bulk-{verb}-{look}")
    page.goto(f"{live_desk.url}/bulk/{report_of(studio, alice).pk}/")
    look_at(page, f"bulk-report-{look}")
    page.goto(f"{live_desk.url}/bulk/")
    look_at(page, f"bulk-list-{look}")
    page.goto(f"{live_desk.url}/assets/")
    page.get_by_role("checkbox", name="Choose Rain").check()
    bar = page.locator("[data-selection-bar]")
    expect(bar).to_contain_text("2 dubs in 1 video")
    bar.get_by_text("More").click()
    expect(bar.get_by_role("button", name="Hide")).to_be_visible()
    look_at(page, f"bulk-bar-{look}")
