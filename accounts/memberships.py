"""Whose teams: asked before every page and every part of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.kept import KeptQuestion
from accounts.models import Membership, User


def _with_teams(users: Sequence[uuid.UUID]) -> QuerySet[Any]:
    rows = Membership.objects.filter(user__in=users).order_by("team__name", "team_id")
    return rows.select_related("team")


_KEPT = KeptQuestion(_with_teams, of_team=False)


def memberships_of(user: User) -> list[Membership]:
    """With their teams, in the order of those's names."""
    found = _KEPT.objects([user.pk])
    for membership in found:
        membership.user = user
    return found
