"""The one filter language: every parameter, with what it finds and what it says of nonsense."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from accounts.scoping import all_teams
from dubbing.filters import PARAMETERS, DubbingFilter
from dubbing.models import Dubbing, Project
from dubbing.states import Priority, Stage
from tests.builders import make_asset, make_dubbing, make_member


def parse(query: str, member: User | None = None) -> DubbingFilter:
    return DubbingFilter.parse(dict(QueryDict(query).lists()), member)


@pytest.fixture
def ready(in_team: Team) -> Dubbing:
    """German, ready since ten days, Rita's to review, overdue, urgent, of the project Kitchen."""
    project = Project.objects.create(team=in_team, name="Kitchen")
    asset = make_asset(in_team, title="Stocks", project=project, tags=["spring", "web"])
    return make_dubbing(
        asset,
        "de-DE",
        stage=Stage.READY,
        stage_since=timezone.now() - timedelta(days=10),
        reviewer=make_member(in_team, Role.REVIEWER, email="rita@example.org"),
        due_on=timezone.localdate() - timedelta(days=1),
        priority=Priority.URGENT,
    )


@pytest.fixture
def failed(in_team: Team) -> Dubbing:
    """French, failed just now, nobody's."""
    asset = make_asset(in_team, title="Knife work")
    return make_dubbing(asset, "fr-FR", stage=Stage.FAILED, failure_code="NoSpeech")


FINDS_READY = [
    "q=stock", "q=kitch", "project=Kitchen", "tag=spring", "tag=spring&tag=web", "locale=de-DE",
    "stage=ready", "stage=ready&stage=approved", "group=person", "due=overdue",
    "due=2020-01-01..", "priority=4", "priority=urgent", "progress=none", "progress=9",
    "reviewer=rita@example.org", "locale=de-DE&stage=ready&q=Stocks",
]  # fmt: skip
FINDS_FAILED = [
    "q=knife", "project=none", "locale=fr-FR", "stage=failed", "group=broken", "failed=1",
    "failure=NoSpeech", "due=none", "priority=2", "priority=normal", "reviewer=none",
    "since=2020-01-01T00:00:00Z&failed=1",
]  # fmt: skip
FINDS_BOTH = ["", "q=", "failed=0", "owner=none", "locale=de-DE&locale=fr-FR", "unknown=1"]
FINDS_NEITHER = [
    "q=zzz", "tag=none-such", "due=today", "due=week", "slow=1", "hidden=1", "progress=30",
    "due=..2020-01-01", "project=Kitchen&failed=1", "since=2999-01-01T00:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("query", FINDS_READY)
def test_finds_what_is_ready(ready: Dubbing, failed: Dubbing, query: str) -> None:
    found = parse(query)
    assert found.problems == ()
    assert list(found.dubbings()) == [ready]
    assert list(found.assets()) == [ready.asset]


@pytest.mark.parametrize("query", FINDS_FAILED)
def test_finds_what_failed(ready: Dubbing, failed: Dubbing, query: str) -> None:
    found = parse(query)
    assert found.problems == ()
    assert list(found.dubbings()) == [failed]
    assert list(found.assets()) == [failed.asset]


@pytest.mark.parametrize("query", FINDS_BOTH)
def test_finds_both(ready: Dubbing, failed: Dubbing, query: str) -> None:
    assert set(parse(query).dubbings()) == {ready, failed}
    assert set(parse(query).assets()) == {ready.asset, failed.asset}


@pytest.mark.parametrize("query", FINDS_NEITHER)
def test_finds_neither(ready: Dubbing, failed: Dubbing, query: str) -> None:
    assert not parse(query).dubbings().exists()
    assert not parse(query).assets().exists()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("project=01890000-0000-7000-8000-000000000000", "unknown_project"),
        ("project=None such", "unknown_project"),
        ("locale=xx-XX", "unknown_locale"),
        ("stage=nonsense", "invalid_choice"),
        ("group=slow", "invalid_choice"),
        ("owner=nobody@example.org", "not_a_member"),
        ("owner=nonsense", "not_a_member"),
        ("reviewer=me", "nobody_in_person"),
        ("waiting=me", "nobody_in_person"),
        ("waiting=you", "invalid_choice"),
        ("due=soon", "invalid_date"),
        ("due=2026-02-30", "invalid_date"),
        ("due=2026-03-01..2026-01-01", "invalid_date"),
        ("due=..", "invalid_date"),
        ("priority=9", "unknown_priority"),
        ("failed=perhaps", "invalid"),
        ("slow=x", "invalid"),
        ("hidden=x", "invalid"),
        ("progress=0", "invalid_number"),
        ("progress=%C2%B2", "invalid_number"),
        ("progress=99999999999999999999", "invalid_number"),
        ("since=yesterday", "invalid_date"),
        ("since=2026-99-99T00:00:00Z", "invalid_date"),
        ("q=" + "x" * 201, "text_too_long"),
        ("q=stock&q=knife", "given_twice"),
    ],
)
def test_nonsense_is_told_and_left_out(
    ready: Dubbing, failed: Dubbing, query: str, code: str
) -> None:
    found = parse(query)
    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].sentence
    if code != "given_twice":
        assert set(found.dubbings()) == {ready, failed}
        assert found.query() == ""


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_value_breaks_it(in_team: Team, alice: User, name: str) -> None:
    for value in ("\0", "a\0b", "\udc80", "'", "%", "🎬", "9" * 400, "<b>", "a\nb"):
        found = DubbingFilter.parse({name: [value, f"{value}x"]}, alice)
        assert list(found.assets()) == []
        assert list(found.dubbings()) == []
        assert isinstance(found.sentence(), str)


