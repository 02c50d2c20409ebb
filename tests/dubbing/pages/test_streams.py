"""Where a page hears what changes: the address that web gives, for edge to believe."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from accounts.services.members import remove_member
from dubbing.views.streams import STREAM_SECONDS
from edge.live_tokens import STREAMS_PATH, read_live

LIVE = "/live/"


def test_a_member_gets_a_permit_for_the_own_team(as_bob, bob, team):
    answer = as_bob.get(reverse("dubbing:live"))
    told = answer.json()
    assert (told["team"], told["seconds"]) == (str(team.pk), STREAM_SECONDS)
    url = urlsplit(told["url"])
    assert told["url"].startswith(f"{settings.EDGE_URL}{STREAMS_PATH}/")
    grant = read_live(url.path.rpartition("/")[2], secret=settings.SECRET_KEY)
    assert (grant.member, grant.team) == (str(bob.pk), str(team.pk))
    assert "no-store" in answer["Cache-Control"]


def test_each_team_has_its_own(as_charlie, team):
    assert as_charlie.get(LIVE).json()["team"] != str(team.pk)


def test_a_former_member_gets_none(as_bob, bob, alice, team):
    remove_member(membership=bob.memberships.get())
    assert as_bob.get(LIVE).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(LIVE).status_code == 302


def test_every_page_of_a_member_knows_where_to_ask(as_bob, team):
    page = as_bob.get("/assets/").content.decode()
    assert f'data-url="{LIVE}"' in page and f'data-team="{team.pk}"' in page


def test_an_unchanged_part_answers_304_without_its_content(as_bob, team, in_team):
    first = as_bob.get("/assets/rows/")
    again = as_bob.get("/assets/rows/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
