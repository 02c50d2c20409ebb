"""Questions whose SQL is made once answer as their querysets do, for each team its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Upper
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts.kept import MOST_IDS, KeptQuestion
from accounts.memberships import memberships_of
from accounts.models import Membership, Team
from accounts.roles import Role
from accounts.scoping import TeamScopeError, all_teams, team_atomic, team_scope
from dubbing.models import Asset, Connection
from tests.builders import make_asset, make_connection, make_member, make_team, make_user

pytestmark = pytest.mark.django_db


def titles(ids: Sequence[uuid.UUID]) -> QuerySet[Asset]:
    return Asset.objects.shown().filter(pk__in=ids).order_by("pk").values_list("title")


def whole(ids: Sequence[uuid.UUID]) -> QuerySet[Asset]:
    rows = Asset.objects.select_related("connection").annotate(shouted=Upper("title"))
    columns = ("title", "team", "connection__profile", "connection__team")
    return rows.only(*columns).filter(pk__in=ids).order_by("pk")


def test_it_answers_as_its_queryset_does(team: Team):
    question = KeptQuestion(titles)
    ids = [make_asset(team, title=title).pk for title in ("One", "Two 100 %s", "Three")]
    with team_scope(team.pk):
        for asked in (ids, ids[1:], ids[:1], [*ids[:2], uuid.uuid4()]):
            assert question.rows(asked) == list(titles(asked))


def test_it_is_built_once_for_each_number_of_ids(team: Team):
    built: list[int] = []

    def ask(ids: Sequence[uuid.UUID]) -> QuerySet[Asset]:
        built.append(len(ids))
        return titles(ids)

    question = KeptQuestion(ask)
    with team_scope(team.pk), CaptureQueriesContext(connection) as queries:
        for count in (1, 2, 1, 2, 1):
            question.rows([uuid.uuid4() for _ in range(count)])
    assert built == [1, 2] and len(queries) == 5


def test_another_team_is_told_nothing(team: Team):
    question = KeptQuestion(titles)
    asset = make_asset(team, title="Ours")
    with team_scope(team.pk):
        assert question.rows([asset.pk]) == [("Ours",)]
    with team_scope(make_team().pk):
        assert question.rows([asset.pk]) == []


def test_without_a_team_it_is_not_asked():
    question = KeptQuestion(titles)
    with pytest.raises(TeamScopeError):
        question.rows([uuid.uuid4()])
    with all_teams("test"), pytest.raises(TeamScopeError):
        question.rows([uuid.uuid4()])


@pytest.mark.parametrize("count", [0, MOST_IDS + 1])
def test_of_none_and_of_very_many_it_is_built_anew(team: Team, count: int):
    ids = [make_asset(team, title=f"Video {number}").pk for number in range(count)]
    with team_scope(team.pk):
        assert KeptQuestion(titles).rows(ids) == list(titles(ids))
        assert KeptQuestion(whole).objects(ids) == list(whole(ids))


def test_rows_of_a_model_come_as_its_queryset_gives_them(team: Team):
    question = KeptQuestion(whole)
    lines = [make_connection(team, is_current=is_current) for is_current in (True, False)]
    ids = [make_asset(team, title=line.name, connection=line).pk for line in lines]
    with team_scope(team.pk):
        for asked in (ids, ids[:1], ids[1:], [uuid.uuid4()]):
            with CaptureQueriesContext(connection) as queries:
                found = question.objects(asked)
                told = [(one.title, one.connection.profile, one.shouted) for one in found]
            assert found == list(whole(asked)) and len(queries) == 1
            assert told == [
                (one.title, one.connection.profile, one.shouted) for one in whole(asked)
            ]
        assert found == []
        kept = question.objects(ids)[0]
        assert kept.get_deferred_fields() == whole(ids)[0].get_deferred_fields()
        kept.title = "Changed"
        kept.save(update_fields=["title"])  # a row like any other
        assert Asset.objects.get(pk=ids[0]).title == "Changed"


def test_each_thread_asks_by_its_own_connection(team: Team):
    question = KeptQuestion(whole)
    with team_scope(team.pk):
        asset = make_asset(team)
        assert question.objects([asset.pk]) == [asset]

    def ask_elsewhere() -> list[object]:
        # Another connection does not see what this transaction has written.
        try:
            with team_scope(team.pk):
                return question.objects([asset.pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask_elsewhere).result() == []


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_within_a_transaction(team: Team):
    question = KeptQuestion(
        lambda ids: Asset.objects.select_for_update(of=("self",)).filter(pk=ids[0])
    )
    with team_scope(team.pk):
        asset = make_asset(team)
        with team_atomic():
            assert question.objects([asset.pk]) == [asset]
        with pytest.raises(TransactionManagementError):
            question.objects([asset.pk])


def test_a_question_that_leaves_the_ids_out_is_refused(team: Team):
    question = KeptQuestion(lambda ids: Asset.objects.values_list("title"))
    with team_scope(team.pk), pytest.raises(TypeError):
        question.rows([uuid.uuid4()])


def test_a_question_whose_values_are_not_the_databases_own_is_refused(team: Team):
    sealed = KeptQuestion(lambda ids: Connection.objects.filter(pk__in=ids).values_list("profile"))
    with team_scope(team.pk), pytest.raises(TypeError):
        sealed.rows([uuid.uuid4()])


def test_memberships_come_with_their_teams_by_name():
    user = make_user()
    teams = [make_team(name=name) for name in ("Beta", "alpha", "Gamma")]
    for team, role in zip(teams, (Role.OWNER, Role.REVIEWER, Role.VIEWER), strict=True):
        Membership.objects.create(team=team, user=user, role=role)
    make_member(teams[0], Role.PRODUCER)  # somebody else's
    with CaptureQueriesContext(connection) as queries:
        found = memberships_of(user)
        told = [(one.team.name, one.role, one.user.email) for one in found]
    expected = user.memberships.select_related("team").order_by("team__name", "team_id")
    assert found == list(expected) and len(queries) == 1
    assert told == [(one.team.name, one.role, user.email) for one in expected]
    found[0].role = Role.VIEWER
    found[0].save()  # a row like any other
    assert user.memberships.get(pk=found[0].pk).role == Role.VIEWER


def test_who_is_in_no_team_has_no_membership():
    assert memberships_of(make_user()) == []
