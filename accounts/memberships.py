"""Whose teams: asked before every page and every part of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from accounts.kept import KeptQuestion
from accounts.models import Membership, Team, User

_OWN = [field.attname for field in Membership._meta.concrete_fields]
_TEAMS = [field.attname for field in Team._meta.concrete_fields]


def _values(users: Sequence[uuid.UUID]) -> QuerySet[Any]:
    rows = Membership.objects.filter(user__in=users).order_by("team__name", "team_id")
    return rows.values_list(*_OWN, *(f"team__{name}" for name in _TEAMS))


_KEPT = KeptQuestion(_values, of_team=False)


def memberships_of(user: User) -> list[Membership]:
    """With their teams, in the order of those's names."""
    return [_membership(user, row) for row in _KEPT.rows([user.pk])]


def _membership(user: User, row: tuple[Any, ...]) -> Membership:
    own, team = row[: len(_OWN)], row[len(_OWN) :]
    membership = Membership.from_db(DEFAULT_DB_ALIAS, _OWN, own)
    membership.user = user
    membership.team = Team.from_db(DEFAULT_DB_ALIAS, _TEAMS, team)
    return membership
