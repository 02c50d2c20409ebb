from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from accounts.roles import Role
from accounts.scoping import all_teams, team_scope
from dubbing.models import Connection, OutboxMessage, Version
from dubbing.states import Kind, MessageState, VersionStatus
from tests.builders import make_asset, make_member, make_version
from tests.conftest import signed_in
from tests.dubbing.pages.html import has_tag, tag_with, text_of
from tests.dubbing.pages.rows import (
    make_change,
    make_film,
    make_message,
    make_wanted_film,
    reload,
    settle,
)

pytestmark = pytest.mark.django_db


def url_of(version: Version, part: str = "") -> str:
    return f"/versions/{version.pk}/{part}"


@pytest.fixture
def ready(team: Team) -> Version:
    return make_version(make_asset(team, title="Harvest"), status=VersionStatus.READY_TO_EDIT)


@pytest.fixture
def done(team: Team) -> Version:
    """Finished, with our copy of its film."""
    version = make_version(make_asset(team, title="Harvest: one"), status=VersionStatus.COMPLETED)
    make_film(version)
    return version


def messages_of(version: Version) -> list[OutboxMessage]:
    with all_teams("test"):
        return list(OutboxMessage.objects.filter(version=version))


def test_finished_dub_plays_from_our_copy(as_alice: Client, done: Version, settings) -> None:
    page = as_alice.get(url_of(done))
    assert f'src="{settings.EDGE_URL}/films/' in tag_with(page, 'aria-label="German"')
    assert has_tag(page, 'aria-label="Source video"')
    assert "Our copy: 4 B" in text_of(page)


def test_film_plays_from_panjaya_until_our_copy_is_there(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED)
    make_wanted_film(version)
    page = as_alice.get(url_of(version))
    player = tag_with(page, 'aria-label="German"')
    assert f'src="{url_of(version, "result/")}"' in player
    assert 'preload="none"' in player
    assert "Our copy of the film is being fetched" in text_of(page)
    assert "hx-get" in tag_with(page, f'id="version-progress-{version.pk}"')


def test_film_that_could_not_be_copied_can_be_fetched_again(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED)
    film = make_wanted_film(version, error="The disk is full.")
    page = as_alice.get(url_of(version))
    assert "The disk is full." in text_of(page)
    as_alice.post(url_of(version, "copy/"))
    assert reload(film).due_at is not None


def test_copy_again_without_a_film_says_so(as_alice: Client, ready: Version) -> None:
    page = as_alice.post(url_of(ready, "copy/"), follow=True)
    assert "There is no film waiting to be copied." in text_of(page)


def test_road_tells_the_real_times(as_alice: Client, ready: Version) -> None:
    make_change(ready.asset, "", version=ready, dubbing=ready.dubbing, after="NotReady")
    make_change(
        ready.asset, "", version=ready, dubbing=ready.dubbing,
        before="NotReady", after="ReadyToEdit",
    )  # fmt: skip
    steps = as_alice.get(url_of(ready)).context["screen"].steps
    assert [step.place for step in steps] == ["past", "now", "ahead", "ahead"]
    assert [step.at is not None for step in steps] == [True, True, False, False]


def test_failed_dub_says_why_and_offers_to_reopen(as_alice: Client, team: Team) -> None:
    version = make_version(
        make_asset(team), status=VersionStatus.FAILED, error_message="The voice gave up."
    )
    page = as_alice.get(url_of(version))
    assert "The voice gave up." in text_of(page)
    assert page.context["screen"].main_action == "revise"
    assert page.context["screen"].steps[-1].badge.label == "Failed"


@pytest.mark.parametrize(
    ("status", "generate", "revise", "studio"),
    [
        (VersionStatus.NOT_READY, "The draft is not ready yet.", "It is busy", "not ready yet"),
        (VersionStatus.READY_TO_EDIT, "", "open for editing already", ""),
        (VersionStatus.GENERATING, "The film is being made.", "It is busy", ""),
        (VersionStatus.FAILED, "It failed. Reopen it first.", "", ""),
        (VersionStatus.UNKNOWN, "does not know", "does not know", "does not know"),
    ],
)
def test_buttons_that_are_not_legal_say_why(
    as_alice: Client, team: Team, status: VersionStatus, generate: str, revise: str, studio: str
) -> None:
    version = make_version(make_asset(team), status=status)
    screen = as_alice.get(url_of(version)).context["screen"]
    for button, reason in (
        (screen.generate, generate),
        (screen.revise, revise),
        (screen.studio, studio),
    ):
        assert button.is_legal == (reason == "")
        assert reason in button.why_not


