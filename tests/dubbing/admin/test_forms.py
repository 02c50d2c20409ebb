"""What is typed in the admin: the same rules as everywhere, each fault beside its field."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import ApiKey, Membership, Team, User, hash_secret
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.models import Connection, Locale, Project, StatusChange
from dubbing.remote.signature import PANJAYA_PUBLIC_KEY
from tests.builders import (
    PASSWORD,
    PUBLIC_PEM,
    make_asset,
    make_connection,
    make_member,
    make_team,
    make_user,
)
from tests.dubbing.admin.rows import newest, refreshed


def errors_of(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200, "the form was taken"
    return dict(answer.context["adminform"].form.errors)


# --- Connections -----------------------------------------------------------------------------
def connection_data(team: Team, **changes: str) -> dict[str, str]:
    return {
        "for_team": str(team.pk),
        "name": "Panjaya",
        "base_url": "https://api.panjaya.ai/",
        "key": "panjaya-abc1234",
        "public_keys": "",
        "is_current": "on",
    } | changes


def test_connection_is_saved_by_the_service(team: Team, as_operator: Client) -> None:
    old = make_connection(team)
    answer = as_operator.post("/admin/dubbing/connection/add/", connection_data(team))
    assert answer.status_code == 302
    made = newest(Connection)
    assert made.read_key() == "panjaya-abc1234" and made.key_hint == "1234"
    assert made.public_keys == PANJAYA_PUBLIC_KEY
    assert made.base_url == "https://api.panjaya.ai"
    assert made.is_current and not refreshed(old).is_current


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"key": ""}, "key", "Paste the key"),
        ({"public_keys": "nonsense"}, "public_keys", "no P-256 public key"),
        ({"base_url": "ftp://x"}, "base_url", "valid URL"),
        ({"name": ""}, "name", "required"),
        ({"for_team": ""}, "for_team", "required"),
        ({"for_team": "01a206e0-2c2e-765f-8f3f-3491f7ee6417"}, "for_team", "valid choice"),
    ],
)
def test_bad_connection_gets_its_error_and_is_not_saved(
    changes: dict[str, str], field: str, words: str, team: Team, as_operator: Client
) -> None:
    data = connection_data(team, **changes)
    errors = errors_of(as_operator.post("/admin/dubbing/connection/add/", data))
    assert list(errors) == [field] and words in errors[field][0]
    with all_teams("test"):
        assert not Connection.objects.exists()


def test_sandbox_that_is_down_stands_beside_the_address(
    team: Team, as_operator: Client, settings: Any
) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    data = connection_data(team, base_url="http://127.0.0.1:9")
    errors = errors_of(as_operator.post("/admin/dubbing/connection/add/", data))
    assert "does not answer" in errors["base_url"][0]


def test_blank_key_keeps_the_one_that_is_there(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    data = connection_data(team, key="", name="Renamed", public_keys=PUBLIC_PEM)
    url = f"/admin/dubbing/connection/{connection.pk}/change/"
    assert as_operator.post(url, data).status_code == 302
    changed = refreshed(connection)
    assert (changed.name, changed.read_key()) == ("Renamed", "panjaya-sandbox")


def test_connection_never_changes_its_team(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    data = connection_data(make_team(), public_keys=PUBLIC_PEM)
    as_operator.post(f"/admin/dubbing/connection/{connection.pk}/change/", data)
    assert refreshed(connection).team == team


def test_key_is_never_shown(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    page = as_operator.get(f"/admin/dubbing/connection/{connection.pk}/change/").content.decode()
    assert "panjaya-sandbox" not in page and connection.sealed_key not in page
    assert "… dbox" in page


def test_key_that_cannot_be_opened_is_told_in_words(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    with all_teams("test"):
        Connection.objects.filter(pk=connection.pk).update(sealed_key="gone:AAAA")
    page = as_operator.get(f"/admin/dubbing/connection/{connection.pk}/change/").content.decode()
    assert "sealed with a key that is no longer in KEY_RING. Paste the key anew." in page
    data = connection_data(team, key="panjaya-new9999", public_keys=PUBLIC_PEM)
    as_operator.post(f"/admin/dubbing/connection/{connection.pk}/change/", data)
    assert refreshed(connection).read_key() == "panjaya-new9999"


# --- API keys --------------------------------------------------------------------------------
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
    assert answer.status_code == 302 and not refreshed_user(alice).is_active


def refreshed_user(user: User) -> User:
    return User.objects.get(pk=user.pk)


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
    assert refreshed_user(alice).check_password("quite new words")


# --- Videos, projects, languages -------------------------------------------------------------
def asset_data(**changes: str) -> dict[str, str]:
    return {
        "title": "New title",
        "reference": "R-1",
        "project": "Spring",
        "tags": "one, two",
        "dubbings-TOTAL_FORMS": "0",
        "dubbings-INITIAL_FORMS": "0",
    } | changes


def test_video_is_renamed_by_the_service(team: Team, as_operator: Client, operator: User) -> None:
    asset = make_asset(team)
    url = f"/admin/dubbing/asset/{asset.pk}/change/"
    assert as_operator.post(url, asset_data()).status_code == 302
    changed = refreshed(asset)
    assert (changed.title, changed.reference, changed.tags) == ("New title", "R-1", ["one", "two"])
    assert changed.revision == asset.revision + 1
    with all_teams("test"):
        assert Project.objects.get(team=team).name == "Spring"
        assert StatusChange.objects.get(asset=asset).actor == operator


def test_saving_a_video_writes_nothing_over_the_mirror(team: Team, as_operator: Client) -> None:
    asset = make_asset(team)
    data = asset_data(status="Failed", remote_id="stolen", media_url="https://x.example.org/y")
    as_operator.post(f"/admin/dubbing/asset/{asset.pk}/change/", data)
    same = refreshed(asset)
    assert (same.status, same.remote_id, same.media_url) == (
        asset.status,
        asset.remote_id,
        asset.media_url,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"reference": "x" * 201}, "reference"),
        ({"tags": "x" * 51}, "tags"),
        ({"project": "x" * 201}, "project"),
    ],
)
def test_bad_names_get_their_errors(
    changes: dict[str, str], field: str, team: Team, as_operator: Client
) -> None:
    asset = make_asset(team)
    url = f"/admin/dubbing/asset/{asset.pk}/change/"
    assert list(errors_of(as_operator.post(url, asset_data(**changes)))) == [field]
    assert refreshed(asset).title == asset.title


def test_two_projects_of_a_team_have_two_names(team: Team, as_operator: Client) -> None:
    with all_teams("test"):
        Project.objects.create(team=team, name="Spring")
        other = Project.objects.create(team=team, name="Autumn")
        Project.objects.create(team=make_team(), name="Winter")
    url = f"/admin/dubbing/project/{other.pk}/change/"
    assert list(errors_of(as_operator.post(url, {"name": "Spring"}))) == ["name"]
    assert as_operator.post(url, {"name": "Winter"}).status_code == 302


def locale_data(**changes: str) -> dict[str, str]:
    return {"code": "ca-ES", "name": "Catalan", "can_target": "on"} | changes


def test_language_is_added(as_operator: Client) -> None:
    assert as_operator.post("/admin/dubbing/locale/add/", locale_data()).status_code == 302
    assert Locale.objects.get(code="ca-ES").can_target


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "klingon!"}, "code"), ({"code": "de-DE"}, "code"), ({"name": ""}, "name")],
)
def test_bad_language_gets_its_error(
    changes: dict[str, str], field: str, as_operator: Client
) -> None:
    data = locale_data(**changes)
    assert list(errors_of(as_operator.post("/admin/dubbing/locale/add/", data))) == [field]


def test_code_of_a_language_stays(as_operator: Client) -> None:
    as_operator.post("/admin/dubbing/locale/de-DE/change/", locale_data(code="xx-XX"))
    assert Locale.objects.get(code="de-DE").name == "Catalan"
    assert not Locale.objects.filter(code="xx-XX").exists()
