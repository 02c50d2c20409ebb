"""How often the engine may be asked to tell something, per connection, counted in the database.

One column does it: the time up to which looks are booked. Each look books LOOK seconds more, and
is refused once the booking runs more than BURST ahead of the clock. In any minute that lets
through at most (BURST + 60) / LOOK + 1 looks, which LOOK is chosen to keep within the limit.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from dubbing.models import Connection
from dubbing.remote.errors import NotSentError

BURST = timedelta(seconds=15)
LOOK_SHARE = 80.0
# Many rows that wait for the same moment do not come back all at once.
SPREAD_SECONDS = 5.0


class BudgetSpentError(NotSentError):
    """The minute's looks are used up; `retry_after` says when there is one again."""


def take_look(connection: Connection) -> None:
    """Before a look that can wait; raises BudgetSpentError. The sandbox may be asked freely."""
    if connection.is_sandbox:
        return
    now = timezone.now()
    free = Q(looks_booked_until=None) | Q(looks_booked_until__lte=now + BURST)
    if _book(connection, free):
        return
    booked = Connection.objects.values_list("looks_booked_until", flat=True).get(pk=connection.pk)
    wait = max((booked - BURST - now).total_seconds(), 0.0)
    raise BudgetSpentError(
        f"This minute’s {connection.looks_per_minute} looks at Panjaya are used up.",
        wait + random.uniform(0, SPREAD_SECONDS),  # noqa: S311
    )


def free_looks(connection: Connection, *, now: datetime, count: int) -> list[datetime]:
    """When the next `count` looks would be let through, in order; those up to `now`: at once."""
    booked = connection.looks_booked_until
    if connection.is_sandbox:
        return [now] * count
    look = timedelta(seconds=LOOK_SHARE / connection.looks_per_minute)
    start = max(booked or now, now) - BURST
    return [start + look * number for number in range(count)]


def count_look(connection: Connection) -> None:
    """For a look that somebody waits for, or that ends what was begun: counted, never refused."""
    if not connection.is_sandbox:
        _book(connection, Q())


def _book(connection: Connection, condition: Q) -> bool:
    now = Value(timezone.now(), output_field=DateTimeField())
    look = timedelta(seconds=LOOK_SHARE / connection.looks_per_minute)
    rows = Connection.objects.filter(condition, pk=connection.pk)
    start = Greatest(Coalesce(F("looks_booked_until"), now), now)
    return bool(rows.update(looks_booked_until=start + Value(look)))
