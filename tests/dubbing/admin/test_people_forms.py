"""People, teams and keys as typed in the admin, each fault beside its field."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import ApiKey, Membership, Team, User, hash_secret
from accounts.roles import Role
from tests.builders import (
    PASSWORD,
    make_member,
    make_user,
)
from tests.dubbing.admin.rows import errors_of, newest, refreshed


def test_key_is_shown_once_and_works(team: Team, as_operator: Client, operator: User) -> None:
    data = {"for_team": str(team.pk), "name": "ci", "role": "producer"}
    answer = as_operator.post("/admin/accounts/apikey/add/", data, follow=True)
    page = answer.content.decode()
    token = page.split("desk-token'>")[1].split("<")[0]
    key = newest(ApiKey)
    assert token.startswith(f"dd_{key.prefix}_")
    assert key.secret_hash == hash_secret(token.split("_", 2)[2])
    assert (key.team, key.created_by) == (team, operator)
    again = as_operator.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    assert token not in again and key.secret_hash not in again


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"role": "emperor"}, "role"),
        ({"for_team": ""}, "for_team"),
        ({"expires_at_0": "2001-01-01", "expires_at_1": "00:00:00"}, "expires_at"),
    ],
)
def test_bad_key_gets_its_error(
    changes: dict[str, str], field: str, team: Team, as_operator: Client
) -> None:
    data = {"for_team": str(team.pk), "name": "ci", "role": "producer"} | changes
    assert list(errors_of(as_operator.post("/admin/accounts/apikey/add/", data))) == [field]


# --- People and teams ------------------------------------------------------------------------
def user_data(**changes: str) -> dict[str, str]:
    return {
        "email": "New.Person@Example.org",
        "name": "New Person",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    } | changes


def test_person_is_made_and_may_sign_in(as_operator: Client) -> None:
    assert as_operator.post("/admin/accounts/user/add/", user_data()).status_code == 302
    person = User.objects.get(email="new.person@example.org")
    assert person.check_password(PASSWORD)
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.primary, address.verified) == (person.email, True, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "taken@example.org"}, "email"),
        ({"email": "second@example.org"}, "email"),
        ({"password2": "another one"}, "password2"),
        ({"password1": "12345", "password2": "12345"}, "password2"),
        ({"password1": "", "password2": ""}, "password1"),
    ],
)
def test_bad_person_gets_its_error(
    changes: dict[str, str], field: str, as_operator: Client
) -> None:
    taken = make_user(email="taken@example.org")
    EmailAddress.objects.create(user=taken, email="second@example.org", verified=True)
    errors = errors_of(as_operator.post("/admin/accounts/user/add/", user_data(**changes)))
    assert field in errors
    assert not User.objects.filter(name="New Person").exists()


def inline_data(team: Team, *rows: tuple[Membership | None, User, str, bool]) -> dict[str, str]:
    """The team's page as posted: (membership, person, role, delete?)."""
    data = {
        "name": team.name,
        "slug": team.slug,
        "memberships-TOTAL_FORMS": str(len(rows)),
        "memberships-INITIAL_FORMS": str(sum(row[0] is not None for row in rows)),
    }
    for number, (membership, user, role, gone) in enumerate(rows):
        data |= {
            f"memberships-{number}-id": str(membership.pk) if membership else "",
            f"memberships-{number}-team": str(team.pk or ""),
            f"memberships-{number}-user": str(user.pk),
            f"memberships-{number}-role": role,
        }
        if gone:
            data[f"memberships-{number}-DELETE"] = "on"
    return data


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def roles_in(team: Team) -> dict[str, str]:
    return dict(team.memberships.values_list("user__email", "role"))


def test_team_is_made_with_its_members(as_operator: Client) -> None:
    first, second = make_user(), make_user()
    new = Team(name="Second", slug="second")
    data = inline_data(new, (None, first, "owner", False), (None, second, "viewer", False))
    for number in range(2):
        data[f"memberships-{number}-team"] = ""
    assert as_operator.post("/admin/accounts/team/add/", data).status_code == 302
    assert roles_in(Team.objects.get(slug="second")) == {
        first.email: "owner",
        second.email: "viewer",
    }


