"""Saved views: kept, shared, begun with, and still there when what they name is gone."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from accounts.scoping import all_teams
from dubbing.models import MemberDesk, Project, SavedView
from tests.builders import make_asset, make_dubbing, make_saved_view

HOME = "dubbing:home"


def saved() -> SavedView:
    with all_teams("test"):
        view: SavedView = SavedView.objects.get()
    return view


def test_view_is_saved_as_the_address_has_it(team: Team, as_alice: Client) -> None:
    address = reverse("dubbing:view-new") + "?page=list&stage=ready&sort=due&view=all"
    assert as_alice.get(address).status_code == 200
    answer = as_alice.post(address, {"name": "To review"})
    view = saved()
    assert (view.page, view.query, view.is_shared) == ("list", "stage=ready&sort=due", False)
    assert answer["Location"] == f"/list/?stage=ready&sort=due&view={view.pk}"
    assert "To review" in as_alice.get(answer["Location"]).content.decode()


def test_name_is_asked_for_and_taken_once(team: Team, as_alice: Client) -> None:
    address = reverse("dubbing:view-new")
    assert "This field is required" in as_alice.post(address, {"name": ""}).content.decode()
    as_alice.post(address, {"name": "Mine"})
    assert "already" in as_alice.post(address, {"name": "Mine"}).content.decode()


def test_others_see_it_once_it_is_shared(
    team: Team, alice: User, as_alice: Client, as_bob: Client
) -> None:
    view = make_saved_view(team, user=alice, is_shared=False)
    menu = reverse("dubbing:view-menu") + "?page=matrix"
    assert view.name not in as_bob.get(menu).content.decode()
    edit = reverse("dubbing:view-edit", args=[view.pk])
    assert as_bob.get(edit).status_code == 404
    as_alice.post(edit, {"name": "Ours", "is_shared": "on"})
    assert "Ours" in as_bob.get(menu).content.decode()
    as_bob.post(edit, {"name": "Bob was here"})
    as_bob.post(reverse("dubbing:view-delete", args=[view.pk]))
    assert saved().name == "Ours"


def test_desk_begins_with_the_view_one_chose(
    team: Team, alice: User, as_alice: Client, as_bob: Client
) -> None:
    make_dubbing(make_asset(team))
    view = make_saved_view(team, page="list", query="stage=ready")
    as_alice.post(reverse("dubbing:view-start", args=[view.pk]))
    assert as_alice.get(reverse(HOME))["Location"] == f"/list/?stage=ready&view={view.pk}"
    assert as_alice.get(reverse(HOME), {"view": "all"}).status_code == 200
    assert as_bob.get(reverse(HOME)).status_code == 200
    as_alice.post(reverse("dubbing:view-no-start"))
    assert as_alice.get(reverse(HOME)).status_code == 200


def test_deleting_the_start_view_leaves_the_desk_usable(
    team: Team, alice: User, as_alice: Client
) -> None:
    view = make_saved_view(team, user=alice)
    as_alice.post(reverse("dubbing:view-start", args=[view.pk]))
    assert as_alice.get(reverse("dubbing:view-delete", args=[view.pk])).status_code == 200
    as_alice.post(reverse("dubbing:view-delete", args=[view.pk]))
    with all_teams("test"):
        assert MemberDesk.objects.get(user=alice).start_view is None
    assert as_alice.get(reverse(HOME)).status_code == 200


def test_view_that_names_a_deleted_project_opens_and_says_so(team: Team, as_alice: Client) -> None:
    make_dubbing(make_asset(team, title="Stocks"))
    with all_teams("test"):
        project = Project.objects.create(team=team, name="Gone")
        view = make_saved_view(team, query=f"project={project.pk}", name="Of Gone")
        project.delete()
    page = as_alice.get(reverse(HOME), {"project": str(project.pk), "view": str(view.pk)})
    words = page.content.decode()
    assert page.status_code == 200
    assert "Of Gone" in words and "The project is not there any more" in words
    assert "Stocks" in words
