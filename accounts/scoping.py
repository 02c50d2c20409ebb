"""Nobody can forget the team.

Rows of a team are reached only inside `team_scope(team_id)`: the manager filters by the active
team, and without one any query raises TeamScopeError when its SQL is compiled. The one way out,
`all_teams(reason)`, is for callbacks, sweeps, sign-in and the admin site; a test lists its callers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.db.models.sql import Query

from accounts.active import ALL_TEAMS
from accounts.active import active as _active


class TeamScopeError(RuntimeError):
    """A team's rows were asked for, or written, without that team's scope."""


@contextmanager
def team_scope(team_id: uuid.UUID) -> Iterator[None]:
    token = _active.set(team_id)
    try:
        yield
    finally:
        _active.reset(token)


@contextmanager
def all_teams(reason: str) -> Iterator[None]:
    """The named way out. The reason is for the reader of the call."""
    token = _active.set(ALL_TEAMS)
    try:
        yield
    finally:
        _active.reset(token)


def active_team_id() -> uuid.UUID:
    team_id = _active.get()
    if not isinstance(team_id, uuid.UUID):
        raise TeamScopeError("No team is active here. Open team_scope(team_id) first.")
    return team_id


@contextmanager
def team_atomic() -> Iterator[None]:
    """A transaction that PostgreSQL knows the team of, so row-level security can lie beneath."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and (team_id := _active.get()) is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('dubdesk.team', %s, true)", [str(team_id)])
        yield


class UnscopedQuery(Query):
    """Raises instead of becoming SQL."""

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        raise TeamScopeError(f"{self.model} was queried without an active team.")


class TeamQuerySet(models.QuerySet[Any]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            check_row_is_in_scope(row)
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **changes: Any) -> int:
        if {"team", "team_id"} & changes.keys():
            raise TeamScopeError("A row never changes its team.")
        self._refuse_unscoped()
        return super().update(**changes)

    def _raw_delete(self, using: str | None) -> int:
        self._refuse_unscoped()
        return super()._raw_delete(using)

    def _refuse_unscoped(self) -> None:
        # Update and raw delete turn the query into one of another class before it is compiled.
        if isinstance(self.query, UnscopedQuery):
            raise TeamScopeError(f"{self.model.__name__} was changed without an active team.")


class TeamManager(models.Manager[Any]):
    """Objects of the active team; see the module's text."""

    def get_queryset(self) -> models.QuerySet[Any]:
        active = _active.get()
        queryset: models.QuerySet[Any] = super().get_queryset()
        if active is None:
            queryset.query = UnscopedQuery(self.model)
            return queryset
        return queryset if active == ALL_TEAMS else queryset.filter(team_id=active)

    @classmethod
    def of(cls, queryset_class: type[TeamQuerySet]) -> Any:
        """A manager with the questions of `queryset_class`, which are added at run time: Any."""
        return cls.from_queryset(queryset_class)()


def check_row_is_in_scope(row: TeamOwned) -> None:
    active = _active.get()
    if active is None or (active != ALL_TEAMS and row.team_id != active):
        raise TeamScopeError(f"{type(row).__name__} is outside the active team.")


class TeamOwned(models.Model):
    """A row of one team. Children carry the team too, so the scope is one equality."""

    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, related_name="+", editable=False
    )
    team_id: uuid.UUID

    objects: ClassVar[Any] = TeamManager.of(TeamQuerySet)

    class Meta:
        abstract = True
        # Related lookups and refresh_from_db use the base manager: it fails closed as well.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_row_is_in_scope(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check_row_is_in_scope(self)
        return super().delete(*args, **kwargs)


class TeamOwnedChild(TeamOwned):
    """A row that hangs beneath others by database keys over (team, parent).

    Those prove the team and the parent together. Keys over the team or the parent alone prove
    nothing more, and each insert would lock the team's one row once more, beside all others: so
    such models leave them out (`db_constraint=False`).
    """

    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        db_constraint=False,
    )

    class Meta(TeamOwned.Meta):
        abstract = True