def test_a_state_that_is_not_known_is_shown_as_it_came(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.UNKNOWN, raw_status="Steaming")
    assert "Panjaya calls it “Steaming”" in text_of(as_alice.get(url_of(version)))
    asset = reverse("dubbing:asset-detail", args=[version.asset_id])
    assert "Panjaya calls it “Steaming”" in text_of(as_alice.get(asset))


def test_disabled_button_points_to_its_reason(as_alice: Client, ready: Version) -> None:
    page = as_alice.get(url_of(ready))
    assert "disabled" in tag_with(page, 'aria-describedby="why-revise"')
    assert has_tag(page, 'id="why-revise"')


def test_generate_asks_panjaya_once(as_alice: Client, ready: Version) -> None:
    page = as_alice.post(url_of(ready, "generate/"), follow=True)
    assert "Panjaya is asked to make the film." in text_of(page)
    assert "A command is on its way to Panjaya." in text_of(page)
    again = as_alice.post(url_of(ready, "generate/"), follow=True)
    assert "This is being sent already." in text_of(again)
    assert [message.kind for message in messages_of(ready)] == [Kind.GENERATE]


def test_generate_that_is_not_legal_says_why(as_alice: Client, done: Version) -> None:
    page = as_alice.post(url_of(done, "generate/"), follow=True)
    assert "The film is made. Revise it first to make another." in text_of(page)
    assert messages_of(done) == []


def test_revise_asks_first_and_shows_that_our_copy_is_safe(as_alice: Client, done: Version) -> None:
    page = as_alice.get(url_of(done, "revise/"))
    text = text_of(page)
    assert "Panjaya deletes its film for good" in text
    assert "Our copy is safe: 4 B, checked on" in text
    assert "ab" * 32 in text
    assert messages_of(done) == []
    as_alice.post(url_of(done, "revise/"))
    assert [message.kind for message in messages_of(done)] == [Kind.REVISE]


def test_revise_waits_until_our_copy_is_safe(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED)
    make_wanted_film(version)
    page = as_alice.get(url_of(version, "revise/"))
    assert "Our copy of the film is still being made." in text_of(page)
    assert not has_tag(page, "data-dialog-body")
    page = as_alice.post(url_of(version, "revise/"), follow=True)
    assert "Our copy of the film is still being made." in text_of(page)
    assert messages_of(version) == []


def test_film_of_before_a_revise_is_still_ours(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.READY_TO_EDIT)
    make_film(version)
    page = as_alice.get(url_of(version))
    assert "our copy of the earlier film" in text_of(page)
    assert page.context["screen"].download.is_legal


def test_earlier_films_are_listed(as_alice: Client, done: Version) -> None:
    second = make_film(done, generation=2)
    page = as_alice.get(url_of(done))
    first = page.context["screen"].older_films[0]
    assert first.generation == 1 and page.context["screen"].film == second
    assert has_tag(page, f'href="/downloads/{first.pk}/"')


def test_download_leads_to_edge_under_a_good_name(
    as_alice: Client, done: Version, settings
) -> None:
    answer = as_alice.get(url_of(done, "download/"), follow=False)
    answer = as_alice.get(answer.headers["Location"])
    assert answer.headers["Location"].startswith(f"{settings.EDGE_URL}/films/")
    assert answer.headers["Location"].endswith("/Harvest_one_de-DE_v1.mp4")
    assert "no-store" in answer.headers["Cache-Control"]


def test_download_without_a_film_says_so(as_alice: Client, ready: Version) -> None:
    page = as_alice.get(url_of(ready, "download/"), follow=True)
    assert "There is no finished film yet." in text_of(page)


@pytest.mark.parametrize("part", ["result/", "download/"])
def test_engine_that_does_not_answer_is_told_in_words(
    as_alice: Client, team: Team, part: str
) -> None:
    version = make_version(make_asset(team), status=VersionStatus.COMPLETED)
    page = as_alice.get(url_of(version, part), follow=True)
    assert "Panjaya did not give the film just now." in text_of(page)


def test_studio_of_an_engine_that_does_not_answer(as_alice: Client, ready: Version) -> None:
    page = as_alice.get(url_of(ready, "studio/"), follow=True)
    assert "Panjaya does not answer just now." in text_of(page)


def test_studio_with_a_key_that_cannot_be_opened(as_alice: Client, ready: Version) -> None:
    with all_teams("test"):
        Connection.objects.update(sealed_key="broken")
    page = as_alice.get(url_of(ready, "studio/"), follow=True)
    assert "Panjaya does not answer just now." in text_of(page)


