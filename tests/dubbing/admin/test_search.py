"""Search: ids and exact words by index, words among the newest rows only."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiKey, Membership, Team, User
from accounts.roles import Role
from config.admin.links import list_url
from dubbing.admin import AssetAdmin
from dubbing.models import Asset, Dubbing, OutboxMessage, StatusChange, Version
from tests.builders import make_api_key, make_asset, make_member, make_team, make_version
from tests.dubbing.admin.rows import make_message, make_one_of_each


def found(client: Client, model: type[Any], term: str, **more: str) -> list[Any]:
    answer = client.get(list_url(model, q=term, **more))
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.fixture
def asset(team: Team) -> Asset:
    make_asset(team, title="Another one", reference="other")
    return make_asset(team, title="The harbour at dawn", reference="R-77", remote_id="pj_1")


def test_video_is_found_by_every_name_it_has(asset: Asset, as_operator: Client) -> None:
    for term in (str(asset.pk), "pj_1", "R-77", "harbour", "dawn the"):
        assert found(as_operator, Asset, term) == [asset], term
    assert found(as_operator, Asset, "nowhere") == []


def test_exact_names_are_asked_team_by_team_so_that_an_index_answers(
    asset: Asset, as_operator: Client
) -> None:
    with CaptureQueriesContext(connection) as captured:
        found(as_operator, Asset, "R-77")
    asked = [query["sql"] for query in captured if "R-77" in query["sql"]]
    assert asked and all("team_id" in sql for sql in asked)
    assert not any("UPPER" in sql for sql in asked)


def test_words_are_looked_for_among_the_newest_only(
    asset: Asset, as_operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AssetAdmin, "search_window", 1)
    newer = make_asset(asset.team, title="Harbour again")
    assert found(as_operator, Asset, "harbour") == [newer]
    assert found(as_operator, Asset, "R-77") == [asset]


def test_children_are_found_by_their_video(asset: Asset, as_operator: Client) -> None:
    version = make_version(asset)
    message = make_message(asset)
    for term in (str(asset.pk), "pj_1", "R-77"):
        assert found(as_operator, Version, term) == [version]
        assert found(as_operator, Dubbing, term) == [version.dubbing]
        assert found(as_operator, OutboxMessage, term) == [message]
    assert found(as_operator, Version, version.remote_id) == [version]
    assert found(as_operator, Version, str(version.dubbing_id)) == [version]


def test_people_are_found_by_the_beginning_of_their_mail(
    team: Team, alice: User, bob: User, as_operator: Client
) -> None:
    assert found(as_operator, User, "alice@") == [alice]
    assert found(as_operator, User, "Birch") == [bob]
    assert [row.user for row in found(as_operator, Membership, "bob@")] == [bob]


def test_key_is_found_by_its_token(team: Team, as_operator: Client) -> None:
    key, token = make_api_key(team)
    make_api_key(team)
    assert found(as_operator, ApiKey, token) == [key]
    assert found(as_operator, ApiKey, key.prefix) == [key]


@pytest.mark.parametrize("term", ["\x00", "%", "'", '"', "dd_", "ü" * 300, "-"])
def test_nonsense_finds_nothing_and_breaks_nothing(
    term: str, asset: Asset, as_operator: Client
) -> None:
    for model in (Asset, Dubbing, User, ApiKey, OutboxMessage, StatusChange):
        assert as_operator.get(list_url(model, q=term)).status_code == 200


def test_team_filter_shows_one_teams_rows(asset: Asset, as_operator: Client) -> None:
    other = make_asset(make_team(slug="far"))
    assert found(as_operator, Asset, "", team="far") == [other]
    assert found(as_operator, Asset, "", team="no-such-team") == []


def test_filters_by_time_say_yes_and_no(asset: Asset, as_operator: Client) -> None:
    hidden = make_asset(asset.team, hidden_at="2026-01-01T00:00:00Z")
    assert found(as_operator, Asset, "", hidden="yes") == [hidden]
    assert hidden not in found(as_operator, Asset, "", hidden="no")


def test_links_lead_from_the_team_to_every_row_and_back(team: Team, as_operator: Client) -> None:
    person = make_member(team, Role.OWNER)
    asset = make_one_of_each(team, person, 1)
    page = as_operator.get(f"/admin/accounts/team/{team.pk}/change/").content.decode()
    for model in ("connection", "asset", "outboxmessage", "project"):
        assert f"/admin/dubbing/{model}/?team=studio" in page
    page = as_operator.get(f"/admin/dubbing/asset/{asset.pk}/change/").content.decode()
    assert f"/admin/accounts/team/{team.pk}/change/" in page
    for model in ("outboxmessage", "statuschange", "callbackdelivery", "film", "version"):
        path = f"/admin/dubbing/{model}/?asset__id__exact={asset.pk}"
        assert path in page
        assert as_operator.get(path).context["cl"].result_count == 1


def test_choice_of_a_row_tells_its_team(team: Team, as_operator: Client) -> None:
    query = "?term=Studio&app_label=dubbing&model_name=connection&field_name=team"
    answer = as_operator.get(f"/admin/autocomplete/{query}").json()
    assert [entry["text"] for entry in answer["results"]] == ["Studio"]
