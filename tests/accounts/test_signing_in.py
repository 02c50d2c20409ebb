from __future__ import annotations

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.builders import PASSWORD

OURS = '<body class="bare"'
DESK = '<body class="desk"'
NEW_PASSWORD = "another horse entirely"


def sign_in(client: Client, email: str, password: str) -> bool:
    client.post("/account/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", mail.body)
    assert found is not None
    return found[1]


def test_one_signs_in_by_e_mail_in_any_spelling(client: Client, alice: User) -> None:
    assert sign_in(client, "ALICE@example.org", PASSWORD)


def test_a_wrong_password_is_said_above_the_fields(client: Client, alice: User) -> None:
    answer = client.post("/account/login/", {"login": alice.email, "password": "wrong"})
    page = answer.content.decode()
    assert 'role="alert"' in page and "do not belong together" in page
    assert "_auth_user_id" not in client.session


def test_after_signing_in_one_is_where_one_wanted_to_go(client: Client, alice: User) -> None:
    asked = client.get("/members/")
    assert asked["Location"] == "/account/login/?next=/members/"
    answer = client.post(asked["Location"], {"login": alice.email, "password": PASSWORD})
    assert answer.status_code == 302
    page = client.get(asked["Location"], follow=True)
    assert page.redirect_chain[-1][0] == "/members/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/assets/?q=harbour", "/assets/%3Fq%3Dharbour"),
        ("http://elsewhere.example/assets/", "/queue/resume/"),
        ("", "/queue/resume/"),
    ],
)
def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(
    client: Client, page: str, back: str
) -> None:
    answer = client.post("/queue/resume/", headers={"Referer": page})
    assert answer["Location"] == f"/account/login/?next={back}"
    assert "was not done" in client.get(answer["Location"]).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/done/",
        "/account/password/reset/key/1-nothing/",
        "/account/confirm-email/",
        "/account/confirm-email/nothing/",
        "/account/inactive/",
    ],
)
def test_pages_before_signing_in_wear_the_bare_frame(client: Client, path: str) -> None:
    page = client.get(path, follow=True).content.decode()
    assert OURS in page
    assert "Dubdesk" in page


@pytest.mark.parametrize("path", ["/account/email/", "/account/password/change/", "/profile/"])
def test_ones_own_pages_keep_the_rail(as_alice: Client, path: str) -> None:
    page = as_alice.get(path).content.decode()
    assert DESK in page
    assert "New dubbing" in page
    assert "Alice Ash" in page


def test_signing_out_asks_only_without_a_form(as_alice: Client) -> None:
    assert "Sign out?" in as_alice.get("/account/logout/").content.decode()
    answer = as_alice.post("/account/logout/", follow=True)
    assert "You are signed out." in answer.content.decode()


def test_sign_up_is_closed(client: Client, db: None) -> None:
    fields = {"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/account/signup/", fields, follow=True).content.decode()
    assert "by invitation" in page
    assert not User.objects.exists()


def test_a_forgotten_password_is_replaced(
    client: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/account/password/reset/", {"email": alice.email})
    assert mailoutbox[0].subject == "A new password for Dubdesk"
    page = client.get(link_in(mailoutbox[0]), follow=True)
    form_path = page.redirect_chain[-1][0]
    client.post(form_path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert sign_in(Client(), alice.email, NEW_PASSWORD)
    assert "can no longer be used" in Client().get(link_in(mailoutbox[0])).content.decode()


def test_asking_for_an_unknown_address_looks_the_same(
    client: Client, db: None, mailoutbox: list[EmailMessage]
) -> None:
    answer = client.post("/account/password/reset/", {"email": "eve@example.org"})
    assert answer["Location"] == "/account/password/reset/done/"
    assert mailoutbox[0].subject == "Dubdesk has no account for this address"


def test_a_password_is_changed(as_alice: Client, alice: User) -> None:
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    answer = as_alice.post("/account/password/change/", fields, follow=True)
    assert "Your password is changed." in answer.content.decode()
    assert sign_in(Client(), alice.email, NEW_PASSWORD)


def test_a_new_address_counts_once_its_link_is_opened(
    as_alice: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    alice.emailaddress_set.create(email=alice.email, verified=True, primary=True)
    as_alice.post("/account/email/", {"email": "ash@example.org", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    path = link_in(mailoutbox[-1])
    assert "ash@example.org" in as_alice.get(path).content.decode()
    as_alice.post(path)
    alice.refresh_from_db()
    assert alice.email == "ash@example.org"


def test_an_address_that_is_not_confirmed_is_not_lost_to_the_next(
    as_alice: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    fields = {"email": "ash@example.org", "action_add": ""}
    answer = as_alice.post("/account/email/", fields)
    assert "email" in answer.context["form"].errors
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    as_alice.post("/account/email/", {"email": alice.email, "action_send": ""})
    as_alice.post(link_in(mailoutbox[-1]))
    assert as_alice.post("/account/email/", fields).status_code == 302


def test_a_switched_off_account_stays_out(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not sign_in(client, alice.email, PASSWORD)
