"""What is typed in the admin: the same rules as everywhere, each fault beside its field."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from accounts.models import Team, User
from accounts.scoping import all_teams
from dubbing.models import Connection, Locale, Project, StatusChange
from dubbing.remote.signature import PANJAYA_PUBLIC_KEY
from tests.builders import (
    PUBLIC_PEM,
    make_asset,
    make_connection,
    make_team,
)
from tests.dubbing.admin.rows import errors_of, newest, refreshed
from tests.dubbing.remote.far_end import far_end, send

IN_TRANSACTION = """\
SELECT query FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""
# --- Connections -----------------------------------------------------------------------------
ADDRESS = "https://127.0.0.1:9"  # nobody listens there: the look at the list fails at once


def connection_data(team: Team, **changes: str) -> dict[str, str]:
    return {
        "for_team": str(team.pk),
        "name": "Panjaya",
        "base_url": f"{ADDRESS}/",
        "key": "panjaya-abc1234",
        "public_keys": "",
        "is_current": "on",
    } | changes


def test_connection_is_saved_by_the_service(team: Team, as_operator: Client) -> None:
    old = make_connection(team)
    answer = as_operator.post("/admin/dubbing/connection/add/", connection_data(team))
    assert answer.status_code == 302
    made = newest(Connection)
    assert made.read_key() == "panjaya-abc1234" and made.key_hint == "1234"
    assert made.public_keys == PANJAYA_PUBLIC_KEY
    assert made.base_url == ADDRESS
    assert made.is_current and not refreshed(old).is_current


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"key": ""}, "key", "Paste the key"),
        ({"public_keys": "nonsense"}, "public_keys", "no P-256 public key"),
        ({"base_url": "ftp://x"}, "base_url", "valid URL"),
        ({"name": ""}, "name", "required"),
        ({"for_team": ""}, "for_team", "required"),
        ({"for_team": "01a206e0-2c2e-765f-8f3f-3491f7ee6417"}, "for_team", "valid choice"),
    ],
)
def test_bad_connection_gets_its_error_and_is_not_saved(
    changes: dict[str, str], field: str, words: str, team: Team, as_operator: Client
) -> None:
    data = connection_data(team, **changes)
    errors = errors_of(as_operator.post("/admin/dubbing/connection/add/", data))
    assert list(errors) == [field] and words in errors[field][0]
    with all_teams("test"):
        assert not Connection.objects.exists()


def test_sandbox_that_is_down_stands_beside_the_address(
    team: Team, as_operator: Client, settings: Any
) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    data = connection_data(team, base_url="http://127.0.0.1:9")
    errors = errors_of(as_operator.post("/admin/dubbing/connection/add/", data))
    assert "does not answer" in errors["base_url"][0]


def test_blank_key_keeps_the_one_that_is_there(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    same = {"base_url": connection.base_url, "public_keys": PUBLIC_PEM}
    data = connection_data(team, key="", name="Renamed", **same)
    url = f"/admin/dubbing/connection/{connection.pk}/change/"
    assert as_operator.post(url, data).status_code == 302
    changed = refreshed(connection)
    assert (changed.name, changed.read_key()) == ("Renamed", "panjaya-sandbox")


def test_connection_never_changes_its_team(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    data = connection_data(make_team(), public_keys=PUBLIC_PEM)
    as_operator.post(f"/admin/dubbing/connection/{connection.pk}/change/", data)
    assert refreshed(connection).team == team


def test_key_is_never_shown(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    page = as_operator.get(f"/admin/dubbing/connection/{connection.pk}/change/").content.decode()
    assert "panjaya-sandbox" not in page and connection.sealed_key not in page
    assert "… dbox" in page


def test_key_that_cannot_be_opened_is_told_in_words(team: Team, as_operator: Client) -> None:
    connection = make_connection(team)
    with all_teams("test"):
        Connection.objects.filter(pk=connection.pk).update(sealed_key="gone:AAAA")
    page = as_operator.get(f"/admin/dubbing/connection/{connection.pk}/change/").content.decode()
    assert "sealed with a key that is no longer in KEY_RING. Paste the key anew." in page
    data = connection_data(team, key="panjaya-new9999", public_keys=PUBLIC_PEM)
    as_operator.post(f"/admin/dubbing/connection/{connection.pk}/change/", data)
    assert refreshed(connection).read_key() == "panjaya-new9999"


# --- Videos, projects, languages -------------------------------------------------------------
def asset_data(**changes: str) -> dict[str, str]:
    return {
        "title": "New title",
        "reference": "R-1",
        "project": "Spring",
        "tags": "one, two",
        "dubbings-TOTAL_FORMS": "0",
        "dubbings-INITIAL_FORMS": "0",
    } | changes


def test_video_is_renamed_by_the_service(team: Team, as_operator: Client, operator: User) -> None:
    asset = make_asset(team)
    url = f"/admin/dubbing/asset/{asset.pk}/change/"
    assert as_operator.post(url, asset_data()).status_code == 302
    changed = refreshed(asset)
    assert (changed.title, changed.reference, changed.tags) == ("New title", "R-1", ["one", "two"])
    assert changed.revision == asset.revision + 1
    with all_teams("test"):
        assert Project.objects.get(team=team).name == "Spring"
        assert StatusChange.objects.get(asset=asset).actor == operator


def test_saving_a_video_writes_nothing_over_the_mirror(team: Team, as_operator: Client) -> None:
    asset = make_asset(team)
    data = asset_data(status="Failed", remote_id="stolen", media_url="https://x.example.org/y")
    as_operator.post(f"/admin/dubbing/asset/{asset.pk}/change/", data)
    same = refreshed(asset)
    assert (same.status, same.remote_id, same.media_url) == (
        asset.status,
        asset.remote_id,
        asset.media_url,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"reference": "x" * 201}, "reference"),
        ({"tags": "x" * 51}, "tags"),
        ({"project": "x" * 201}, "project"),
    ],
)
def test_bad_names_get_their_errors(
    changes: dict[str, str], field: str, team: Team, as_operator: Client
) -> None:
    asset = make_asset(team)
    url = f"/admin/dubbing/asset/{asset.pk}/change/"
    assert list(errors_of(as_operator.post(url, asset_data(**changes)))) == [field]
    assert refreshed(asset).title == asset.title