def test_studio_of_a_draft_that_is_not_ready(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.NOT_READY)
    page = as_alice.get(url_of(version, "studio/"), follow=True)
    assert "The draft is not ready yet." in text_of(page)


def test_refused_command_stands_on_the_page(as_alice: Client, ready: Version) -> None:
    make_message(
        ready.asset, Kind.GENERATE, MessageState.REFUSED, version=ready, error_message="No minutes"
    )
    page = as_alice.get(url_of(ready))
    assert "Panjaya refused: Generate the film: German" in text_of(page)
    assert "“No minutes”" in text_of(page)


def test_unknown_outcome_blocks_the_next_command(as_alice: Client, ready: Version) -> None:
    make_message(ready.asset, Kind.GENERATE, MessageState.UNCONFIRMED, version=ready)
    screen = as_alice.get(url_of(ready)).context["screen"]
    assert "outcome is unknown" in screen.generate.why_not


def test_older_version_points_to_the_newer(as_alice: Client, ready: Version) -> None:
    newer = make_version(ready.asset, "de-DE", VersionStatus.COMPLETED)
    page = as_alice.get(url_of(ready))
    assert "This is version 1. Version 2 is newer." in text_of(page)
    assert has_tag(page, f'href="/versions/{newer.pk}/"')
    assert page.context["screen"].badge.label == "Ready for review"


def test_settled_page_asks_for_itself_now_and_then(as_alice: Client, done: Version) -> None:
    settle(done.asset)
    part = tag_with(as_alice.get(url_of(done)), f'id="version-progress-{done.pk}"')
    assert 'hx-trigger="every 15s"' in part


def test_part_answers_304_until_a_film_arrives(as_alice: Client, team: Team) -> None:
    version = make_version(make_asset(team), status=VersionStatus.GENERATING)
    settle(version.asset)
    page = as_alice.get(url_of(version))
    assert 'hx-trigger="every 3s"' in tag_with(page, f'id="version-progress-{version.pk}"')
    known = {"If-None-Match": as_alice.get(url_of(version, "progress/")).headers["ETag"]}
    assert as_alice.get(url_of(version, "progress/"), headers=known).status_code == 304
    make_film(version)
    assert as_alice.get(url_of(version, "progress/"), headers=known).status_code == 200


def test_players_are_left_alone_while_the_page_renews_itself(
    as_alice: Client, done: Version
) -> None:
    for page in (as_alice.get(url_of(done)), as_alice.get(url_of(done, "progress/"))):
        film = page.context["screen"].film
        assert "hx-morph-skip" in tag_with(page, f'id="player-{film.pk}"')
        assert "hx-morph-skip" in tag_with(page, 'id="player-source"')


def test_reviewer_may_edit_and_download_but_not_command(team: Team, done: Version) -> None:
    client = signed_in(make_member(team, Role.REVIEWER))
    text = text_of(client.get(url_of(done)))
    assert "Open in Studio" in text and "Download" in text
    assert "Generate:" not in text and "Revise" not in text
    assert client.post(url_of(done, "generate/")).status_code == 403
    assert client.get(url_of(done, "download/")).status_code == 302


def test_viewer_may_only_watch(as_bob: Client, done: Version) -> None:
    page = as_bob.get(url_of(done))
    assert has_tag(page, "<video")
    text = text_of(page)
    assert "Download" not in text and "Open in Studio" not in text
    with team_scope(done.team_id):
        film = done.films.get()
    for path in (url_of(done, "download/"), f"/downloads/{film.pk}/", url_of(done, "studio/")):
        assert as_bob.get(path).status_code == 403
    for part in ("generate/", "revise/", "copy/"):
        assert as_bob.post(url_of(done, part)).status_code == 403


def test_foreign_dub_does_not_exist(as_charlie: Client, done: Version) -> None:
    with all_teams("test"):
        film = done.films.get()
    parts = ("", "progress/", "revise/", "studio/", "download/", "result/")
    paths = [url_of(done, part) for part in parts] + [f"/downloads/{film.pk}/"]
    for path in paths:
        assert as_charlie.get(path).status_code == 404
    for part in ("generate/", "revise/", "copy/"):
        assert as_charlie.post(url_of(done, part)).status_code == 404


@pytest.mark.parametrize("part", ["generate/", "copy/"])
def test_commands_need_a_post(as_alice: Client, ready: Version, part: str) -> None:
    assert as_alice.get(url_of(ready, part)).status_code == 405
