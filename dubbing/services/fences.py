"""Numbers in the order in which things are learnt of the engine, from one counter of the database.

Not times: workers' clocks differ, and every clock can be set back. Whoever asks the engine draws
a number first; what was told under a higher one is not overwritten by what a lower one brings.
"""

from __future__ import annotations

from django.db import connection


def next_fence() -> int:
    """Higher than all that were drawn before, by whichever process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('dubbing_fence')")
        return int(cursor.fetchone()[0])


def is_older(fence: int, known: int | None) -> bool:
    """`known`: under which number the row's present state was told; None: not told yet."""
    return known is not None and fence < known
