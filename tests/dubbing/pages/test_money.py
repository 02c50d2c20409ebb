from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import team_scope
from dubbing.models import OutboxMessage, RateCard
from dubbing.screens import money as screens
from dubbing.screens.money import exported_lines
from dubbing.services.actors import Actor
from dubbing.services.assets import LanguageDraft, add_languages
from dubbing.services.money import month_of
from dubbing.states import BADGES, SPEND_BADGES, AssetStatus, SpendState, Stage
from tests.builders import make_asset, make_connection, make_member, make_version
from tests.dubbing.money.test_ledger import order, set_rates

HELD = SPEND_BADGES[SpendState.HELD]
RATES = {
    "currency": "eur",
    "per_minute": "1.5",
    "per_minute_fast": "",
    "rounding": "second",
    "monthly_ceiling": "3",
}


@pytest.fixture
def studio(in_team: Team) -> Team:
    make_connection(in_team)
    return in_team


def page(client: Client, **asked: str) -> str:
    return client.get(reverse("dubbing:money"), asked).content.decode()


def enter(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_an_owner_enters_prices_and_they_stand_on_the_page(client, studio, alice):
    enter(client, alice)
    assert "Enter what a minute costs you" in page(client)
    answer = client.post(reverse("dubbing:money-rates"), RATES)
    assert answer.status_code == 302
    shown = page(client)
    assert "1.50 EUR" in shown and "3.00\xa0EUR left of the ceiling" in shown


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("currency", "euro", "three letters"),
        ("per_minute", "-1", "greater than or equal to 0"),
        ("per_minute", "much", "Enter a number"),
        ("monthly_ceiling", "-1", "greater than or equal to 0"),
        ("rounding", "up", "Select a valid choice"),
    ],
)
def test_wrong_prices_are_told_at_their_field(client, studio, alice, name, value, words):
    answer = enter(client, alice).post(reverse("dubbing:money-rates"), RATES | {name: value})
    assert words in answer.content.decode()
    assert not RateCard.objects.exists()


def test_the_month_says_what_was_spent_and_where(client, studio, alice):
    set_rates(studio, per_minute=Decimal("1.5"))
    order(studio, "de-DE", "fr-FR")
    shown = page(enter(client, alice))
    assert "3.00\xa0EUR" in shown and "2.0\xa0min of dubbing" in shown
    assert "German" in shown and "Without a project" in shown


def test_a_length_that_nobody_knows_is_said(client, studio, alice):
    set_rates(studio)
    order(studio, end_time="")
    shown = page(enter(client, alice))
    assert "1 dub of a length that nobody knows yet counts as 0" in shown


def test_what_waits_is_released_by_an_owner_only(client, studio, alice):
    set_rates(studio, monthly_ceiling=Decimal(0))
    message = order(studio)
    producer = make_member(studio, Role.PRODUCER)
    asked = {"message": str(message.pk)}
    shown = page(enter(client, producer))
    assert "Waits for an owner" in shown and ">Release<" not in shown
    assert client.post(reverse("dubbing:money-release"), asked).status_code == 403
    assert enter(client, alice).post(reverse("dubbing:money-release"), asked).status_code == 302
    with team_scope(studio.pk):
        assert OutboxMessage.objects.get(pk=message.pk).held_at is None


def test_all_that_waits_is_released_at_once(client, studio, alice):
    set_rates(studio, monthly_ceiling=Decimal(0))
    order(studio), order(studio)
    answer = enter(client, alice).post(reverse("dubbing:money-release"), {"all": "1"}, follow=True)
    assert "Released: 2 commands go to the queue" in answer.content.decode()
    again = client.post(reverse("dubbing:money-release"), {"all": "1"}, follow=True)
    assert "Nothing waits for a release" in again.content.decode()


def test_the_queue_says_that_it_waits_and_offers_the_release(client, studio, alice):
    set_rates(studio, monthly_ceiling=Decimal(0))
    order(studio)
    shown = enter(client, alice).get(reverse("dubbing:queue")).content.decode()
    assert "Waits for an owner" in shown and "Release" in shown
    assert "Send now" not in shown


