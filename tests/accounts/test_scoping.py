from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.scoping import TeamOwned, TeamScopeError, all_teams, team_atomic, team_scope
from dubbing.models import Asset, Dubbing, Project
from tests.builders import make_asset, make_dubbing, make_team

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "config", "dubbing", "edge", "sandbox")
# Everybody who takes the named way out, and the only ones who may.
WAYS_OUT = {
    "accounts/authentication.py",
    "accounts/scoping.py",
    "accounts/services/invitations.py",
    "config/admin/site.py",
    "dubbing/services/downloads/forgetting.py",
    "dubbing/services/attention/digest.py",
    "dubbing/services/leftovers.py",
    "dubbing/services/linkchecks.py",
    "dubbing/services/originals.py",
    "dubbing/services/restores.py",
    "dubbing/services/retention.py",
    "dubbing/services/rotation.py",
    "dubbing/services/stored_files.py",
    "dubbing/services/sweep.py",
    "dubbing/services/vitals.py",
}

TEAM_MODELS = [model for model in apps.get_models() if issubclass(model, TeamOwned)]

QUESTIONS = {
    "list": lambda rows: list(rows.all()),
    "exists": lambda rows: rows.exists(),
    "count": lambda rows: rows.count(),
    "explain": lambda rows: rows.all().explain(),
    "values": lambda rows: list(rows.values_list("pk")),
    "update": lambda rows: rows.update(title="stolen"),
    "raw delete": lambda rows: rows.all()._raw_delete("default"),
    "delete": lambda rows: rows.all().delete(),
    "iterator": lambda rows: list(rows.iterator()),
    "first": lambda rows: rows.first(),
    "in_bulk": lambda rows: rows.in_bulk(),
    "union": lambda rows: list(rows.all().union(rows.all())),
    "get_or_create": lambda rows: rows.get_or_create(title="x"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_without_a_team_raises(db, question):
    with pytest.raises(TeamScopeError):
        QUESTIONS[question](Asset.objects)


@pytest.mark.parametrize("model", TEAM_MODELS, ids=lambda model: model.__name__)
def test_every_team_model_fails_closed_also_by_its_base_manager(db, model):
    with pytest.raises(TeamScopeError):
        model._base_manager.exists()
    with pytest.raises(TeamScopeError):
        model._default_manager.exists()


def test_another_teams_rows_are_not_there(team):
    mine, other = make_asset(team), make_asset(make_team())
    with team_scope(team.id):
        assert list(Asset.objects.all()) == [mine]
        assert not Asset.objects.filter(pk=other.pk).exists()
        assert Asset.objects.filter(pk=other.pk).update(title="stolen") == 0


def test_a_queryset_made_outside_stays_closed_inside(team):
    rows = Asset.objects.all()
    with team_scope(team.id), pytest.raises(TeamScopeError):
        list(rows)


def test_saving_into_another_team_raises(team):
    other = make_team()
    with team_scope(team.id), pytest.raises(TeamScopeError):
        Project(team=other, name="theirs").save()


def test_bulk_create_into_another_team_raises(team):
    other = make_team()
    with team_scope(team.id), pytest.raises(TeamScopeError):
        Project.objects.bulk_create([Project(team=other, name="theirs")])


def test_a_row_never_changes_its_team(team):
    asset = make_asset(team)
    with team_scope(team.id), pytest.raises(TeamScopeError):
        Asset.objects.filter(pk=asset.pk).update(team=make_team())


def test_the_database_refuses_a_child_under_another_teams_parent(team):
    asset = make_asset(team)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_dubbing(asset, team_id=make_team().id)
        connection.check_constraints()


def test_a_transaction_tells_postgresql_its_team(transactional_db):
    team = make_team()
    with team_scope(team.id), team_atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('dubdesk.team', true)")
        assert cursor.fetchone()[0] == str(team.id)


def test_reverse_relations_are_scoped_too(team):
    asset = make_asset(team)
    make_dubbing(asset)
    with pytest.raises(TeamScopeError):
        list(asset.dubbings.all())
    with team_scope(team.id):
        assert asset.dubbings.count() == 1


def test_all_teams_sees_everything(team):
    make_dubbing(make_asset(team))
    make_dubbing(make_asset(make_team()))
    with all_teams("test"):
        assert Dubbing.objects.count() == 2


def sources():
    for room in ROOMS:
        yield from (HOUSE / room).rglob("*.py")


def test_only_the_listed_files_take_the_way_out():
    way_out = re.compile(r"\ball_teams\(")
    found = {str(path.relative_to(HOUSE)) for path in sources() if way_out.search(path.read_text())}
    assert found == WAYS_OUT


def test_nobody_goes_around_the_managers():
    holes = re.compile(r"\.raw\(|_base_manager|\.all_objects")
    found = {
        str(path.relative_to(HOUSE))
        for path in sources()
        if path.parts[-2] != "migrations" and holes.search(path.read_text())
    }
    assert found == set()