def test_unknown_values_beside_known_ones_are_left_out(ready: Dubbing, failed: Dubbing) -> None:
    found = parse("locale=de-DE&locale=xx-XX")
    assert [problem.code for problem in found.problems] == ["unknown_locale"]
    assert list(found.dubbings()) == [ready]
    assert found.query() == "locale=de-DE"


def test_me_is_who_asks(ready: Dubbing, failed: Dubbing) -> None:
    rita: Any = ready.reviewer
    assert list(parse("reviewer=me", rita).dubbings()) == [ready]
    assert list(parse("waiting=me", rita).dubbings()) == [ready]
    assert not parse("owner=me", rita).dubbings().exists()
    Dubbing.objects.filter(pk=failed.pk).update(owner=rita)
    assert set(parse("waiting=me", rita).dubbings()) == {ready, failed}


def test_query_has_one_order_and_reads_back(ready: Dubbing) -> None:
    found = parse("stage=ready&q= two  words &locale=fr-FR&locale=de-DE&due=week")
    assert found.query() == "q=two+words&locale=fr-FR&locale=de-DE&stage=ready&due=week"
    assert parse(found.query()).query() == found.query()
    assert found.query(q=(), stage=("failed",)) == (
        "locale=fr-FR&locale=de-DE&stage=failed&due=week"
    )


def test_it_reads_as_a_sentence(ready: Dubbing) -> None:
    words = parse("project=Kitchen&stage=ready&due=overdue").sentence()
    assert words == "Project Kitchen, state ready for review, due overdue"


def test_hidden_ones_come_only_when_asked_for(in_team: Team) -> None:
    asset = make_asset(in_team, hidden_at=timezone.now())
    dubbing = make_dubbing(asset)
    assert not parse("").assets().exists()
    assert list(parse("hidden=1").assets()) == [asset]
    assert list(parse("hidden=1&stage=preparing").dubbings()) == [dubbing]


def test_what_is_finished_is_overdue_no_more(ready: Dubbing) -> None:
    Dubbing.objects.filter(pk=ready.pk).update(stage=Stage.FINISHED)
    assert not parse("due=overdue").dubbings().exists()


def test_slow_ones_are_those_that_panjaya_takes_long_for(ready: Dubbing) -> None:
    with all_teams("test"):
        Dubbing.objects.filter(pk=ready.pk).update(stage=Stage.PREPARING)
    assert list(parse("slow=1").dubbings()) == [ready]
