from __future__ import annotations

import pytest

from accounts.models import Team
from dubbing.models import Asset, Connection, OutboxMessage
from dubbing.services.actors import DESK
from dubbing.services.outbox import enqueue_message
from dubbing.states import AssetStatus, DubbingStatus, Kind, Stage
from tests.builders import make_asset, make_connection, make_dubbing


@pytest.fixture
def line(team: Team) -> Connection:
    """A connection that may cost money, at whose address nobody listens."""
    return make_connection(team, is_sandbox=False)


def give_video(team: Team) -> OutboxMessage:
    """A new video whose creation waits in the outbox."""
    asset: Asset = make_asset(team, remote_id="", status=AssetStatus.SENDING)
    dubbing = make_dubbing(asset, remote_id="", status=DubbingStatus.SENDING, stage=Stage.SENDING)
    payload = {"dubbings": [str(dubbing.pk)]}
    return enqueue_message(asset=asset, kind=Kind.CREATE, actor=DESK, payload=payload)
