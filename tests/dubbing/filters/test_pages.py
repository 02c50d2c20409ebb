"""Pages and counts of each filter, against one plain query for all that it finds."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from dubbing.filters import DubbingFilter
from dubbing.models import Asset, Dubbing, Locale, Project
from dubbing.screens import amounts
from dubbing.screens.amounts import count_capped
from dubbing.screens.dub_list import ORDERS
from dubbing.screens.keyset import Order, read_page
from dubbing.screens.matrix_cells import REVIEW_STAGES
from dubbing.states import BROKEN_STAGES, FailureCode, Priority, Stage
from tests.builders import make_asset, make_member

VIDEOS, LANGUAGES, PAGE = 160, 12, 29
ASKED = [
    "", "failed=1", "stage=ready", "stage=finished", "stage=ready&stage=finished&stage=failed",
    "group=person", "group=broken&group=moving&group=done", "locale=de-DE",
    "locale=de-DE&locale=fr-FR", "locale=de-DE&stage=ready", "locale=de-DE&stage=ready&failed=1",
    "owner=me", "owner=none", "reviewer=none", "reviewer=me&reviewer=none", "waiting=me",
    "due=overdue", "due=week", "due=none", "due=overdue&locale=de-DE", "priority=4",
    "priority=1&priority=3", "priority=2&priority=4", "progress=none", "progress=3&owner=me",
    "failure=NoSpeech", "failure=none", "hidden=1", "hidden=1&stage=ready", "project=Kitchen",
    "project=Kitchen&stage=ready", "tag=spring&priority=4", "q=lesson", "q=lesson&failed=1",
    "q=lesson&hidden=1", "q=garden", "q=garden&hidden=1", "q=no such word",
    "slow=1", "slow=1&locale=de-DE", "locale=de-DE&locale=fr-FR&group=person&owner=me&owner=none",
]  # fmt: skip
# What a list's page needs to find its neighbours.
KEPT = ("due_on", "stage_since")


@pytest.fixture
def me(in_team: Team) -> User:
    """Some thousand dubs of every kind, and who asks."""
    me = make_member(in_team, Role.OWNER)
    chances = random.Random(11)  # noqa: S311
    first = make_asset(in_team)
    projects = [Project.objects.create(team=in_team, name=name) for name in ("Kitchen", "Garden")]
    assets = Asset.objects.bulk_create(
        Asset(
            team=in_team,
            connection_id=first.connection_id,
            locale_id="en-US",
            title=chances.choice(("Lesson", "Trailer")),
            media_url=f"https://media.example.org/{number}.mp4",
            project=chances.choice((None, *projects)),
            tags=chances.choice(([], ["spring"])),
            hidden_at=timezone.now() if chances.random() < 0.1 else None,
        )
        for number in range(VIDEOS)
    )
    codes = ["de-DE", "fr-FR", *Locale.objects.exclude(code__in=["de-DE", "fr-FR", "en-US"])
             .values_list("code", flat=True)[: LANGUAGES - 2]]  # fmt: skip
    people = (None, me, make_member(in_team))
    Dubbing.objects.bulk_create(
        _dub(asset, code, people, chances)
        for asset in assets
        for code in codes
        # Some videos lack some languages.
        if chances.random() < 0.8
    )
    with connection.cursor() as cursor:
        # Without it every plan is one for empty tables.
        cursor.execute("ANALYZE dubbing_asset, dubbing_dubbing, dubbing_assetwords")
    return me


def _dub(asset: Asset, code: str, people: tuple[Any, ...], chances: random.Random) -> Dubbing:
    stage = chances.choice([*Stage, Stage.FINISHED, Stage.FINISHED])
    days = chances.randint(-20, 20)
    return Dubbing(
        team_id=asset.team_id,
        asset=asset,
        locale_id=code,
        stage=stage,
        # Few moments and days, so that many rows share one.
        stage_since=timezone.now() - timedelta(days=chances.randint(0, 12)),
        due_on=timezone.localdate() + timedelta(days=days) if days % 3 else None,
        failure_code=chances.choice(FailureCode.values) if stage == Stage.FAILED else "",
        owner=chances.choice(people),
        reviewer=chances.choice(people),
        priority=chances.choice(Priority.values),
        is_hidden=asset.is_hidden,
    )


def _ids_of_pages(asked: DubbingFilter, *, backward: bool) -> list[uuid.UUID]:
    """All videos of it, page by page."""
    found: list[uuid.UUID] = []
    while True:
        edge = {"after" if backward else "before": found[-1]} if found else {}
        if backward and not found:
            edge = {"after": uuid.UUID(int=0)}
        page = [asset.pk for asset in asked.first_assets(PAGE, **edge)]
        found += page
        if len(page) < PAGE:
            return found


def _ids_of_list(rows: Any, order: Order, *, backward: bool) -> list[uuid.UUID]:
    """All dubs of it, page by page; backward from a mark behind the last."""
    found: list[uuid.UUID] = []
    last = rows.order_by(order.name or "pk", "pk")
    last = last.first() if order.descending else last.last()
    if last is None:
        return found
    value = f"{getattr(last, order.name).isoformat()}~" if order.name else ""
    behind = uuid.UUID(int=0 if order.descending else 2**128 - 1)
    mark = {"before": f"{value}{behind}"} if backward else {}
    while True:
        page = read_page(rows, order, size=PAGE * 10, **mark)
        here = [row.pk for row in page.rows]
        found = here + found if backward else found + here
        following = page.previous if backward else page.next
        if not following:
            return found
        mark = {"before" if backward else "after": following}


def test_pages_and_counts_agree_with_one_plain_query(
    me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amounts, "COUNTED", 10_000)
    for query in ASKED:
        asked = DubbingFilter.parse(dict(QueryDict(query).lists()), me)
        assert not asked.problems, query
        whole = [asset.pk for asset in asked.assets().order_by("-pk")]
        assert _ids_of_pages(asked, backward=False) == whole, query
        assert _ids_of_pages(asked, backward=True) == whole[::-1], query
        videos, dubs = count_capped(asked.asset_ids(10_000), asked.dubbings())
        assert (videos.number, dubs.number) == (len(whole), len(asked.dubbings())), query
        few = {row_id for row in asked.asset_ids(5) for row_id in row.values()}
        assert len(few) >= min(5, len(whole)), query
        assert few <= set(whole), query


@pytest.mark.parametrize("stages", [REVIEW_STAGES, BROKEN_STAGES, (Stage.FINISHED,)])
def test_dubs_that_are_counted_in_stages_are_those_of_one_plain_query(
    me: User, stages: tuple[Stage, ...]
) -> None:
    for query in [*ASKED, "project=none", "progress=3&waiting=me&failed=1", "tag=spring&hidden=1"]:
        asked = DubbingFilter.parse(dict(QueryDict(query).lists()), me)
        plain = set(asked.dubbings().filter(stage__in=stages).values_list("pk", flat=True))
        counted = list(asked.dubbings_in(stages).values_list("pk", flat=True))
        assert len(counted) == len(plain), query
        assert set(counted) == plain, query
        rows, some = (asked.counted_in(stages, most) for most in (10_000, 5))
        every, few = count_capped(rows, some)
        assert every.number == len(plain), query
        assert min(5, len(plain)) <= few.number <= len(plain), query


def test_pages_of_the_list_agree_with_one_plain_query(me: User) -> None:
    for query, (sort, order) in product(ASKED[::4], ORDERS.items()):
        rows = DubbingFilter.parse(dict(QueryDict(query).lists()), me).dubbings().only(*KEPT)
        rows = rows.filter(**{f"{order.name}__isnull": False}) if order.name else rows
        sign = "-" if order.descending else ""
        names = [f"{sign}{one}" for one in (order.name, "pk") if one]
        whole = list(rows.order_by(*names).values_list("pk", flat=True))
        assert _ids_of_list(rows, order, backward=False) == whole, (query, sort)
        assert _ids_of_list(rows, order, backward=True) == whole, (query, sort)