def test_the_videos_own_page_says_that_it_waits_and_offers_the_release(client, studio, alice):
    set_rates(studio, monthly_ceiling=Decimal(0))
    message = order(studio)
    address = reverse("dubbing:asset-detail", args=[message.asset_id])
    shown = enter(client, make_member(studio, Role.PRODUCER)).get(address).content.decode()
    assert "Waits for an owner’s release: above the month’s ceiling" in shown
    assert "Undo" in shown and "Release</button>" not in shown
    assert "Release</button>" in enter(client, alice).get(address).content.decode()
    asked = {"message": str(message.pk), "next": "asset"}
    answer = client.post(reverse("dubbing:money-release"), asked)
    assert answer.status_code == 302 and answer.url == address
    assert "Waits for an owner" not in client.get(address).content.decode()


def test_nothing_is_said_to_be_on_its_way_that_an_owner_holds(client, studio, alice):
    set_rates(studio, monthly_ceiling=Decimal(0))
    message = order(studio, "de-DE", "fr-FR")
    address = reverse("dubbing:asset-detail", args=[message.asset_id])
    screen = enter(client, alice).get(address).context["screen"]
    assert [row.badge for row in screen.rows] == [HELD, HELD]
    assert screen.badge == HELD
    client.post(reverse("dubbing:money-release"), {"message": str(message.pk)})
    screen = client.get(address).context["screen"]
    assert {screen.badge, *(row.badge for row in screen.rows)} == {BADGES[Stage.SENDING]}


def test_only_the_held_language_of_a_video_says_that_it_waits(client, studio, alice):
    asset = make_asset(studio, duration_seconds=60, status=AssetStatus.READY)
    make_version(asset, "fr-FR")
    set_rates(studio, monthly_ceiling=Decimal(0))
    add_languages(asset=asset, drafts=[LanguageDraft("de-DE")], actor=Actor(user=alice))
    address = reverse("dubbing:asset-detail", args=[asset.pk])
    rows = enter(client, alice).get(address).context["screen"].rows
    assert {row.dubbing.locale_id: row.badge for row in rows} == {
        "de-DE": HELD,
        "fr-FR": BADGES[Stage.READY],
    }


def test_what_was_refused_and_now_waits_for_an_owner_is_no_trouble(client, studio, alice):
    set_rates(studio, monthly_ceiling=Decimal(0))
    message = order(studio)
    OutboxMessage.objects.filter(pk=message.pk).update(attempts=1)
    address = reverse("dubbing:asset-detail", args=[message.asset_id])
    shown = enter(client, alice).get(address).content.decode()
    assert shown.count("Waits for an owner’s release") == 1 and "Will be tried again" not in shown


def test_lines_leave_as_csv_with_formulas_disarmed(client, studio, alice):
    set_rates(studio)
    message = order(studio)
    type(message.asset).objects.filter(pk=message.asset_id).update(title="=1+1")
    answer = enter(client, alice).get(reverse("dubbing:money-export"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heading, line = text.splitlines()
    assert heading.startswith("Video,Language")
    assert not line.startswith("=") and ",de-DE,Counted,1.0000,2.0000,2.00,EUR," in line


@pytest.mark.parametrize("month", ["2026-13", "soon", "", "1999-01"])
def test_a_month_that_is_none_shows_this_one(client, studio, alice, month):
    order(studio)
    assert "German" in page(enter(client, alice), month=month)


def test_another_month_is_another_page(client, studio, alice):
    order(studio)
    assert "Nothing was sent in this month" in page(enter(client, alice), month="2020-02")


def test_every_part_of_a_long_month_is_exported(studio, monkeypatch):
    for _ in range(3):
        order(studio, "de-DE", "fr-FR")
    whole = list(exported_lines(studio.pk, month_of(timezone.now())))
    monkeypatch.setattr(screens, "EXPORTED_AT_ONCE", 2)
    assert list(exported_lines(studio.pk, month_of(timezone.now()))) == whole
    assert len(whole) == 6


def test_a_release_of_nothing_is_told(client, studio, alice):
    for message in ("", "nonsense", "01a207c9-701e-716b-9319-72c2bbb34154"):
        asked = {"message": message, "next": "asset"}
        answer = enter(client, alice).post(reverse("dubbing:money-release"), asked, follow=True)
        assert "Nothing waits for a release" in answer.content.decode()
