"""“Since you were last here”, and when a visit ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.models import MemberDesk
from dubbing.services.actors import Actor
from dubbing.services.attention import Viewer, last_here, news_since
from dubbing.services.attention.visits import write_visit
from dubbing.services.notes import add_note, reply_to_note
from dubbing.states import Stage
from tests.builders import connection_of, make_member
from tests.conftest import signed_in
from tests.dubbing.attention.situations import dub

START = datetime.fromisoformat("2026-03-02T09:00+00:00")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def visit(user: User, team: Team, *moments: int) -> None:
    with team_scope(team.id):
        for moment in moments:
            write_visit(team_id=team.id, user_id=user.pk, now=START + minutes(moment))


def ended(user: User, team: Team, moment: int) -> datetime | None:
    with team_scope(team.id):
        return last_here(user_id=user.pk, now=START + minutes(moment))


def test_the_first_visit_has_none_before_it(team, alice):
    assert ended(alice, team, 0) is None
    visit(alice, team, 0, 10, 20)
    assert ended(alice, team, 21) is None


def test_half_an_hour_of_silence_ends_a_visit(team, alice):
    visit(alice, team, 0, 10, 20)
    assert ended(alice, team, 51) == START + minutes(20), "told on the first page already"
    visit(alice, team, 51)
    assert ended(alice, team, 52) == START + minutes(20)
    visit(alice, team, 60, 80, 105)
    assert ended(alice, team, 110) == START + minutes(20)


def test_a_late_write_of_an_earlier_moment_changes_nothing(team, alice):
    visit(alice, team, 0, 60, 30)
    with team_scope(team.id):
        desk = MemberDesk.objects.get()
    assert (desk.seen_at, desk.last_here_at) == (START + minutes(60), START)


def test_pages_count_as_being_here_and_their_parts_do_not(team, alice):
    client = signed_in(alice)
    client.get("/attention/groups/", headers={"HX-Request": "true"})
    client.get("/attention/groups/", headers={"Sec-Fetch-Mode": "cors"})
    with team_scope(team.id):
        assert not MemberDesk.objects.exists()
    client.get("/queue/")
    with team_scope(team.id):
        assert MemberDesk.objects.get().user == alice


def was_here(user: User, team: Team, at: datetime) -> None:
    with team_scope(team.id):
        MemberDesk.objects.create(team=team, user=user, seen_at=timezone.now(), last_here_at=at)


def test_what_has_become_of_dubs_meanwhile_is_told(team, alice):
    connection_of(team)
    long_ago = timezone.now() - timedelta(days=3)
    was_here(alice, team, timezone.now() - timedelta(days=1))
    for stage in (Stage.FINISHED, Stage.FINISHED, Stage.FAILED, Stage.APPROVED):
        dub(team, stage)
    dub(team, Stage.FINISHED, stage_since=long_ago)
    page = " ".join(signed_in(alice).get("/attention/").content.decode().split())
    assert "Since you were last here" in page
    assert "<b>2</b> films finished" in page
    assert "<b>1</b> dub failed" in page
    assert "<b>1</b> dub approved" in page
    assert "revision asked" not in page.lower().partition("concerns")[0]


def news(user: User, team: Team) -> dict[str, int]:
    membership = Membership.objects.get(user=user, team=team)
    since = timezone.now() - timedelta(days=1)
    with team_scope(team.id):
        return {
            row.key: row.count for row in news_since(viewer=Viewer(membership, user), since=since)
        }


def test_notes_for_somebody_are_told_to_them_alone(team, alice, bob):
    vera = make_member(team, Role.REVIEWER)
    with team_scope(team.id):
        row = dub(team, Stage.READY, reviewer=vera)
        note = add_note(dubbing=row, text="Is this the right name?", actor=Actor(user=alice))
        reply_to_note(note=note, text="Yes.", actor=Actor(user=vera))
    assert news(vera, team) == {"ready": 1, "notes": 1}
    assert news(alice, team) == {"ready": 1, "notes": 1}
    assert news(bob, team) == {"ready": 1}


def test_reviewers_are_told_of_their_own_dubs(team):
    vera = make_member(team, Role.REVIEWER)
    dub(team, Stage.READY)
    dub(team, Stage.READY, reviewer=vera)
    dub(team, Stage.FINISHED, owner=vera)
    assert news(vera, team) == {"finished": 1, "ready": 1}


@pytest.mark.parametrize("moment", ["", "2026-03-02T09:00:00+00:00"])
def test_page_of_the_first_visit_has_no_news(team, alice, moment):
    dub(team, Stage.FINISHED)
    assert "Since you were last here" not in signed_in(alice).get("/attention/").content.decode()
