from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts.models import Membership, Team, User
from accounts.roles import Can, Role
from accounts.services.members import change_role, remove_member
from tests.builders import make_member


def membership(user: User) -> Membership:
    return user.memberships.get()


def test_everybody_in_the_team_sees_who_is_in_it(as_bob: Client, alice: User) -> None:
    page = as_bob.get("/members/").content.decode()
    assert alice.email in page
    assert "Invite somebody" not in page


def test_only_an_owner_is_offered_changes(as_alice: Client, bob: User) -> None:
    page = as_alice.get("/members/").content.decode()
    assert "Invite somebody" in page
    assert f"/members/{membership(bob).pk}/remove/" in page


def test_the_role_matrix_is_printed_from_the_one_table(as_bob: Client) -> None:
    matrix = as_bob.get("/members/").context["matrix"]
    assert [row["action"] for row in matrix] == [can.value for can in Can]
    assert dict(matrix[-1]["allowed"])[Role.OWNER] is True
    assert dict(matrix[-1]["allowed"])[Role.VIEWER] is False


def test_owner_changes_a_role(as_alice: Client, bob: User) -> None:
    url = f"/members/{membership(bob).pk}/role/"
    answer = as_alice.post(url, {"role": "producer"}, follow=True)
    assert membership(bob).role == Role.PRODUCER
    assert "Bob Birch is now producer." in answer.content.decode()


def test_a_word_that_is_no_role_changes_nothing(as_alice: Client, bob: User) -> None:
    answer = as_alice.post(f"/members/{membership(bob).pk}/role/", {"role": "king"}, follow=True)
    assert membership(bob).role == Role.VIEWER
    assert "Choose one of the roles." in answer.content.decode()


def test_the_last_owner_stays_owner(as_alice: Client, alice: User) -> None:
    url = f"/members/{membership(alice).pk}/role/"
    answer = as_alice.post(url, {"role": "viewer"}, follow=True)
    assert membership(alice).role == Role.OWNER
    assert "A team keeps at least one owner." in answer.content.decode()


def test_the_last_owner_cannot_leave(as_alice: Client, alice: User) -> None:
    answer = as_alice.post("/members/leave/")
    assert answer.status_code == 409
    assert "A team keeps at least one owner." in answer.content.decode()
    assert membership(alice).role == Role.OWNER


def test_an_owner_leaves_when_there_is_another(as_alice: Client, alice: User, team: Team) -> None:
    make_member(team, Role.OWNER)
    as_alice.post("/members/leave/")
    assert not alice.memberships.exists()
    assert as_alice.get("/members/").status_code == 403


def test_a_removed_member_is_out_at_once(as_alice: Client, as_bob: Client, bob: User) -> None:
    assert as_bob.get("/members/").status_code == 200
    url = f"/members/{membership(bob).pk}/remove/"
    assert "Videos and history stay." in as_alice.get(url).content.decode()
    assert bob.memberships.exists()
    as_alice.post(url)
    assert as_bob.get("/members/").status_code == 403


def test_another_teams_member_is_unknown(as_charlie: Client, bob: User) -> None:
    for verb in ("role", "remove"):
        url = f"/members/{membership(bob).pk}/{verb}/"
        assert as_charlie.post(url, {"role": "viewer"}).status_code == 404
    assert membership(bob).role == Role.VIEWER


def test_nobody_gives_more_than_they_have(team: Team, bob: User) -> None:
    giver = membership(make_member(team, Role.PRODUCER))
    with pytest.raises(ValidationError) as refusal:
        change_role(membership=membership(bob), role=Role.OWNER, changed_by=giver)
    assert refusal.value.error_dict["role"][0].code == "role"


def test_a_member_who_is_gone_cannot_be_removed_again(bob: User) -> None:
    gone = membership(bob)
    remove_member(membership=gone)
    with pytest.raises(ValidationError, match="no longer in the team"):
        remove_member(membership=gone)


@pytest.fixture
def two_owners(transactional_db: None) -> Iterator[list[Membership]]:
    team = Team.objects.create(slug="pair", name="Pair")
    yield [membership(make_member(team, Role.OWNER)) for _ in range(2)]


def test_two_owners_leaving_at_once_leave_one(two_owners: list[Membership]) -> None:
    refusals: list[ValidationError] = []
    start = threading.Barrier(2)

    def leave(owner: Membership) -> None:
        start.wait(timeout=10)
        try:
            remove_member(membership=owner)
        except ValidationError as error:
            refusals.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[owner]) for owner in two_owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert [error.code for error in refusals] == ["last_owner"]
    assert Membership.objects.filter(role=Role.OWNER).count() == 1