def test_two_projects_of_a_team_have_two_names(team: Team, as_operator: Client) -> None:
    with all_teams("test"):
        Project.objects.create(team=team, name="Spring")
        other = Project.objects.create(team=team, name="Autumn")
        Project.objects.create(team=make_team(), name="Winter")
    url = f"/admin/dubbing/project/{other.pk}/change/"
    assert list(errors_of(as_operator.post(url, {"name": "Spring"}))) == ["name"]
    assert as_operator.post(url, {"name": "Winter"}).status_code == 302


def test_a_project_is_deleted_once_no_video_is_in_it(team: Team, as_operator: Client) -> None:
    with all_teams("test"):
        project = Project.objects.create(team=team, name="Spirng")
        asset = make_asset(team, project=project)
    url = f"/admin/dubbing/project/{project.pk}/"
    assert "deletelink" not in as_operator.get(f"{url}change/").content.decode()
    assert as_operator.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    with all_teams("test"):
        type(asset).objects.update(project=None)
    assert "deletelink" in as_operator.get(f"{url}change/").content.decode()
    assert as_operator.post(f"{url}delete/", {"post": "yes"}, follow=True).status_code == 200
    with all_teams("test"):
        assert not Project.objects.exists()
    listed = as_operator.get("/admin/dubbing/project/").content.decode()
    assert "delete_selected" not in listed


def locale_data(**changes: str) -> dict[str, str]:
    return {"code": "ca-ES", "name": "Catalan", "can_target": "on"} | changes


def test_language_is_added(as_operator: Client) -> None:
    assert as_operator.post("/admin/dubbing/locale/add/", locale_data()).status_code == 302
    assert Locale.objects.get(code="ca-ES").can_target


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "klingon!"}, "code"), ({"code": "de-DE"}, "code"), ({"name": ""}, "name")],
)
def test_bad_language_gets_its_error(
    changes: dict[str, str], field: str, as_operator: Client
) -> None:
    data = locale_data(**changes)
    assert list(errors_of(as_operator.post("/admin/dubbing/locale/add/", data))) == [field]


def test_code_of_a_language_stays(as_operator: Client) -> None:
    as_operator.post("/admin/dubbing/locale/de-DE/change/", locale_data(code="xx-XX"))
    assert Locale.objects.get(code="de-DE").name == "Catalan"
    assert not Locale.objects.filter(code="xx-XX").exists()


@pytest.mark.django_db(transaction=True)
def test_the_key_is_tried_outside_of_any_transaction(as_operator: Client, settings: Any) -> None:
    """An engine that takes its time must not keep rows locked meanwhile."""
    team, open_meanwhile = make_team(), []
    parameters = connection.get_connection_params()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with psycopg.connect(**parameters) as watcher:
            open_meanwhile.extend(watcher.execute(IN_TRANSACTION).fetchall())
        send(handler, 200, b'{"items": [], "total": 0}')

    with far_end(answer) as url:
        data = connection_data(team, base_url=url)
        assert as_operator.post("/admin/dubbing/connection/add/", data).status_code == 302
    assert newest(Connection).check_result == "accepted"
    assert open_meanwhile == []
