"""Databases of several sizes on one server, side by side: who measures goes from one to another."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from psycopg import sql

from accounts.models import Team, User
from accounts.scoping import team_scope
from benchmarks import desk
from benchmarks.scale import BIG_NAME, fill, vacuum
from dubbing.models import Asset, Project

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Scaled:
    """One database, its big team, and a member's browser. `seconds`: filling, 0 if it was there."""

    dubs: int
    name: str
    team: Team
    member: User
    client: Client
    project: uuid.UUID
    middle: uuid.UUID
    """The id of a video in the middle of the team's."""
    oldest: uuid.UUID
    seconds: float


def prepare(dubs: int) -> Scaled:
    """Made and filled where it is missing; of an older release, brought up to this one."""
    name = f"scaled_{dubs}"
    seconds = 0.0 if _exists(name) else _make(name, dubs)
    with at(name):
        desk.prepare_database()
        Session.objects.all().delete()
        team = Team.objects.filter(name=BIG_NAME).latest("created_at")
        member = team.memberships.order_by("pk")[0].user
        client = Client(SERVER_NAME=HOST)
        client.force_login(member)
        with team_scope(team.pk):
            ids = Asset.objects.order_by("pk").values_list("pk", flat=True)
            project = Project.objects.order_by("pk").values_list("pk", flat=True)[0]
            middle, oldest = ids[ids.count() // 2], ids[0]
    return Scaled(dubs, name, team, member, client, project, middle, oldest, seconds)


@contextmanager
def at(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    _go_to(name)
    try:
        yield
    finally:
        _go_to(before)


def _go_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _make(name: str, dubs: int) -> float:
    """Seconds that filling took. It has its name only when it is whole."""
    draft = f"{name}_draft"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    with at(draft):
        desk.prepare_database()
        seconds = fill(dubs).seconds
        vacuum()
    names = sql.Identifier(draft), sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    return seconds
