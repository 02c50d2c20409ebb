"""Who gets in, and by which door."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from config.admin.links import list_url
from config.admin.rows import DeskAdmin
from dubbing.models import OutboxMessage
from dubbing.states import MessageState
from tests.builders import make_asset, make_user
from tests.conftest import signed_in
from tests.dubbing.admin.rows import make_message, refreshed

OURS = [
    model._meta.label_lower
    for model, desk in admin.site._registry.items()
    if isinstance(desk, DeskAdmin)
]


def test_stranger_is_led_to_the_desks_own_sign_in(db: None, client: Client) -> None:
    answer = client.get("/admin/dubbing/asset/")
    assert answer.status_code == 302
    assert answer.url.startswith(f"{reverse('account_login')}?next=/admin/")


def test_admins_own_login_address_leads_there_too(db: None, client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/accounts/team/")
    assert answer.url == f"{reverse('account_login')}?next=/admin/accounts/team/"


def test_next_never_leads_to_another_house(as_operator: Client) -> None:
    answer = as_operator.get("/admin/login/?next=https://elsewhere.example.org/")
    assert answer.url == "/admin/"


def test_staff_are_led_to_where_they_wanted(as_operator: Client) -> None:
    assert as_operator.get("/admin/login/?next=/admin/dubbing/").url == "/admin/dubbing/"


def test_signing_out_ends_the_session(as_operator: Client) -> None:
    assert as_operator.post("/admin/logout/").url == reverse("account_login")
    assert as_operator.get("/admin/").status_code == 302


@pytest.mark.parametrize("label", OURS)
def test_owner_of_a_team_is_not_staff(label: str, as_alice: Client) -> None:
    answer = as_alice.get(list_url(apps.get_model(label)))
    assert answer.status_code == 302
    assert as_alice.get(answer.url).status_code == 403


def test_staff_who_may_only_look_give_no_commands(team: Team) -> None:
    looker = make_user(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_outboxmessage"))
    message = make_message(make_asset(team))
    client = signed_in(User.objects.get(pk=looker.pk))
    assert client.get(list_url(OutboxMessage)).status_code == 200
    page = client.get(f"/admin/dubbing/outboxmessage/{message.pk}/change/")
    assert "desk-command" not in page.content.decode()
    answer = client.post(f"/admin/dubbing/outboxmessage/{message.pk}/command/send_again/")
    assert answer.status_code == 403
    assert refreshed(message).state == MessageState.REFUSED


def test_command_is_given_by_post_only(team: Team, as_operator: Client) -> None:
    message = make_message(make_asset(team))
    url = f"/admin/dubbing/outboxmessage/{message.pk}/command/send_again/"
    assert as_operator.get(url).status_code == 405
    assert refreshed(message).state == MessageState.REFUSED


def test_unknown_command_is_refused(team: Team, as_operator: Client) -> None:
    message = make_message(make_asset(team))
    url = f"/admin/dubbing/outboxmessage/{message.pk}/command/delete_selected/"
    assert as_operator.post(url).status_code == 403


def test_command_for_a_row_that_is_gone_is_not_found(team: Team, as_operator: Client) -> None:
    url = f"/admin/dubbing/outboxmessage/{team.pk}/command/send_again/"
    assert as_operator.post(url).status_code == 404


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_mirrors_are_neither_made_nor_deleted_here(
    page: str, team: Team, as_operator: Client
) -> None:
    message = make_message(make_asset(team))
    for model in ("asset", "dubbing", "version", "film", "outboxmessage", "statuschange"):
        url = f"/admin/dubbing/{model}/{page.format(pk=message.pk)}"
        assert as_operator.get(url).status_code in (403, 302), url
