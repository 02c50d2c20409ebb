"""The rail of an open page hears how much waits."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import Dubbing
from dubbing.states import Stage
from tests.builders import make_asset, make_dubbing


def test_the_rail_tells_what_waits_and_where_it_stands(team: Team, as_alice: Client) -> None:
    dubbing = make_dubbing(make_asset(team))
    address = f"{reverse('dubbing:rail')}?here=dubbing%3Aqueue"
    page = as_alice.get(reverse("dubbing:queue"))
    assert address in page.content.decode()
    before = as_alice.get(address)
    assert "rail-count" not in before.content.decode()
    assert before.content.decode().count('aria-current="page"') == 2  # in the bar and behind “More”
    again = as_alice.get(address, headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 304
    with all_teams("test"):
        Dubbing.objects.filter(pk=dubbing.pk).update(stage=Stage.FAILED)
    after = as_alice.get(address, headers={"If-None-Match": before["ETag"]})
    assert '<span class="rail-count">1</span>' in after.content.decode()


def test_a_page_that_there_is_none_of_is_marked_nowhere(as_bob: Client) -> None:
    page = as_bob.get(reverse("dubbing:rail"), {"here": '"><b>'}).content.decode()
    assert "aria-current" not in page and "<b>" not in page
