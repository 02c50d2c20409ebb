"""The queue and the unknown outcome, as people see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team, User
from accounts.scoping import team_scope
from dubbing.models import OutboxMessage
from dubbing.remote.types import NewAsset, NewLanguage
from dubbing.services import lanes
from dubbing.services.actors import Actor
from dubbing.services.brakes import pause_team, resume_team
from dubbing.services.clients import client_for
from dubbing.services.versions import generate_version
from dubbing.states import AssetStatus, Kind, MessageState, Stage
from tests.browser.conftest import OpenPage, screenshot, sign_in
from tests.browser.desk import LiveDesk, let_work_end
from tests.browser.watching import Problems
from tests.builders import make_asset, make_connection, make_dubbing, make_version
from tests.dubbing.pages.rows import make_message

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
SERIOUS = """async () => (await axe.run()).violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`)"""


@pytest.fixture
def unknown(
    live_server: LiveServer, kept_locales: None, team: Team, alice: User, problems: Problems
) -> Iterator[OutboxMessage]:
    """A queue with one command of each kind; the one whose outcome is unknown."""
    problems.expect("media.example.org")
    make_connection(team, name="Panjaya", is_sandbox=False)
    with team_scope(team.pk):
        version = make_version(make_asset(team, title="Lighthouse keepers of the north"))
        generate_version(version=version, actor=Actor(user=alice))
        tried = make_message(
            make_asset(team, title="Harvest", remote_id=""),
            Kind.CREATE,
            MessageState.WAITING,
            attempts=3,
            error_message="The remote side could not be reached (ConnectError).",
            actor=alice,
        )
        later = timezone.now() + timedelta(minutes=4)
        OutboxMessage.objects.filter(pk=tried.pk).update(due_at=later)
        asset = make_asset(
            team, title="Interview in the rain", remote_id="", status=AssetStatus.UNCONFIRMED
        )
        dubbing = make_dubbing(asset, "ar-AE", stage=Stage.UNCONFIRMED)
        message = make_message(
            asset,
            Kind.CREATE,
            MessageState.UNCONFIRMED,
            attempts=1,
            sent_at=timezone.now(),
            payload={"dubbings": [str(dubbing.pk)]},
            error_message="The connection broke before an answer came (ReadError).",
            actor=alice,
        )
    yield message
    # Another test's worker may be awake and have taken an interest in these rows.
    let_work_end()


def look_at(page: Page, name: str) -> None:
    screenshot(page, name)
    page.add_script_tag(path=AXE)
    assert page.evaluate(SERIOUS) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_the_pages_can_be_read_by_everybody(
    open_page: OpenPage,
    live_server: LiveServer,
    unknown: OutboxMessage,
    team: Team,
    alice: User,
    look: str,
):
    page = open_page(
        phone=look == "phone", color_scheme="dark" if look == "dark" else "light", bypass_csp=True
    )
    sign_in(page, live_server, alice)
    with team_scope(team.pk):
        waiting = OutboxMessage.objects.get(kind=Kind.GENERATE)
    page.goto(f"{live_server.url}/queue/")
    look_at(page, f"queue-{look}")
    page.goto(f"{live_server.url}/versions/{waiting.version_id}/")
    look_at(page, f"undo-{look}")
    page.goto(f"{live_server.url}/messages/{unknown.pk}/decide/")
    look_at(page, f"decide-{look}")
    page.goto(f"{live_server.url}/queue/pause/")
    look_at(page, f"pause-{look}")
    with team_scope(team.pk):
        pause_team(team=team, by=alice, reason="The budget of the month is used up")
        lanes.note_rejected_key(connection=waiting.asset.connection, reason="Invalid API key")
    page.goto(f"{live_server.url}/queue/")
    look_at(page, f"stopped-{look}")
    page.goto(f"{live_server.url}/versions/{waiting.version_id}/")
    look_at(page, f"undo-stopped-{look}")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_taking_in_and_replacing_can_be_read_by_everybody(
    open_page: OpenPage, live_desk: LiveDesk, problems: Problems, alice: User, look: str
):
    problems.expect("media.example.org")
    page = open_page(
        phone=look == "phone", color_scheme="dark" if look == "dark" else "light", bypass_csp=True
    )
    sign_in(page, live_desk, alice)
    failed = make_asset(live_desk.team, title="Silence", status=AssetStatus.FAILED)
    new = NewAsset("en-US", (NewLanguage("de-DE"),), media_url="https://media.example.org/a.mp4")
    remote_id = client_for(live_desk.engine).create_asset(new).remote_id
    page.goto(f"{live_desk.url}/assets/{failed.pk}/")
    look_at(page, f"failed-{look}")
    page.goto(f"{live_desk.url}/assets/{failed.pk}/replace/")
    look_at(page, f"replace-{look}")
    page.goto(f"{live_desk.url}/assets/adopt/?page=1")
    look_at(page, f"adopt-{look}")
    page.goto(f"{live_desk.url}/assets/adopt/preview/?remote_id={remote_id}")
    look_at(page, f"preview-{look}")


def test_the_seconds_count_and_undo_is_one_press(
    page: Page, live_server: LiveServer, unknown: OutboxMessage, team: Team, alice: User
):
    sign_in(page, live_server, alice)
    with team_scope(team.pk):
        waiting = OutboxMessage.objects.get(kind=Kind.GENERATE)
    page.goto(f"{live_server.url}/versions/{waiting.version_id}/")
    counting = page.locator(f"#waiting-{waiting.pk} time")
    first = counting.inner_text()
    expect(counting).not_to_have_text(first)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back. It was not sent.")).to_be_visible()
    expect(page.get_by_role("button", name="Generate", exact=True)).to_be_enabled()


def test_the_queue_follows_what_others_do(
    page: Page, live_server: LiveServer, unknown: OutboxMessage, team: Team, alice: User
):
    sign_in(page, live_server, alice)
    page.goto(f"{live_server.url}/queue/")
    page.get_by_role("link", name="Pause sending").click()
    page.get_by_label("Why").fill("Lunch")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Go on sending")).to_be_visible()
    with team_scope(team.pk):
        resume_team(team=team)
    expect(page.get_by_role("button", name="Go on sending")).to_be_hidden()
