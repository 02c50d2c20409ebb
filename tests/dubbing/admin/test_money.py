"""Rates are added, never changed; what waits above a ceiling is released by the service."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from accounts.scoping import team_scope
from config.admin.links import list_url
from dubbing.models import MonthTotal, OutboxMessage, RateCard, SpendEntry, StatusChange
from dubbing.states import MessageState
from tests.builders import make_asset, make_connection
from tests.dubbing.admin.rows import errors_of, make_message, newest, refreshed
from tests.dubbing.money.test_ledger import order, set_rates

ADD = "/admin/dubbing/ratecard/add/"


def rates(team: Team, **changes: str) -> dict[str, str]:
    return {
        "for_team": str(team.pk),
        "currency": "eur",
        "per_minute": "1.5",
        "per_minute_fast": "",
        "rounding": "second",
        "monthly_ceiling": "100",
    } | changes


@pytest.fixture
def held(team: Team) -> OutboxMessage:
    make_connection(team)
    with team_scope(team.pk):
        set_rates(team, monthly_ceiling=Decimal(0))
        return order(team)


def test_new_rates_are_entered_by_the_service(
    team: Team, as_operator: Client, operator: User
) -> None:
    assert as_operator.post(ADD, rates(team)).status_code == 302
    card = newest(RateCard)
    assert (card.team_id, card.currency, card.per_minute) == (team.pk, "EUR", Decimal("1.5"))
    assert card.created_by_id == operator.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "9"}, "currency"),
        ({"per_minute": "-1"}, "per_minute"),
        ({"for_team": ""}, "for_team"),
    ],
)
def test_wrong_rates_are_told_at_their_field(team, as_operator, changes, field) -> None:
    assert set(errors_of(as_operator.post(ADD, rates(team, **changes)))) == {field}


def test_entered_rates_and_the_ledger_are_only_read(
    held: OutboxMessage, as_operator: Client
) -> None:
    for model in (RateCard, SpendEntry, MonthTotal):
        name = f"admin:dubbing_{model._meta.model_name}"
        pk = newest(model).pk
        page = as_operator.get(reverse(f"{name}_change", args=[pk]))
        assert page.status_code == 200 and 'name="_save"' not in page.content.decode()
        assert as_operator.post(reverse(f"{name}_delete", args=[pk])).status_code == 403
        assert as_operator.post(reverse(f"{name}_change", args=[pk]), {}).status_code == 403


def test_links_lead_to_the_lines(held: OutboxMessage, team: Team, as_operator: Client) -> None:
    month = newest(MonthTotal).month.isoformat()
    asked = list_url(SpendEntry, team=team.slug, month__exact=month)
    page = as_operator.get(reverse("admin:dubbing_monthtotal_change", args=[newest(MonthTotal).pk]))
    assert asked.replace("&", "&amp;") in page.content.decode()
    assert str(newest(SpendEntry).pk) in as_operator.get(asked).content.decode()


def test_what_waits_is_released_and_audited(held: OutboxMessage, as_operator: Client) -> None:
    waiting = list_url(OutboxMessage, held="yes")
    assert str(held.pk) in as_operator.get(waiting).content.decode()
    page = as_operator.get(f"/admin/dubbing/outboxmessage/{held.pk}/change/").content.decode()
    assert "Release above the month" in page and "Send again" not in page
    address = f"/admin/dubbing/outboxmessage/{held.pk}/command/release/"
    answer = as_operator.post(address, follow=True)
    assert "Released: 1." in answer.content.decode()
    assert refreshed(held).held_at is None
    change = newest(StatusChange)
    assert "Released above" in change.note and change.actor is not None
    again = as_operator.post(address, follow=True)
    assert "There was nothing to do." in again.content.decode()


def test_a_release_does_nothing_to_what_does_not_wait(team: Team, as_operator: Client) -> None:
    message = make_message(make_asset(team))
    address = f"/admin/dubbing/outboxmessage/{message.pk}/command/release/"
    assert "nothing to do" in as_operator.post(address, follow=True).content.decode()
    assert refreshed(message).state == MessageState.REFUSED
