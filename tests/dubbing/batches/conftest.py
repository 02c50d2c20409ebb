from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Team, User
from dubbing.models import Batch, BatchItem, Connection
from dubbing.services.actors import Actor
from dubbing.services.batches import add_rows, create_batch
from dubbing.states import Verdict
from tests.builders import make_connection

SETTINGS = {"locale": "en-US", "languages": ["de-DE"]}


@pytest.fixture
def connection(in_team: Team) -> Connection:
    return make_connection(in_team)


@pytest.fixture
def actor(alice: User) -> Actor:
    return Actor(user=alice)


@pytest.fixture
def batch(connection: Connection, in_team: Team, actor: Actor) -> Batch:
    """A draft whose rows are English and become German."""
    return create_batch(team=in_team, actor=actor, settings=SETTINGS)


@pytest.fixture
def add(batch: Batch, actor: Actor) -> Callable[..., list[BatchItem]]:
    """Rows by their number: add(3), add(2, locale="xx-XX")."""

    def make(count: int = 1, **values: Any) -> list[BatchItem]:
        begun = batch.rows.count()
        rows = [
            {"media_url": f"https://media.example.org/{begun + n}.mp4"} | values
            for n in range(count)
        ]
        return add_rows(batch=batch, actor=actor, rows=rows)

    return make


@pytest.fixture
def pass_checks(batch: Batch) -> Callable[..., None]:
    """What pre-flight would say of all rows without faults."""

    def say(verdict: Verdict = Verdict.GREEN) -> None:
        batch.rows.filter(faults={}).update(verdict=verdict, check_due_at=None)

    return say
