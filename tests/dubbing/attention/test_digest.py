"""One mail a day and person, of all their teams, and none without anything to do."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.scoping import all_teams
from config.celery import app
from dubbing import wake
from dubbing.models import MemberDesk
from dubbing.services.attention import send_digest, send_digests, stop_token
from dubbing.states import Stage
from tests.builders import connection_of, make_api_key, make_asset, make_member, make_team
from tests.conftest import signed_in
from tests.dubbing.attention.situations import dub

MORNING = datetime(2026, 12, 1, 7, 5, tzinfo=UTC)


@pytest.fixture
def team(team: Team) -> Team:
    connection_of(team)
    return team


def links_of(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith("http")]


def test_one_mail_tells_what_one_can_act_on(team, alice, bob):
    dub(team, Stage.FAILED, failure_code="NoSpeech")
    dub(team, Stage.REVISION_ASKED)
    assert send_digests(now=MORNING) == 1
    (told,) = mail.outbox
    assert told.to == [alice.email]
    assert told.subject == "2 things need you at Studio"
    assert "in German failed: nobody speaks in the video." in told.body
    assert "A revision is asked for: “" in told.body
    ((page, kind),) = told.alternatives
    assert kind == "text/html" and "in German failed: nobody speaks in the video." in page


def test_one_thing_is_its_own_subject(team, alice):
    dub(team, Stage.REVISION_ASKED, asset=make_asset(team, title="Talk"))
    send_digests(now=MORNING)
    assert mail.outbox[0].subject == "A revision is asked for: “Talk” in German."


def test_every_link_in_the_mail_opens(team, alice):
    dub(team, Stage.REVISION_ASKED)
    send_digests(now=MORNING)
    links = links_of(mail.outbox[0].body)
    assert len(links) == 3
    for link in links:
        path = link.partition("//")[2].partition("/")[2].partition("#")[0]
        assert signed_in(alice).get(f"/{path}", follow=True).status_code == 200


def test_nothing_to_do_is_no_mail(team, alice):
    assert send_digests(now=MORNING) == 0
    dub(team, Stage.REVISION_ASKED)
    assert send_digests(now=MORNING) == 0, "the day is over with the first look"
    assert not mail.outbox


def test_a_second_run_on_the_same_day_sends_nothing(team, alice):
    dub(team, Stage.REVISION_ASKED)
    assert [send_digests(now=MORNING), send_digests(now=MORNING + timedelta(hours=9))] == [1, 0]
    assert send_digests(now=MORNING + timedelta(days=1)) == 1


def test_nobody_is_mailed_before_the_hour(team, alice, settings):
    dub(team, Stage.REVISION_ASKED)
    settings.DIGEST_HOUR = 9
    assert send_digests(now=MORNING) == 0
    assert send_digests(now=MORNING + timedelta(hours=2)) == 1


def test_one_mail_tells_of_all_teams(team, alice):
    other = make_team(name="Annex")
    connection_of(other)
    Membership.objects.create(team=other, user=alice, role=Role.PRODUCER)
    dub(team, Stage.REVISION_ASKED)
    dub(other, Stage.NOT_SENT)
    assert send_digests(now=MORNING) == 1
    (told,) = mail.outbox
    assert told.subject == "2 things need you in 2 teams"
    assert told.body.index("Annex") < told.body.index("Studio")


def test_a_team_that_is_joined_later_that_day_brings_no_second_mail(team, alice):
    dub(team, Stage.REVISION_ASKED)
    send_digests(now=MORNING)
    other = make_team()
    dub(other, Stage.NOT_SENT)
    Membership.objects.create(team=other, user=alice, role=Role.OWNER)
    assert send_digests(now=MORNING + timedelta(hours=1)) == 0


def test_what_others_have_to_do_is_not_told(team):
    make_member(team, Role.PRODUCER)
    make_api_key(team)
    with all_teams("test"):
        connection_of(team)
        type(connection_of(team)).objects.update(is_sandbox=False)
    assert send_digests(now=MORNING) == 0


def test_people_who_are_gone_are_not_mailed(team, alice):
    dub(team, Stage.REVISION_ASKED)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert send_digests(now=MORNING) == 0
    User.objects.filter(pk=alice.pk).update(is_active=True)
    Membership.objects.filter(user=alice).delete()
    assert send_digests(now=MORNING) == 0


class AwayBackend(EmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError("no mail server")


class RefusingBackend(EmailBackend):
    def send_messages(self, messages: object) -> int:
        raise OSError("full")


def test_no_day_is_taken_while_the_mail_server_is_away(team, alice, settings):
    dub(team, Stage.REVISION_ASKED)
    settings.EMAIL_BACKEND = f"{__name__}.AwayBackend"
    assert send_digests(now=MORNING) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_digests(now=MORNING) == 1


def test_a_mail_that_may_have_left_is_not_sent_again(team, alice, settings):
    dub(team, Stage.REVISION_ASKED)
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    assert send_digests(now=MORNING) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_digests(now=MORNING) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail(team, alice):
    other = make_team()
    Membership.objects.create(team=other, user=alice, role=Role.OWNER)
    dub(team, Stage.REVISION_ASKED)
    today = date(2026, 12, 1)
    together, sent = threading.Barrier(4), []

    def work() -> None:
        together.wait(10)
        try:
            sent.append(send_digest(user_id=alice.pk, today=today))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sorted(sent) == [False, False, False, True]
    assert len(mail.outbox) == 1


# The switch -----------------------------------------------------------------------------------


def wants(user: User) -> set[str]:
    with all_teams("test"):
        return {desk.team.slug for desk in MemberDesk.objects.filter(user=user, wants_digest=True)}


def test_the_page_chooses_teams(team, alice):
    other = make_team(slug="annex", name="Annex")
    Membership.objects.create(team=other, user=alice, role=Role.PRODUCER)
    client = signed_in(alice)
    assert len(client.get("/digest/").context["form"].initial["teams"]) == 2
    client.post("/digest/", {"teams": [str(other.pk)]})
    assert wants(alice) == {"annex"}
    assert client.get("/digest/").context["form"].initial["teams"] == [str(other.pk)]
    dub(team, Stage.REVISION_ASKED)
    assert send_digests(now=MORNING) == 0


def test_a_foreign_team_cannot_be_chosen(team, alice):
    foreign = make_team()
    answer = signed_in(alice).post("/digest/", {"teams": [str(foreign.pk)]})
    assert answer.status_code == 200
    assert "is not one of the available choices" in answer.content.decode()
    assert wants(alice) == set()


def stop_address(user: User) -> str:
    return f"/digest/stop/{stop_token(user)}/"


def test_the_link_in_the_mail_stops_them_without_signing_in(team, alice):
    dub(team, Stage.REVISION_ASKED)
    address = stop_address(alice)
    stranger = Client(enforce_csrf_checks=True)
    assert "End the daily mail?" in stranger.get(address).content.decode()
    assert send_digests(now=MORNING) == 1, "looking at the link ends nothing"
    headers = mail.outbox[0].extra_headers
    assert address in headers["List-Unsubscribe"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = stranger.post(address, {"List-Unsubscribe": "One-Click"})
    assert "No more daily mails" in answer.content.decode()
    assert send_digests(now=MORNING + timedelta(days=1)) == 0


def test_a_forged_link_is_unknown(team, alice, charlie):
    good = stop_token(alice)
    for token in ("x", good[:-1], good + "a", good.replace(good[:8], "AAAAAAAA")):
        assert Client().get(f"/digest/stop/{token}/").status_code == 404
    address = stop_address(charlie)
    with all_teams("test"):
        User.objects.filter(pk=charlie.pk).delete()
    assert Client().post(address).status_code == 404


def test_links_of_mails_open_the_team_they_are_about(team, alice, charlie):
    other = make_team(name="Annex")
    Membership.objects.create(team=other, user=alice, role=Role.PRODUCER)
    client = signed_in(alice)
    for wanted in (other, team):
        page = client.get(f"/attention/of/{wanted.pk}/", follow=True)
        assert page.context["team"] == wanted
    foreign = charlie.memberships.get().team
    assert client.get(f"/attention/of/{foreign.pk}/").status_code == 404


def test_beat_knows_both_tasks():
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {wake.DIGEST, wake.LEARN} <= names


def test_who_joins_gets_the_mail_by_default(team, alice):
    assert timezone.localtime(MORNING).hour == 7
    dub(team, Stage.REVISION_ASKED)
    with all_teams("test"):
        assert not MemberDesk.objects.filter(user=alice).exists()
    assert send_digests(now=MORNING) == 1
    with all_teams("test"):
        assert MemberDesk.objects.get(user=alice).digest_sent_on == date(2026, 12, 1)
