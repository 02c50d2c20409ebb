"""The page one opens in the morning, as people meet it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team, User
from accounts.scoping import team_scope
from dubbing.models import Dubbing, MemberDesk
from dubbing.services.attention import send_digest, stop_token
from dubbing.states import Stage
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.desk import let_work_end
from tests.browser.test_queue import look_at
from tests.browser.watching import Problems
from tests.builders import make_asset
from tests.dubbing.attention.situations import SITUATIONS, days, dub

LOOKS = ["light", "dark", "phone"]
# An unpaired one: it would hold back what the others wait for.
LEFT_OUT = {"unreachable", "key_unverified"}


@pytest.fixture
def morning(
    live_server: LiveServer, kept_locales: None, team: Team, alice: User, problems: Problems
) -> Iterator[None]:
    """A team where everything went wrong overnight."""
    problems.expect("media.example.org", "/streams/")
    for key, (make_it, _) in SITUATIONS.items():
        if key not in LEFT_OUT:
            make_it(team)
    talk = make_asset(team, title="Lighthouse keepers of the north")
    for locale in ("fr-FR", "ja-JP", "ar-AE"):
        dub(team, Stage.FAILED, asset=talk, locale=locale, failure_code="NoAudioTrack")
        dub(team, Stage.READY, locale=locale, reviewer=alice, due_on=days(-3))
        dub(team, Stage.FINISHED, locale=locale)
    with team_scope(team.pk):
        MemberDesk.objects.create(
            team=team,
            user=alice,
            seen_at=timezone.now() - timedelta(hours=15),
        )
    yield
    let_work_end()


def open_as(open_page: OpenPage, look: str):
    scheme = "dark" if look == "dark" else "light"
    return open_page(phone=look == "phone", color_scheme=scheme, bypass_csp=True)


@pytest.mark.parametrize("look", LOOKS)
def test_a_full_morning_can_be_read_by_everybody(
    open_page: OpenPage, live_server: LiveServer, morning: None, alice: User, look: str
) -> None:
    page = open_as(open_page, look)
    sign_in(page, live_server, alice)
    page.goto(f"{live_server.url}/attention/")
    expect(page.get_by_text("Since you were last here")).to_be_visible()
    expect(
        page.get_by_text(
            "3 dubs of “Lighthouse keepers of the north” failed: the video has no sound."
        )
    ).to_be_visible()
    look_at(page, f"attention-{look}")
    page.goto(f"{live_server.url}/digest/")
    look_at(page, f"attention-digest-{look}")
    page.goto(f"{live_server.url}/digest/stop/{stop_token(alice)}/")
    look_at(page, f"attention-stop-{look}")


@pytest.mark.parametrize("look", LOOKS)
def test_a_calm_morning_says_so(
    open_page: OpenPage,
    live_server: LiveServer,
    kept_locales: None,
    team: Team,
    bob: User,
    problems: Problems,
    look: str,
) -> None:
    problems.expect("/streams/")
    page = open_as(open_page, look)
    sign_in(page, live_server, bob)
    page.goto(f"{live_server.url}/attention/")
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    look_at(page, f"attention-empty-{look}")


def test_what_is_slow_is_asked_about_with_one_press(
    open_page: OpenPage, live_server: LiveServer, morning: None, team: Team, alice: User
) -> None:
    page = open_page()
    sign_in(page, live_server, alice)
    page.goto(f"{live_server.url}/attention/")
    page.get_by_role("button", name="Look at Panjaya now").click()
    expect(page.get_by_text("Panjaya is asked about 1 video now.")).to_be_visible()


def test_the_page_changes_by_itself(
    open_page: OpenPage, live_server: LiveServer, morning: None, team: Team, alice: User
) -> None:
    page = open_page()
    sign_in(page, live_server, alice)
    page.goto(f"{live_server.url}/attention/")
    sentence = page.get_by_text("A revision is asked for:")
    expect(sentence).to_be_visible()
    with team_scope(team.pk):
        Dubbing.objects.filter(stage=Stage.REVISION_ASKED).update(stage=Stage.FINISHED)
    page.evaluate("htmx.trigger('#attention-groups', 'poll')")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(sentence).to_be_hidden(timeout=40_000)


def test_the_daily_mail_has_a_switch(
    open_page: OpenPage, live_server: LiveServer, morning: None, team: Team, alice: User
) -> None:
    page = open_page()
    sign_in(page, live_server, alice)
    page.goto(f"{live_server.url}/attention/")
    page.get_by_role("link", name="Daily mail").click()
    page.get_by_label("Studio").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No more digests come.")).to_be_visible()
    with team_scope(team.pk):
        assert not MemberDesk.objects.get(user=alice).wants_digest


@pytest.mark.parametrize("look", ["light", "phone"])
def test_the_mail_reads_well(
    open_page: OpenPage, live_server: LiveServer, morning: None, alice: User, look: str
) -> None:
    assert send_digest(user_id=alice.pk, today=timezone.localdate())
    ((html, _kind),) = mail.outbox[-1].alternatives
    page = open_as(open_page, look)
    page.set_content(html)
    expect(page.get_by_role("heading", name="Studio")).to_be_visible()
    look_at(page, f"attention-mail-{look}")