@pytest.mark.parametrize(("role", "gone"), [("viewer", False), ("owner", True)])
def test_last_owner_stays(
    role: str, gone: bool, team: Team, alice: User, bob: User, as_operator: Client
) -> None:
    data = inline_data(
        team,
        (membership_of(alice), alice, role, gone),
        (membership_of(bob), bob, "viewer", False),
    )
    answer = as_operator.post(f"/admin/accounts/team/{team.pk}/change/", data)
    assert "A team keeps at least one owner." in answer.content.decode()
    assert roles_in(team) == {alice.email: "owner", bob.email: "viewer"}


def test_new_team_with_people_but_no_owner_is_refused(as_operator: Client) -> None:
    data = inline_data(Team(name="T", slug="t"), (None, make_user(), "viewer", False))
    data["memberships-0-team"] = ""
    answer = as_operator.post("/admin/accounts/team/add/", data)
    assert "A team keeps at least one owner." in answer.content.decode()
    assert not Team.objects.filter(slug="t").exists()


def test_ownership_is_handed_over_in_one_save(
    team: Team, alice: User, bob: User, as_operator: Client
) -> None:
    data = inline_data(
        team,
        (membership_of(alice), alice, "producer", False),
        (membership_of(bob), bob, "owner", False),
    )
    assert as_operator.post(f"/admin/accounts/team/{team.pk}/change/", data).status_code == 302
    assert roles_in(team) == {alice.email: "producer", bob.email: "owner"}


def test_owner_is_replaced_by_a_new_member_in_one_save(
    team: Team, alice: User, as_operator: Client
) -> None:
    new = make_user()
    rows = [(membership_of(alice), alice, "owner", True), (None, new, "owner", False)]
    data = inline_data(team, *rows)
    assert as_operator.post(f"/admin/accounts/team/{team.pk}/change/", data).status_code == 302
    assert roles_in(team) == {new.email: "owner"}


def test_nobody_is_twice_in_a_team(team: Team, alice: User, as_operator: Client) -> None:
    data = inline_data(
        team, (membership_of(alice), alice, "owner", False), (None, alice, "viewer", False)
    )
    answer = as_operator.post(f"/admin/accounts/team/{team.pk}/change/", data)
    assert answer.status_code == 200 and "duplicate" in answer.content.decode()


def person_data(user: User, **changes: str) -> dict[str, str]:
    return {
        "email": user.email,
        "name": user.name,
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    } | changes


def test_only_owner_of_a_team_is_not_switched_off(
    team: Team, alice: User, as_operator: Client
) -> None:
    data = person_data(alice)
    del data["is_active"]
    errors = errors_of(as_operator.post(f"/admin/accounts/user/{alice.pk}/change/", data))
    assert "Studio would be left without an owner" in errors["is_active"][0]
    make_member(team, Role.OWNER)
    answer = as_operator.post(f"/admin/accounts/user/{alice.pk}/change/", data)
    assert answer.status_code == 302 and not refreshed(alice).is_active


def test_old_mailbox_opens_nothing_after_a_change(alice: User, as_operator: Client) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    data = person_data(alice, email="alice@new.example.org")
    assert as_operator.post(f"/admin/accounts/user/{alice.pk}/change/", data).status_code == 302
    addresses = EmailAddress.objects.filter(user=alice).values_list("email", "primary")
    assert list(addresses) == [("alice@new.example.org", True)]


def test_password_is_set_by_the_operator(alice: User, as_operator: Client) -> None:
    url = f"/admin/accounts/user/{alice.pk}/password/"
    data = {
        "usable_password": "true",
        "password1": "quite new words",
        "password2": "quite new words",
    }
    assert as_operator.get(url).status_code == 200
    assert as_operator.post(url, data).status_code == 302
    assert refreshed(alice).check_password("quite new words")
