from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.services.teams import create_team
from tests.builders import make_team, make_user
from tests.conftest import signed_in


def test_one_switches_between_ones_teams(as_alice: Client, alice: User) -> None:
    other = make_team(name="Kitchen Films")
    Membership.objects.create(team=other, user=alice, role=Role.VIEWER)
    as_alice.post("/teams/switch/", {"team": str(other.pk)})
    page = as_alice.get("/members/")
    assert page.context["team"] == other
    # The role is that of the new team.
    assert as_alice.get("/keys/").status_code == 403


@pytest.mark.parametrize("team_id", ["", "x", "018f0000-0000-7000-8000-000000000000"])
def test_a_team_one_is_not_in_is_unknown(as_alice: Client, team_id: str) -> None:
    assert as_alice.post("/teams/switch/", {"team": team_id}).status_code == 404


def test_a_foreign_team_is_not_switched_to(as_charlie: Client, team: Team) -> None:
    assert as_charlie.post("/teams/switch/", {"team": str(team.pk)}).status_code == 404
    assert as_charlie.get("/members/").context["team"] != team


def test_switching_is_no_link(as_alice: Client) -> None:
    assert as_alice.get("/teams/switch/").status_code == 405


def test_without_a_team_the_page_says_what_to_do(db: None) -> None:
    client = signed_in(make_user())
    answer = client.get("/members/")
    assert answer.status_code == 403
    assert "Ask an owner for an invitation" in answer.content.decode()
    assert client.get("/profile/").status_code == 200


def test_a_new_team_has_an_owner(db: None) -> None:
    user = make_user()
    team = create_team(name=" Studio Nord ", owner=user)
    assert (team.name, team.slug) == ("Studio Nord", "studio-nord")
    assert team.memberships.get(user=user).role == Role.OWNER


def test_a_taken_slug_makes_no_team(team: Team, alice: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        create_team(name="Studio", owner=alice)
    assert "slug" in refusal.value.error_dict
    assert Team.objects.count() == 1


def test_one_changes_ones_own_name(as_bob: Client, bob: User) -> None:
    answer = as_bob.post("/profile/", {"name": " Robert "}, follow=True)
    bob.refresh_from_db()
    assert bob.name == "Robert"
    assert "Your name is changed." in answer.content.decode()


def test_a_name_is_not_left_empty(as_bob: Client, bob: User) -> None:
    answer = as_bob.post("/profile/", {"name": ""})
    assert "name" in answer.context["form"].errors
    bob.refresh_from_db()
    assert bob.name == "Bob Birch"


@pytest.mark.parametrize(
    ("path", "label"),
    [("/members/invite/", "Team"), ("/keys/new/", "API keys"), ("/assets/new/", "New dubbing")],
)
def test_the_rail_says_where_one_is(as_alice: Client, path: str, label: str) -> None:
    rail = as_alice.get(path).content.decode().partition("</header>")[0]
    # On a phone the menu stands in for what the bar has no place for.
    bar, _, menu = rail.partition('<details class="menu rail-more"')
    here = (bar + menu.partition("</details>")[2]).split('aria-current="page"')
    assert len(here) == 2
    assert f"<span>{label}</span>" in here[1][:2000].split("</a>")[0]
