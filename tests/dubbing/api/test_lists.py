from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Project
from dubbing.services.asset_rows import touch_asset
from dubbing.states import AssetStatus, Stage
from tests.builders import make_asset, make_dubbing, make_version
from tests.dubbing.api.caller import Caller, faults


def titles(caller: Caller, **query: object) -> list[str]:
    answer = caller.get("assets/", **query)
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def follow(caller: Caller, path: str, direction: str, **query: object) -> list[list[str]]:
    """The ids of every page, from the first to the last in this direction."""
    answer = caller.get(path, **query).json()
    pages = [[row["id"] for row in answer["results"]]]
    while answer[direction]:
        answer = caller.get(answer[direction]).json()
        pages.append([row["id"] for row in answer["results"]])
    return pages


def test_newest_comes_first(producer: Caller, team: Team) -> None:
    for title in ("first", "second", "third"):
        make_asset(team, title=title)
    assert titles(producer) == ["third", "second", "first"]


def test_pages_follow_one_another_both_ways(producer: Caller, team: Team) -> None:
    ids = [str(make_asset(team).id) for _ in range(5)][::-1]
    assert follow(producer, "assets/", "next", page_size=2) == [ids[:2], ids[2:4], ids[4:]]
    last = producer.get("assets/", page_size=2).json()
    while last["next"]:
        last = producer.get(last["next"]).json()
    back = producer.get(last["previous"]).json()
    assert [row["id"] for row in back["results"]] == ids[2:4]
    first = producer.get(back["previous"]).json()
    assert [row["id"] for row in first["results"]] == ids[:2]
    assert first["previous"] is None and first["next"] is not None


def test_new_row_shifts_no_page(producer: Caller, team: Team) -> None:
    ids = [str(make_asset(team).id) for _ in range(4)][::-1]
    first = producer.get("assets/", page_size=2).json()
    make_asset(team)
    second = producer.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == ids[2:]


def test_last_page_has_no_next(producer: Caller, team: Team) -> None:
    make_asset(team)
    answer = producer.get("assets/", page_size=1).json()
    assert answer["next"] is None and answer["previous"] is None


def test_assets_are_found_by_what_they_are(producer: Caller, team: Team) -> None:
    with team_scope(team.id):
        project = Project.objects.create(team=team, name="Spring")
    wanted = make_asset(
        team,
        title="wanted",
        reference="r-1",
        project=project,
        tags=["stage", "long"],
        status=AssetStatus.FAILED,
    )
    make_dubbing(wanted, "ja-JP")
    make_dubbing(make_asset(team, title="other", reference="r-2", tags=["short"]), "fr-FR")
    for query in (
        {"remote_id": wanted.remote_id},
        {"reference": "r-1"},
        {"project": "Spring"},
        {"tag": "stage"},
        {"status": "Failed"},
        {"locale": "ja-JP"},
        {"q": "WANT"},
        {"q": "long"},
        {"q": "wanted", "tag": "long", "hidden": 0},
    ):
        assert titles(producer, **query) == ["wanted"], query
    assert titles(producer, tag="long", reference="r-2") == []


def test_asset_in_two_languages_is_listed_once(producer: Caller, team: Team) -> None:
    asset = make_asset(team, title="one")
    make_dubbing(asset, "ja-JP")
    make_dubbing(asset, "fr-FR")
    assert titles(producer, locale="fr-FR") == ["one"]
    assert len(producer.get("assets/").json()["results"][0]["dubbings"]) == 2


def test_what_changed_since_comes_oldest_change_first(producer: Caller, team: Team) -> None:
    now = timezone.now()
    rows = [make_asset(team, title=title) for title in ("a", "b", "c")]
    with all_teams("test"):
        for asset, hours in zip(rows, (1, 3, 2), strict=True):
            Asset.objects.filter(pk=asset.pk).update(updated_at=now - timedelta(hours=hours))
    since = (now - timedelta(hours=2, minutes=30)).isoformat()
    assert titles(producer, updated_since=since) == ["c", "a"]
    first = producer.get("assets/", updated_since=since, page_size=1).json()
    second = producer.get(first["next"]).json()
    assert [row["title"] for row in second["results"]] == ["a"]
    assert second["next"] is None
    back = producer.get(second["previous"]).json()
    assert [row["title"] for row in back["results"]] == ["c"]


def test_plus_sign_that_arrives_as_a_space_is_understood(producer: Caller, team: Team) -> None:
    make_asset(team, title="new")
    answer = producer.get("assets/?updated_since=2020-01-01T00:00:00+00:00")
    assert [row["title"] for row in answer.json()["results"]] == ["new"]


