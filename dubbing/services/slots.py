"""A few workers at a time do the slow kinds of work, so that sending never waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# The first of as many advisory locks as there are slots.
MEASURING = 7_240_100
CHECKING = 7_240_200
LOOKING = 7_240_300


@contextmanager
def free_slot(first_lock: int, count: int) -> Iterator[bool]:
    """Whether there was one of `count`; whoever gets none leaves the work to the sweep.

    Held by the session, not by a transaction: the work in between takes its time.
    """
    taken = next((lock for lock in range(first_lock, first_lock + count) if _take(lock)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [taken])


def _take(lock: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])
