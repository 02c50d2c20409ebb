from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Invitation, Team, User, hash_secret
from accounts.roles import Role
from accounts.scoping import all_teams
from accounts.services.invitations import (
    Invited,
    accept_invitation,
    find_invitation,
    invite_member,
    revoke_invitation,
)
from tests.builders import PASSWORD, make_user
from tests.conftest import signed_in

DORA = "dora@example.org"


@pytest.fixture
def invited(team: Team, alice: User) -> Invited:
    by = alice.memberships.get()
    return invite_member(team=team, email=DORA, role=Role.REVIEWER, invited_by=by)


def path(invited: Invited) -> str:
    return urlsplit(invited.url).path


def token(invited: Invited) -> str:
    return path(invited).split("/")[-2]


def stored(invited: Invited) -> Invitation:
    with all_teams("test"):
        return Invitation.objects.get(pk=invited.invitation.pk)


def change(invited: Invited, **changes: object) -> None:
    with all_teams("test"):
        Invitation.objects.filter(pk=invited.invitation.pk).update(**changes)


def test_the_link_is_shown_once_and_mailed(
    as_alice: Client, mailoutbox: list[EmailMessage]
) -> None:
    answer = as_alice.post("/members/invite/", {"email": "Dora@Example.org", "role": "reviewer"})
    url = answer.context["invited"].url
    assert url in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert mailoutbox[0].to == [DORA]
    assert f"{url}?mail=" in mailoutbox[0].body
    assert "ends in 7 days" in mailoutbox[0].body
    assert "Studio" in mailoutbox[0].subject
    assert url not in as_alice.get("/members/").content.decode()


def test_only_the_hash_of_a_token_is_kept(invited: Invited) -> None:
    assert stored(invited).token_hash == hash_secret(token(invited))
    assert token(invited) not in str(vars(stored(invited)))


def test_a_mail_server_that_is_down_still_gives_a_link(
    as_alice: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = as_alice.post("/members/invite/", {"email": DORA, "role": "viewer"})
    page = answer.content.decode()
    assert answer.context["invited"].url in page
    assert "The mail could not be sent." in page


def test_who_is_in_the_team_is_not_invited(as_alice: Client, bob: User) -> None:
    answer = as_alice.post("/members/invite/", {"email": bob.email, "role": "viewer"})
    assert "This person is in the team already." in answer.content.decode()
    with all_teams("test"):
        assert not Invitation.objects.exists()


def test_inviting_the_same_address_again_ends_the_older_link(
    client: Client, team: Team, alice: User, invited: Invited
) -> None:
    by = alice.memberships.get()
    newer = invite_member(team=team, email=DORA, role=Role.VIEWER, invited_by=by)
    assert client.get(path(invited)).status_code == 410
    assert client.get(path(newer)).status_code == 200
    assert newer.invitation.pk == invited.invitation.pk


def test_an_owner_renews_an_ended_link(as_alice: Client, invited: Invited) -> None:
    change(invited, expires_at=timezone.now() - timedelta(days=1))
    answer = as_alice.post(f"/members/invitations/{invited.invitation.pk}/renew/")
    assert answer.context["invited"].url != invited.url
    assert stored(invited).is_open


def test_a_new_person_joins_and_is_signed_in(client: Client, invited: Invited) -> None:
    answer = client.post(path(invited), {"name": "Dora Dell", "password": PASSWORD})
    assert answer.status_code == 302
    dora = User.objects.get(email=DORA)
    assert client.session["_auth_user_id"] == str(dora.pk)
    assert dora.memberships.get().role == Role.REVIEWER
    assert "Dora Dell" in client.get("/members/").content.decode()
    # Whoever invited has seen this link as well: it proves nothing about the address.
    assert dora.emailaddress_set.get().verified is False


def test_the_mailed_link_confirms_the_address(
    client: Client, invited: Invited, mailoutbox: list[EmailMessage]
) -> None:
    proof = mailoutbox[0].body.split("?mail=")[1].split()[0]
    client.post(f"{path(invited)}?mail={proof}", {"name": "Dora", "password": PASSWORD})
    assert User.objects.get(email=DORA).emailaddress_set.get().verified is True


def test_a_made_up_proof_confirms_nothing(client: Client, invited: Invited) -> None:
    client.post(f"{path(invited)}?mail={'0' * 64}", {"name": "Dora", "password": PASSWORD})
    assert User.objects.get(email=DORA).emailaddress_set.get().verified is False


def test_a_weak_password_is_refused_and_nothing_is_saved(client: Client, invited: Invited) -> None:
    answer = client.post(path(invited), {"name": "Dora", "password": "12345678"})
    assert "password" in answer.context["form"].errors
    assert not User.objects.filter(email=DORA).exists()
    assert stored(invited).is_open


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accepted_at": timezone.now()}, "This invitation was used"),
        ({"revoked_at": timezone.now()}, "This invitation was taken back"),
        ({"expires_at": timezone.now() - timedelta(hours=1)}, "This invitation has ended"),
    ],
    ids=["used", "revoked", "ended"],
)
def test_a_link_that_is_over_says_why(
    client: Client, invited: Invited, changes: dict[str, object], words: str
) -> None:
    change(invited, **changes)
    for answer in (client.get(path(invited)), client.post(path(invited), {"name": "Eve"})):
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert not User.objects.filter(email=DORA).exists()


