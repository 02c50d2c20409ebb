"""Questions whose SQL is made once.

To build a queryset and its SQL takes Django ten times as long as the database takes to answer. That
is no matter for a page; it is the larger part of what every open page asks with each change. So
such a question is built once with stand-ins for its ids and its team, and asked with others.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from accounts.scoping import active_team_id, team_scope

# Of no version that ids of ours have.
_TEAM = uuid.UUID("dddddddd-0000-0000-0000-000000000000")
_FIRST = uuid.UUID("dddddddd-0000-0000-0001-000000000000").int
MOST_IDS = 50  # each number of ids is a text of its own

Ask = Callable[[Sequence[uuid.UUID]], "QuerySet[Any]"]
_Made = tuple[str, list[tuple[int | None, Any]]]


class KeptQuestion:
    """`ask`: a queryset of values (`values_list`) for these ids, and for nothing else that differs
    from one time to the next. `of_team`: the active team is part of it; without one, asking raises
    TeamScopeError like any other question."""

    def __init__(self, ask: Ask, *, of_team: bool = True) -> None:
        self._ask = ask
        self._of_team = of_team
        self._made: dict[int, _Made] = {}

    def rows(self, ids: Sequence[uuid.UUID]) -> list[tuple[Any, ...]]:
        """What the queryset would answer; `ids` are one to MOST_IDS."""
        if not 0 < len(ids) <= MOST_IDS:
            raise ValueError(f"{len(ids)} ids")
        team = active_team_id() if self._of_team else None
        if len(ids) not in self._made:
            self._made[len(ids)] = self._make(len(ids))
        sql, parameters = self._made[len(ids)]
        now = (team, *ids)
        values = [value if place is None else now[place] for place, value in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _make(self, count: int) -> _Made:
        ids = [uuid.UUID(int=_FIRST + number) for number in range(count)]
        places = {one: at for at, one in enumerate((_TEAM, *ids))}
        with team_scope(_TEAM):
            compiler = self._ask(ids).query.get_compiler(DEFAULT_DB_ALIAS)
            sql, parameters = compiler.as_sql()
        if compiler.get_converters([expression for expression, *_ in compiler.select]):
            raise TypeError("Its values would come as the database has them.")
        told = [
            (places.get(value) if isinstance(value, uuid.UUID) else None, value)
            for value in parameters
        ]
        if {place for place, _ in told} - {None} != set(
            range(0 if self._of_team else 1, count + 1)
        ):
            raise TypeError("It does not ask for each id, and for the team.")
        return sql, told
