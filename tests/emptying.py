"""How tables are emptied after a test that commits.

Django truncates all of them, which gives each table and index a new file and makes every connection
learn them anew: 100 ms, where taking a test's few rows out takes 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management.color import Style
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.errors import DeadlockDetected

# As often as two sweeps in a row could meet it, and more.
TRIES = 5


def delete_rows(
    self: DatabaseOperations,
    style: Style,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """In any order: within a transaction every foreign key waits for its end.

    The lock is TRUNCATE's own, so that nobody puts a row in between.
    """
    assert not reset_sequences, "numbers go on"
    names = [self.quote_name(table) for table in tables]
    if not names:
        return []
    return [
        f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE",
        "; ".join(f"DELETE FROM {name}" for name in names),  # noqa: S608
    ]


@contextmanager
def quick_emptying() -> Iterator[None]:
    """Also tries again: a live desk's worker may begin a sweep just as its tables are emptied.

    PostgreSQL then ends one of the two by choice.
    """
    run_all = DatabaseOperations.execute_sql_flush

    def run_or_try_again(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        statements = list(sql_list)
        for _ in range(TRIES - 1):
            try:
                run_all(self, statements)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
            else:
                return
        run_all(self, statements)

    changes: dict[str, Any] = {"sql_flush": delete_rows, "execute_sql_flush": run_or_try_again}
    with pytest.MonkeyPatch.context() as patch:
        for name, function in changes.items():
            patch.setattr(DatabaseOperations, name, function)
        yield
