from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Connection, OutboxMessage, SendingLane
from dubbing.remote.errors import NotSentError, RemoteError
from dubbing.services import lanes
from dubbing.services.actors import DESK, Actor
from dubbing.services.brakes import pause_installation, pause_team, why_stopped
from dubbing.services.outbox import claim_message, enqueue_message, put_back, settle_unknown
from dubbing.services.versions import generate_version
from dubbing.states import AssetStatus, Kind, MessageState
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.brakes.conftest import give_video

QUEUE = "/queue/"


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def message(team: Team, line: Connection) -> OutboxMessage:
    with team_scope(team.pk):
        return give_video(team)


def reload(row):
    with all_teams("test"):
        return type(row).objects.get(pk=row.pk)


def test_an_empty_queue_says_so(as_alice):
    assert "Everything is sent" in text(as_alice.get(QUEUE))


def test_a_waiting_command_is_listed_with_its_countdown_and_counted_in_the_rail(
    as_alice, team, alice, line
):
    with team_scope(team.pk):
        version = make_version(make_asset(team, title="Harbour"))
        generate_version(version=version, actor=Actor(user=alice))
    page = as_alice.get(QUEUE)
    words = text(page)
    for part in ("Harbour", "Generate the film: German", "Alice Ash", "Will be sent", "in 30 s"):
        assert part in words
    assert '<span class="rail-count">1</span>' in page.content.decode()
    assert '<span class="rail-count">1</span>' in as_alice.get("/profile/").content.decode()


def test_a_row_names_a_few_languages_and_counts_the_others(as_alice, team, line):
    with team_scope(team.pk):
        asset = make_asset(team, remote_id="", status=AssetStatus.SENDING)
        codes = ("de-DE", "fr-FR", "es-ES", "sv-SE", "it-IT", "nl-NL", "da-DK", "fi-FI")
        rows = [make_dubbing(asset, code, remote_id="") for code in codes]
        payload = {"dubbings": [str(row.pk) for row in rows]}
        enqueue_message(asset=asset, kind=Kind.CREATE, actor=DESK, payload=payload)
    words = text(as_alice.get(QUEUE))
    assert "Danish, Dutch, Finnish, French (France), German and 3 more" in words


def test_the_video_page_offers_undo_and_undo_works(as_alice, message):
    page = as_alice.get(f"/assets/{message.asset_id}/")
    assert re.search("Will be sent in (30|2[0-9]) s", text(page))
    answer = as_alice.post(f"/messages/{message.pk}/take-back/", follow=True)
    words = text(answer)
    assert "Taken back. It was not sent." in words
    assert "Taken back by Alice Ash." in words
    assert "Send it after all" in words
    assert reload(message).state == MessageState.CANCELLED


def test_the_dubs_page_offers_undo(as_alice, team, alice, line):
    with team_scope(team.pk):
        version = make_version(make_asset(team))
        generate_version(version=version, actor=Actor(user=alice))
    page = as_alice.get(f"/versions/{version.pk}/")
    assert re.search("Will be sent in (30|2[0-9]) s", text(page))


def test_send_now_from_the_queue(as_alice, message):
    answer = as_alice.post(f"/messages/{message.pk}/now/", {"next": "queue"})
    assert answer.url == QUEUE
    assert reload(message).due_at <= timezone.now()


def test_too_late_is_said(as_alice, team, message):
    with team_scope(team.pk):
        OutboxMessage.objects.update(state=MessageState.SENDING)
    for command in ("now", "take-back"):
        answer = as_alice.post(f"/messages/{message.pk}/{command}/", follow=True)
        assert "too late" in text(answer)


def test_a_viewer_sees_the_queue_without_buttons(as_bob, message):
    page = as_bob.get(QUEUE).content.decode()
    assert "Send the video" in page
    assert "Take back" not in page
    assert "Pause" not in page


def test_pausing_says_who_and_why_on_every_page_and_goes_on(as_alice, team, message):
    assert "Pause sending for the team?" in text(as_alice.get("/queue/pause/"))
    words = text(as_alice.post("/queue/pause/", {"reason": "Budget"}, follow=True))
    assert "Sending is paused" in words
    assert "Budget" in words
    video = text(as_alice.get(f"/assets/{message.asset_id}/"))
    assert "Sending is paused by Alice Ash since" in video
    assert "Go on in the queue" in video
    words = text(as_alice.post("/queue/resume/", follow=True))
    assert "Sending goes on." in words
    with team_scope(team.pk):
        assert why_stopped(team_id=team.pk) is None


