"""Questions whose SQL is made once.

To build a queryset and its SQL takes Django ten times as long as the database takes to answer. That
is no matter for a page; it is the larger part of what every open page asks with each change. So
such a question is built once with stand-ins for its ids and its team, and asked with others.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from accounts.scoping import active_team_id, team_scope

# Of no version that ids of ours have.
_TEAM = uuid.UUID("dddddddd-0000-0000-0000-000000000000")
_FIRST = uuid.UUID("dddddddd-0000-0000-0001-000000000000").int
MOST_IDS = 50  # each number of ids is a text of its own; of more the question is built anew

Ask = Callable[[Sequence[uuid.UUID]], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class _Made:
    """`parameters`: the place of each among team and ids, or None and its value."""

    sql: str
    parameters: list[tuple[int | None, Any]]
    compiler: SQLCompiler

    def values(self, now: Sequence[Any]) -> list[Any]:
        return [value if place is None else now[place] for place, value in self.parameters]


class KeptQuestion:
    """`ask`: a queryset for these ids, and for nothing else that differs from one time to the next.
    `of_team`: the active team is part of it; without one, asking raises TeamScopeError like any
    other question."""

    def __init__(self, ask: Ask, *, of_team: bool = True) -> None:
        self._ask = ask
        self._of_team = of_team
        self._made: dict[int, _Made] = {}

    def rows(self, ids: Sequence[uuid.UUID]) -> list[tuple[Any, ...]]:
        """What a queryset of values (`values_list`) would answer.

        Raises TypeError for values that Django would turn into others on their way.
        """
        if not _is_kept(ids):
            return list(self._ask(ids))
        made, values = self._asked(ids)
        if made.compiler.get_converters([expression for expression, *_ in made.compiler.select]):
            raise TypeError("Its values would come as the database has them.")
        with connection.cursor() as cursor:
            cursor.execute(made.sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def objects(self, ids: Sequence[uuid.UUID]) -> list[Any]:
        """What a queryset of a model's rows would answer; nothing is prefetched."""
        if not _is_kept(ids):
            return list(self._ask(ids))
        made, values = self._asked(ids)
        if made.compiler.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("Rows are locked within a transaction.")
        model: Any = made.compiler.query.model
        asked: Any = _AskedQuery(made, values)
        return list(ModelIterable(QuerySet(model, query=asked, using=DEFAULT_DB_ALIAS)))

    def _asked(self, ids: Sequence[uuid.UUID]) -> tuple[_Made, list[Any]]:
        team = active_team_id() if self._of_team else None
        if len(ids) not in self._made:
            self._made[len(ids)] = self._make(len(ids))
        made = self._made[len(ids)]
        return made, made.values((team, *ids))

    def _make(self, count: int) -> _Made:
        ids = [uuid.UUID(int=_FIRST + number) for number in range(count)]
        places = {one: at for at, one in enumerate((_TEAM, *ids))}
        with team_scope(_TEAM):
            compiler = self._ask(ids).query.get_compiler(DEFAULT_DB_ALIAS)
            sql, parameters = compiler.as_sql()
        told = [
            (places.get(value) if isinstance(value, uuid.UUID) else None, value)
            for value in parameters
        ]
        if {place for place, _ in told} - {None} != set(
            range(0 if self._of_team else 1, count + 1)
        ):
            raise TypeError("It does not ask for each id, and for the team.")
        return _Made(sql, told, compiler)


def _is_kept(ids: Sequence[uuid.UUID]) -> bool:
    return 0 < len(ids) <= MOST_IDS


class _AskedQuery:
    """Stands where Django's iterable of a model's rows expects a query: its SQL is there already.

    A compiler remembers what it has made its columns from; each asking has its own, with the
    connection of its thread.
    """

    def __init__(self, made: _Made, values: list[Any]) -> None:
        self._made = made
        self._values = values

    def get_compiler(self, using: str) -> SQLCompiler:
        compiler: Any = copy.copy(self._made.compiler)
        compiler.connection = connections[using]
        compiler.as_sql = lambda: (self._made.sql, self._values)
        made: SQLCompiler = compiler
        return made
