"""The stage itself: what every other test in this folder relies on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import httpx
import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from playwright.sync_api import Page

from accounts.models import User
from accounts.scoping import team_scope
from dubbing.models import Film, Locale, Version
from dubbing.services.actors import Actor
from dubbing.services.assets import submit_asset
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.services.versions import generate_version
from dubbing.states import FilmState, VersionStatus
from tests.browser.desk import LiveDesk, wait_until
from tests.browser.watching import Problems
from tests.media import make_talking_video

ADD_INLINE_SCRIPT = """
const script = document.createElement("script");
script.text = "1";
document.body.append(script);
"""


def uploaded(path: Path) -> TemporaryUploadedFile:
    """As Django's upload handler leaves a file that came in."""
    file = TemporaryUploadedFile(path.name, "video/mp4", path.stat().st_size, None)
    file.write(path.read_bytes())
    file.seek(0)
    return file


def test_worker_and_sandbox_bring_a_film_home(
    live_desk: LiveDesk, alice: User, tmp_path: Path
) -> None:
    video = make_talking_video(tmp_path / "talk.mp4", seconds=2)
    draft = AssetDraft(
        file=uploaded(video),
        title="A talk",
        locale="en-US",
        languages=(LanguageDraft("de-DE"),),
    )
    with team_scope(live_desk.team.id), closing(draft.file):
        submit_asset(team=live_desk.team, actor=Actor(user=alice), draft=draft)
        ready = Version.objects.filter(status=VersionStatus.READY_TO_EDIT)
        wait_until(ready.exists, what="a draft")
        generate_version(version=ready.get(), actor=Actor(user=alice))
        stored = Film.objects.filter(state=FilmState.STORED)
        wait_until(stored.exists, what="our copy of the film")
        assert stored.get().size > 1000


def test_edge_and_desk_answer(live_desk: LiveDesk) -> None:
    for address in (live_desk.url, live_desk.edge_url):
        assert httpx.get(f"{address}/health/live").status_code == 200


def test_locales_are_there_in_every_live_test(live_desk: LiveDesk) -> None:
    assert Locale.objects.count() >= 36


def test_nothing_of_another_test_is_left(live_desk: LiveDesk) -> None:
    with team_scope(live_desk.team.id):
        assert not Version.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_problems_of_a_page_are_seen(
    live_desk: LiveDesk, open_page, problems: Problems, scheme: str
) -> None:
    problems.expect("404", "Content Security Policy", "boom")
    page = open_page(color_scheme=scheme)
    page.goto(f"{live_desk.url}/no-such-page")
    assert page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
    page.evaluate("console.error('boom')")
    page.goto(f"{live_desk.url}/account/login/")
    with page.expect_console_message(lambda message: "Content Security" in message.text):
        page.evaluate(ADD_INLINE_SCRIPT)
    told = " ".join(problems.seen)
    assert "404" in told and "boom" in told and "Content Security Policy" in told


def test_phone_is_narrow(live_desk: LiveDesk, phone_page: Page) -> None:
    phone_page.goto(f"{live_desk.url}/health/live")
    assert phone_page.evaluate("screen.width") < 500
