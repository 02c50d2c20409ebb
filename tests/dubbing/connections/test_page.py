from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Team
from dubbing.models import Connection
from tests.builders import PUBLIC_PEM, make_connection
from tests.dubbing.connections.conftest import KEY, Engine, Enter
from tests.dubbing.pages.html import has_tag, text_of

Far = tuple[Engine, str]


def typed(base_url: str, **changes: str) -> dict[str, str]:
    return {
        "name": "Panjaya",
        "base_url": base_url,
        "key": KEY,
        "public_keys": PUBLIC_PEM,
        "looks_per_minute": "60",
        "is_current": "on",
    } | changes


def test_team_without_a_connection_is_shown_the_way(as_alice: Client) -> None:
    page = as_alice.get("/connection/")
    assert "No connection yet" in text_of(page)
    assert has_tag(page, 'href="/connection/new/"')


def test_owner_adds_a_connection_and_never_sees_the_key_again(
    scope: Team, as_alice: Client, far: Far
) -> None:
    _engine, url = far
    page = as_alice.post("/connection/new/", typed(url), follow=True)
    text = text_of(page)
    assert page.redirect_chain == [("/connection/", 302)]
    assert "Accepted" in text and "ends in abcd" in text and url in text
    assert "What works here" in text and "The list can be read" in text
    made = Connection.objects.get()
    for path in ("/connection/", f"/connection/{made.pk}/"):
        shown = as_alice.get(path).content.decode()
        assert KEY not in shown and made.sealed_key not in shown


def test_refused_key_stands_beside_its_field(scope: Team, as_alice: Client, far: Far) -> None:
    engine, url = far
    engine.status, engine.body = 401, {"detail": "No"}
    page = as_alice.post("/connection/new/", typed(url))
    assert "does not accept this key" in page.context["form"].errors["key"][0]
    assert KEY not in page.content.decode()
    assert not Connection.objects.exists()


def test_what_cannot_be_verified_is_saved_and_said(scope: Team, as_alice: Client, far: Far) -> None:
    engine, url = far
    engine.status = 404
    page = as_alice.post("/connection/new/", typed(url), follow=True)
    text = text_of(page)
    assert "Saved, but not verified." in text and "Not verified" in text
    assert "knows no list of videos" in text


def test_key_is_replaced_on_the_same_connection(enter: Enter, as_alice: Client, far: Far) -> None:
    _engine, url = far
    made = enter(url)
    page = as_alice.get(f"/connection/{made.pk}/")
    assert "is_current" not in page.context["form"].fields
    as_alice.post(f"/connection/{made.pk}/", typed(url, key="panjaya-next"))
    made.refresh_from_db()
    assert made.read_key() == "panjaya-next" and made.is_current


def test_check_now_tells_what_it_found(enter: Enter, as_alice: Client, far: Far) -> None:
    engine, url = far
    made = enter(url)
    assert "The list was read" in text_of(
        as_alice.post(f"/connection/{made.pk}/check/", follow=True)
    )
    engine.status = 500
    text = text_of(as_alice.post(f"/connection/{made.pk}/check/", follow=True))
    assert "Nothing could be found out just now" in text and "Last accepted" in text


def test_old_connection_is_listed_and_can_be_current_again(
    enter: Enter, as_alice: Client, far: Far
) -> None:
    _engine, url = far
    old = enter(url, name="Old account")
    enter(url, name="New account")
    page = as_alice.get("/connection/")
    assert page.context["screen"].connection.name == "New account"
    assert "Old account" in text_of(page)
    as_alice.post(f"/connection/{old.pk}/current/")
    assert Connection.objects.get(is_current=True) == old


@pytest.mark.parametrize("path", ["/connection/", "/connection/new/"])
def test_connection_is_for_owners(team: Team, as_bob: Client, path: str) -> None:
    make_connection(team)
    assert as_bob.get(path).status_code == 403
    assert not has_tag(as_bob.get("/assets/"), 'href="/connection/"')


def test_rail_marks_the_connection_page(as_alice: Client) -> None:
    for path in ("/connection/", "/connection/new/"):
        page = as_alice.get(path)
        links = page.content.decode().split('<a class="rail-link')
        links = [link.partition(">")[0] for link in links[1:]]
        [here] = [link for link in links if 'aria-current="page"' in link]
        assert 'href="/connection/"' in here
