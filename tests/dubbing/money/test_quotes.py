from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from dubbing.models import LinkCheck
from dubbing.models.linkchecks import address_digest
from tests.builders import make_asset, make_connection
from tests.dubbing.money.test_ledger import order, set_rates

ADDRESS = "https://media.example.org/film.mp4"


@pytest.fixture
def studio(in_team: Team, client, alice) -> Team:
    make_connection(in_team)
    client.force_login(alice)
    return in_team


def quoted(client, **typed: object) -> str:
    text = client.get(reverse("dubbing:quote"), typed).content.decode()
    return " ".join(text.split())


def test_a_typed_part_and_its_languages_have_a_price(client, studio):
    set_rates(studio)
    shown = quoted(client, languages=["de-DE", "fr-FR"], start_time="0:30", end_time="1:30")
    assert "<strong>4.00 EUR</strong>" in shown and "waits" not in shown


def test_the_length_of_a_link_comes_from_the_look_at_it(client, studio):
    set_rates(studio)
    assert "once the length is known" in quoted(client, languages="de-DE", media_url=ADDRESS)
    LinkCheck.objects.create(
        team=studio,
        address=ADDRESS,
        digest=address_digest(ADDRESS),
        asked_at=timezone.now(),
        facts={"seconds": "120"},
    )
    assert "4.00 EUR" in quoted(client, languages="de-DE", media_url=ADDRESS)


def test_above_the_ceiling_it_is_said_before_sending(client, studio):
    set_rates(studio, monthly_ceiling=Decimal(3))
    order(studio)
    assert "waits until an owner releases it" in quoted(client, languages="de-DE", end_time="60")


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"languages": "de-DE", "end_time": "soon"},
        {"languages": "de-DE", "upload": "nonsense", "media_url": "\x00"},
    ],
)
def test_what_cannot_be_read_has_no_price_and_no_error(client, studio, typed):
    set_rates(studio)
    assert "<strong>" not in quoted(client, **typed)


def test_without_prices_none_is_invented(client, studio):
    assert "no prices are entered" in quoted(client, languages="de-DE", end_time="60")


def test_more_languages_cost_by_the_video_that_is_there(client, studio):
    set_rates(studio)
    asset = make_asset(studio, duration_seconds=Decimal(90), start_time=Decimal(30))
    address = reverse("dubbing:asset-quote", args=[asset.pk])
    assert "2.00\xa0EUR" in client.get(address, {"languages": "de-DE"}).content.decode()
