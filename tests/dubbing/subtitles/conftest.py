from __future__ import annotations

import pytest

from accounts.models import Team, User
from dubbing.models import Batch, BatchItem
from dubbing.services.actors import Actor
from dubbing.services.batches import create_batch
from tests.builders import make_connection
from tests.dubbing.subtitles.rows import give_row


@pytest.fixture
def actor(alice: User) -> Actor:
    return Actor(user=alice)


@pytest.fixture
def batch(in_team: Team, actor: Actor) -> Batch:
    make_connection(in_team)
    return create_batch(team=in_team, actor=actor, settings={})


@pytest.fixture
def show(batch: Batch, actor: Actor) -> BatchItem:
    """A minute of video, to be dubbed into Spanish and German."""
    return give_row(batch, actor, title="Show")