def test_a_reason_that_is_too_long_is_refused(as_alice, team):
    answer = as_alice.post("/queue/pause/", {"reason": "x" * 301})
    assert answer.status_code == 200
    with team_scope(team.pk):
        assert why_stopped(team_id=team.pk) is None


def test_a_stop_of_the_installation_is_not_the_teams_to_end(as_alice, message):
    pause_installation(by=None, reason="Move")
    page = as_alice.get(QUEUE)
    assert "paused for the whole installation" in text(page)
    assert "/queue/resume/" not in page.content.decode()


def test_a_failed_attempt_shows_its_reason(as_alice, team, message):
    with team_scope(team.pk):
        claimed = claim_message(message_id=message.pk, now=message.due_at)
        put_back(message=claimed, error=NotSentError("The cable is out."), now=timezone.now())
    words = text(as_alice.get(QUEUE))
    assert "The cable is out." in words
    assert "Waits for the next try" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rejected": True}, "The key of “Test engine” is refused"),
        ({"down_since": True}, "“Test engine” cannot be reached"),
        ({"held_until": True}, "“Test engine” asked us to come later"),
    ],
)
def test_why_a_connection_stands_still_and_the_way_on(
    as_alice, team, line, message, changes, words
):
    now = timezone.now()
    with team_scope(team.pk):
        lane = SendingLane.objects.create(team=team, connection=line)
        if "rejected" in changes:
            lanes.note_rejected_key(connection=line, reason="Bad key")
        if "down_since" in changes:
            lane.down_since, lane.outages = now, 5
            lane.probe_at = now + timedelta(seconds=40)
            lane.save()
        if "held_until" in changes:
            lanes.note_wait(connection=line, until=now + timedelta(seconds=90))
    assert words in text(as_alice.get(QUEUE))
    as_alice.post(f"/queue/lanes/{line.pk}/resume/")
    assert words not in text(as_alice.get(QUEUE))


def test_an_unknown_outcome_leads_to_its_page(as_alice, team, message):
    with team_scope(team.pk):
        claimed = claim_message(message_id=message.pk, now=message.due_at)
        settle_unknown(message=claimed, error=RemoteError("no answer"), now=timezone.now())
    assert f"/messages/{message.pk}/decide/" in as_alice.get(QUEUE).content.decode()


def test_nothing_is_rendered_while_nothing_changes(as_alice, team, message):
    first = as_alice.get("/queue/rows/")
    etag = first.headers["ETag"]
    again = as_alice.get("/queue/rows/", headers={"If-None-Match": etag})
    assert again.status_code == 304
    with team_scope(team.pk):
        pause_team(team=team, by=None)
    assert as_alice.get("/queue/rows/", headers={"If-None-Match": etag}).status_code == 200


def test_long_queues_have_pages_and_the_same_number_of_queries(
    as_alice: Client, team, line, django_assert_max_num_queries
):
    with team_scope(team.pk):
        titles = [give_video(team).asset.title for _ in range(55)]
    with django_assert_max_num_queries(14):
        page = as_alice.get(QUEUE)
    shown = [title for title in titles if f">{title}<" in page.content.decode()]
    assert len(shown) == 50
    following = re.search(r'href="(/queue/\?[^"]+)"', page.content.decode())
    rest = as_alice.get(following[1].replace("&amp;", "&")).content.decode()
    assert [title for title in titles if f">{title}<" in rest] == titles[50:]


@pytest.mark.parametrize("words", ["at=x&after=y", "at=2031-01-01&after=1", "at=2031-13-99T99:99Z"])
def test_a_place_nobody_was_given_shows_the_start(as_alice, message, words):
    assert "Send the video" in text(as_alice.get(f"{QUEUE}?{words}"))


def test_another_teams_commands_are_not_there(as_charlie, message, line):
    assert "Everything is sent" in text(as_charlie.get(QUEUE))
    assert as_charlie.post(f"/messages/{message.pk}/take-back/").status_code == 404
    assert as_charlie.post(f"/queue/lanes/{line.pk}/resume/").status_code == 404


def test_an_owner_sets_how_long_a_command_can_be_taken_back(as_alice, team, line):
    assert "How long can a command be taken back?" in text(as_alice.get("/queue/delay/"))
    as_alice.post("/queue/delay/", {"delay_seconds": "90"})
    with team_scope(team.pk):
        assert (give_video(team).due_at - timezone.now()).total_seconds() > 89
    assert 'value="90"' in as_alice.get("/queue/delay/").content.decode()
    assert as_alice.post("/queue/delay/", {"delay_seconds": "-1"}).status_code == 200
    as_alice.post("/queue/delay/", {"delay_seconds": ""})
    with team_scope(team.pk):
        assert (give_video(team).due_at - timezone.now()).total_seconds() < 31
