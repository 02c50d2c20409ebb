"""Every group comes up when it should, says how much, and leads to where it is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.filters import DubbingFilter
from dubbing.models import Dubbing
from dubbing.services.attention import Button, Concern, Viewer, find_concerns
from dubbing.services.attention import concerns as counting
from dubbing.services.attention import dubs as dub_counting
from dubbing.states import Group, Stage
from tests.builders import connection_of, make_api_key, make_asset, make_dubbing, make_member
from tests.conftest import signed_in
from tests.dubbing.api.caller import Caller
from tests.dubbing.attention.situations import (
    SITUATIONS,
    command,
    days,
    dub,
    lapsing_link,
    signed_address,
)

# Session, person, teams; brakes, connection, lanes, open commands; one for each group of dubs.
MOST_QUERIES = 24


@pytest.fixture
def team(team: Team) -> Team:
    connection_of(team)
    return team


def concerns_of(user: User, team: Team) -> dict[str, Concern]:
    membership = Membership.objects.get(user=user, team=team)
    with team_scope(team.id):
        return {row.key: row for row in find_concerns(viewer=Viewer(membership, user))}


def press(client: Client, button: Button) -> HttpResponse:
    """As a browser does it; what came of it."""
    if not button.is_post:
        return client.get(button.url, follow=True)
    fields: dict[str, list[str]] = {}
    for name, value in button.fields:
        fields.setdefault(name, []).append(value)
    return client.post(button.url, fields, follow=True)


def test_nothing_to_do_is_nothing(team, alice):
    dub(team, Stage.FINISHED, due_on=days(-20))
    dub(team, Stage.READY, due_on=days(3))
    dub(team, Stage.GENERATING, stage_since=timezone.now())
    assert concerns_of(alice, team) == {}


@pytest.mark.parametrize("key", SITUATIONS)
def test_each_group_comes_up_and_its_button_works(team, alice, key):
    make_it, words = SITUATIONS[key]
    make_it(team)
    found = concerns_of(alice, team)
    assert set(found) == {key}
    concern = found[key]
    assert words in concern.sentence
    assert concern.count == 1
    as_alice = signed_in(alice)
    assert escape(concern.sentence) in as_alice.get("/attention/").content.decode()
    assert concern.button is not None
    assert press(as_alice, concern.button).status_code == 200


def test_the_filter_of_each_group_finds_just_its_dubs(team, alice):
    vera = make_member(team, Role.REVIEWER)
    everything(team)
    dub(team, Stage.FAILED, failure_code="")
    dub(team, Stage.READY, reviewer=vera, due_on=days(-4))
    dub(team, Stage.REVISION_ASKED, owner=vera)
    dub(team, Stage.READY, reviewer=alice)
    for person in (alice, vera):
        with_dubs = [row for row in concerns_of(person, team).values() if row.query]
        assert with_dubs
        for concern in with_dubs:
            with team_scope(team.id):
                asked = DubbingFilter.parse(dict(QueryDict(concern.query).lists()), person)
                assert not asked.problems
                assert asked.dubbings().count() == concern.count, concern.key
            for address in (concern.list_url, concern.matrix_url):
                assert signed_in(person).get(address).status_code == 200, address


def everything(team: Team) -> None:
    for make_it, _ in SITUATIONS.values():
        make_it(team)


def test_other_teams_and_viewers_are_asked_for_nothing(team, bob, charlie):
    everything(team)
    theirs = charlie.memberships.get().team
    connection_of(theirs)
    assert concerns_of(charlie, theirs) == {}
    assert concerns_of(bob, team) == {}
    assert "Nothing needs you" in signed_in(bob).get("/attention/").content.decode()


def test_producers_are_led_only_where_they_may_go(team):
    everything(team)
    person = make_member(team, Role.PRODUCER)
    client = signed_in(person)
    found = concerns_of(person, team)
    assert "callbacks_refused" not in found
    for concern in found.values():
        if concern.button is not None:
            assert press(client, concern.button).status_code == 200


def test_a_team_without_a_connection_is_told(db, charlie):
    team = charlie.memberships.get().team
    assert set(concerns_of(charlie, team)) == {"no_connection"}


def test_hidden_dubs_need_nobody(team, alice):
    for stage in (Stage.FAILED, Stage.NOT_SENT, Stage.REVISION_ASKED, Stage.READY):
        dub(team, stage, is_hidden=True, due_on=days(-1))
    assert concerns_of(alice, team) == {}


def test_failures_are_told_by_cause_the_largest_first(team, alice):
    asset = make_asset(team, title="Harvest <talk>")
    for locale in ("de-DE", "fr-FR", "es-ES"):
        dub(team, Stage.FAILED, asset=asset, locale=locale, failure_code="NoAudioTrack")
    dub(team, Stage.FAILED, failure_code="NoSpeech")
    dub(team, Stage.FAILED, failure_code="NoSpeech")
    sentences = [row.sentence for row in concerns_of(alice, team).values()]
    assert sentences == [
        "3 dubs of “Harvest <talk>” failed: the video has no sound.",
        "2 dubs of 2 videos failed: nobody speaks in the video.",
    ]


def test_links_that_ended_or_are_waiting_to_be_sent_count_too(team, alice):
    lapsing_link(team, hours=-1)
    address = signed_address(timezone.now() + timedelta(hours=1))
    command(team, kind="create", version=None, asset=make_asset(team, media_url=address))
    lapsing_link(team, hours=70)
    concern = concerns_of(alice, team)["links_lapsing"]
    assert concern.sentence == "1 link ended before its video was sent."
    assert (concern.count, concern.group) == (2, Group.BROKEN)


def test_the_page_asks_few_queries_whatever_there_is(team, alice, client):
    client.force_login(alice)
    client.get("/attention/")
    with CaptureQueriesContext(connection) as calm:
        client.get("/attention/")
    everything(team)
    for _ in range(20):
        dub(team, Stage.FAILED, failure_code="NoSpeech")
        dub(team, Stage.REVISION_ASKED, due_on=days(-1))
    with CaptureQueriesContext(connection) as full:
        client.get("/attention/")
    assert len(calm) <= len(full) <= MOST_QUERIES


def test_what_can_heal_is_retried_all_at_once_after_a_question(team, alice):
    for _ in range(3):
        row = dub(team, Stage.FAILED, failure_code="Unknown")
        with team_scope(team.id):
            type(row.current).objects.filter(pk=row.current_id).update(status="Failed")
    for _ in range(2):
        dub(team, Stage.FAILED, failure_code="NoSpeech")
        dub(team, Stage.NOT_SENT)
    found = concerns_of(alice, team)
    answer = press(signed_in(alice), found["failed:Unknown"].button)
    assert answer.request["PATH_INFO"].startswith("/bulk/")
    words = " ".join(answer.content.decode().split())
    assert "3 dubs" in words and "reopened for editing at Panjaya" in words
    assert found["failed:NoSpeech"].button.label == "Show them", "Panjaya gave those videos up"
    answer = press(signed_in(alice), found["not_sent"].button)
    assert answer.request["PATH_INFO"].startswith("/bulk/")
    with team_scope(team.id):
        assert not type(row).objects.exclude(stage__in=["failed", "not_sent"]).exists()


def test_many_are_counted_up_to_a_thousand(team, alice, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 3)
    monkeypatch.setattr(dub_counting, "COUNTED", 3)
    for _ in range(6):
        dub(team, Stage.REVISION_ASKED)
    concern = concerns_of(alice, team)["revision_asked"]
    assert (concern.count, concern.is_many, concern.counted) == (4, True, "3+")
    assert concern.sentence.startswith("A revision is asked for: 3+ dubs of 3+ videos")


def test_the_oldest_is_told(team, alice):
    since = timezone.now() - timedelta(days=9)
    dub(team, Stage.REVISION_ASKED)
    dub(team, Stage.REVISION_ASKED, stage_since=since)
    assert concerns_of(alice, team)["revision_asked"].oldest == since
    dub(team, Stage.APPROVED, due_on=days(-4))
    late = concerns_of(alice, team)["overdue"].oldest
    assert timezone.localtime(late).date() == days(-3)


def test_reviewers_see_what_is_theirs(team):
    vera = make_member(team, Role.REVIEWER, email="vera@example.org")
    dub(team, Stage.READY, due_on=days(-1))
    dub(team, Stage.FAILED)
    dub(team, Stage.REVISION_ASKED)
    assert concerns_of(vera, team) == {}
    dub(team, Stage.READY, reviewer=vera)
    dub(team, Stage.IN_REVIEW, reviewer=vera, due_on=days(-1))
    dub(team, Stage.REVISION_ASKED, owner=vera)
    found = concerns_of(vera, team)
    assert [(row.key, row.count) for row in found.values()] == [
        ("waiting_for_you", 2),
        ("review_overdue", 1),
        ("revision_asked", 1),
    ]
    assert found["waiting_for_you"].sentence == "2 dubs of 2 videos wait for your review."
    for concern in found.values():
        assert signed_in(vera).get(concern.button.url, follow=True).status_code == 200


def test_owners_who_review_are_told_too(team, alice):
    dub(team, Stage.READY, reviewer=alice)
    assert set(concerns_of(alice, team)) == {"waiting_for_you"}


def test_a_dub_in_the_making_without_a_version_has_a_way_on(team, alice):
    make_dubbing(make_asset(team), stage=Stage.PREPARING, due_on=days(-1))
    concern = concerns_of(alice, team)["overdue"]
    assert "/assets/" in concern.button.url


def test_looking_makes_slow_videos_due(team, alice):
    asset = make_asset(team)
    dub(team, Stage.GENERATING, asset=asset)
    dub(team, Stage.GENERATING, stage_since=timezone.now())
    answer = signed_in(alice).post("/attention/look/", follow=True)
    assert "Panjaya is asked about 1 video now." in answer.content.decode()
    with team_scope(team.id):
        due = type(asset).objects.exclude(refresh_due_at=None)
        assert list(due) == [asset]
        Dubbing.objects.update(stage_since=timezone.now())
    answer = signed_in(alice).post("/attention/look/", follow=True)
    assert "Nothing takes longer than usual any more." in answer.content.decode()


def test_api_tells_the_same(team, alice):
    everything(team)
    caller = Caller(make_api_key(team, Role.OWNER)[1])
    told = caller.get("attention/").json()["groups"]
    assert {row["key"] for row in told} == set(concerns_of(alice, team))
    failed = next(row for row in told if row["key"] == "failed:NoSpeech")
    assert failed["urgency"] == "broken" and failed["count"] == 1 and failed["oldest"]
    assert failed["filter"] == "stage=failed&failure=NoSpeech"
    paused = next(row for row in told if row["key"] == "paused")
    assert paused["filter"] is None and "Month is over" in paused["advice"]
    asked = Caller(make_api_key(team, Role.VIEWER)[1])
    assert asked.get("attention/").json()["groups"] == []


def rail_count(user: User) -> Any:
    links = signed_in(user).get("/attention/").context["links"]
    return next(link.count for link in links if link.page.view_name == "dubbing:attention")


def test_rail_counts_each_dub_once(team, alice, bob):
    dub(team, Stage.FAILED, due_on=days(-1))
    dub(team, Stage.READY, reviewer=alice, due_on=days(-3))
    dub(team, Stage.GENERATING)
    dub(team, Stage.FINISHED, due_on=days(-3))
    assert rail_count(alice) == 2, "what is slow is the page's own to say"
    assert rail_count(bob) == 0