@pytest.mark.django_db
def test_a_made_up_link_is_no_invitation(client: Client) -> None:
    answer = client.get("/invitations/made-up/")
    assert answer.status_code == 410
    assert "This link is not an invitation" in answer.content.decode()


def test_who_has_an_account_signs_in_first(client: Client, invited: Invited) -> None:
    make_user(email=DORA)
    page = client.get(path(invited)).content.decode()
    assert f"/account/login/?next={path(invited)}" in page
    answer = client.post(path(invited), {"name": "Eve", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 200
    assert stored(invited).is_open


def test_a_signed_in_person_joins_with_one_press(invited: Invited, team: Team) -> None:
    dora = make_user(email=DORA)
    client = signed_in(dora)
    assert "Join Studio" in client.get(path(invited)).content.decode()
    client.post(path(invited))
    assert dora.memberships.get().team == team
    assert client.session["team"] == str(team.pk)
    assert client.get(path(invited)).status_code == 410


def test_an_invitation_does_not_open_for_somebody_else(
    as_charlie: Client, charlie: User, invited: Invited
) -> None:
    answer = as_charlie.post(path(invited))
    assert answer.status_code == 403
    assert DORA not in answer.content.decode()
    assert charlie.memberships.count() == 1
    assert stored(invited).is_open


def test_a_link_works_once(invited: Invited) -> None:
    dora = make_user(email=DORA)
    accept_invitation(token=token(invited), user=dora)
    with pytest.raises(ValidationError) as refusal:
        accept_invitation(token=token(invited), user=dora)
    assert refusal.value.code == "not_open"


def test_joining_twice_keeps_the_role(team: Team, invited: Invited) -> None:
    dora = make_user(email=DORA)
    team.memberships.create(user=dora, role=Role.PRODUCER)
    accept_invitation(token=token(invited), user=dora)
    assert dora.memberships.get().role == Role.PRODUCER


def test_revoking_asks_first(as_alice: Client, invited: Invited) -> None:
    url = f"/members/invitations/{invited.invitation.pk}/revoke/"
    assert DORA in as_alice.get(url).content.decode()
    assert stored(invited).is_open
    as_alice.post(url)
    assert stored(invited).revoked_at is not None


def test_a_used_invitation_stays_used(invited: Invited) -> None:
    accept_invitation(token=token(invited), user=make_user(email=DORA))
    revoke_invitation(invitation=invited.invitation)
    assert stored(invited).revoked_at is None


def test_another_teams_invitation_is_unknown(as_charlie: Client, invited: Invited) -> None:
    for verb in ("renew", "revoke"):
        url = f"/members/invitations/{invited.invitation.pk}/{verb}/"
        assert as_charlie.post(url).status_code == 404
    assert find_invitation(token(invited)) is not None
