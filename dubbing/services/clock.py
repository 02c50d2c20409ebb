"""The one clock by which workers judge each other's leases: their own may differ by hours."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection


def database_now() -> datetime:
    """The database's time, with its zone; the same for every process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)


@dataclass
class Lease:
    """A claim that is renewed while a long body goes out or comes in.

    `write` gets the new end. It is called once in a third of the lease, however often `keep` is.
    """

    write: Callable[[datetime], object]
    renewed: float = field(default_factory=time.monotonic)

    def keep(self) -> None:
        if time.monotonic() - self.renewed >= settings.LEASE_SECONDS / 3:
            self.renewed = time.monotonic()
            self.write(lease_from(database_now()))