def test_change_beneath_an_asset_lists_its_dubbings(producer: Caller, team: Team) -> None:
    quiet, moved = make_asset(team), make_asset(team)
    make_version(quiet)
    version = make_version(moved)
    before = timezone.now()
    with team_scope(team.id):
        touch_asset(moved)
    answer = producer.get("dubbings/", updated_since=before.isoformat()).json()
    assert [row["id"] for row in answer["results"]] == [str(version.dubbing_id)]


def test_dubbings_are_found_by_what_they_are(producer: Caller, team: Team) -> None:
    asset, other = make_asset(team), make_asset(team)
    version = make_version(asset, "ja-JP")
    make_dubbing(other, "fr-FR")
    for query in (
        {"asset": asset.id},
        {"stage": Stage.READY.value},
        {"locale": "ja-JP"},
        {"remote_id": version.dubbing.remote_id},
        {"version_remote_id": version.remote_id},
    ):
        rows = producer.get("dubbings/", **query).json()["results"]
        assert [row["id"] for row in rows] == [str(version.dubbing_id)], query
    assert producer.get("dubbings/", asset=uuid.uuid4()).json()["results"] == []
    assert producer.get(f"dubbings/{version.dubbing_id}/").json()["locale"] == "ja-JP"


def test_dubbings_page(producer: Caller, team: Team) -> None:
    asset = make_asset(team)
    ids = [str(make_dubbing(asset, locale).id) for locale in ("de-DE", "fr-FR", "it-IT")][::-1]
    assert follow(producer, "dubbings/", "next", page_size=2) == [ids[:2], ids[2:]]
    since = "2020-01-01T00:00:00Z"
    pages = follow(producer, "dubbings/", "next", page_size=2, updated_since=since)
    assert sum(pages, []) == ids[::-1]


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("assets/", {"status": "failed"}, "invalid_choice"),
        ("assets/", {"locale": "xx-XX"}, "unknown_locale"),
        ("assets/", {"updated_since": "yesterday"}, "invalid"),
        ("assets/", {"hidden": "maybe"}, "invalid"),
        ("assets/", {"remote_id": ""}, "blank"),
        ("assets/", {"q": "\x00"}, "null_characters_not_allowed"),
        ("assets/", {"q": "x" * 201}, "max_length"),
        ("assets/", {"page_size": 0}, "min_value"),
        ("assets/", {"page_size": 201}, "max_value"),
        ("assets/", {"page_size": "many"}, "invalid"),
        ("assets/", {"cursor": "nonsense"}, "invalid_cursor"),
        ("assets/", {"cursor": "bnVsbA"}, "invalid_cursor"),
        ("assets/", {"cursor": "é"}, "invalid_cursor"),
        ("assets/", {"statsu": "Failed"}, "unknown_filter"),
        ("assets/", {"q": ["a", "b"]}, "given_twice"),
        ("assets/", {"project": "None such"}, "unknown_project"),
        ("assets/", {"due": "soon"}, "invalid_date"),
        ("dubbings/", {"reviewer": "me"}, "nobody_in_person"),
        ("dubbings/", {"progress": "never"}, "invalid_number"),
        ("dubbings/", {"priority": "9"}, "unknown_priority"),
        ("dubbings/", {"owner": "nobody@example.org"}, "not_a_member"),
        ("dubbings/", {"asset": "7"}, "invalid"),
        ("dubbings/", {"stage": "Ready"}, "invalid_choice"),
        ("dubbings/", {"status": "Failed"}, "unknown_filter"),
    ],
)
def test_nonsense_is_told_by_name(
    producer: Caller, path: str, query: dict[str, object], code: str
) -> None:
    answer = producer.get(path, **query)
    assert answer.status_code == 400
    assert faults(answer) == {(next(iter(query)), code)}


def test_cursor_of_another_order_is_refused(producer: Caller, team: Team) -> None:
    make_asset(team), make_asset(team)
    query = {"page_size": 1, "updated_since": "2020-01-01T00:00:00Z"}
    following = producer.get("assets/", **query).json()["next"]
    cursor = following.split("cursor=")[1].split("&")[0]
    assert faults(producer.get("assets/", cursor=cursor)) == {("cursor", "invalid_cursor")}


def test_lists_take_the_words_of_the_matrix(producer: Caller, team: Team) -> None:
    asset = make_asset(team, title="wanted", tags=["a", "b"])
    make_dubbing(asset, "ja-JP", stage=Stage.READY, priority=4, due_on="2020-01-01")
    make_dubbing(make_asset(team, title="other"), "fr-FR")
    for query in (
        {"stage": ["ready", "approved"], "group": "person"},
        {"due": "overdue", "owner": "none"},
        {"priority": "urgent", "locale": ["ja-JP", "de-DE"]},
        {"tag": ["a", "b"]},
    ):
        assert titles(producer, **query) == ["wanted"], query
        found = producer.get("dubbings/", **query).json()["results"]
        assert [row["locale"] for row in found] == ["ja-JP"], query
