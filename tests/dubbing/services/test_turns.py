from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dubbing.models import OutboxMessage
from dubbing.services import brakes, outbox, turns
from dubbing.services.actors import DESK
from dubbing.states import AssetStatus, DubbingStatus, Kind, Stage
from tests.builders import make_asset, make_dubbing


def waiting_creation(team) -> OutboxMessage:
    """Nothing listens at its connection's address."""
    asset = make_asset(team, remote_id="", status=AssetStatus.SENDING)
    dubbing = make_dubbing(asset, status=DubbingStatus.SENDING, stage=Stage.SENDING)
    payload = {"dubbings": [str(dubbing.pk)]}
    return outbox.enqueue_message(asset=asset, kind=Kind.CREATE, actor=DESK, payload=payload)


def attempts() -> list[int]:
    return list(OutboxMessage.objects.order_by("due_at").values_list("attempts", flat=True))


@pytest.fixture
def messages(in_team) -> list[OutboxMessage]:
    return [waiting_creation(in_team) for _ in range(3)]


def test_one_wake_up_sends_all_that_is_due(messages):
    turns.deliver_in_turn(message_id=messages[0].pk, somebody_waits=lambda: False)
    # On a slow machine one that found nobody there may have its next try in the same turn.
    assert min(attempts()) >= 1


def test_a_turn_that_is_over_hands_on_the_rest(messages, monkeypatch):
    monkeypatch.setattr(turns, "TURN_SECONDS", -1.0)
    turns.deliver_in_turn(message_id=messages[0].pk)
    assert sorted(attempts()) == [0, 0, 1]


def test_what_is_due_later_is_left_alone(messages):
    later = timezone.now() + timedelta(minutes=1)
    OutboxMessage.objects.filter(pk=messages[2].pk).update(due_at=later)
    turns.deliver_in_turn(message_id=messages[0].pk, somebody_waits=lambda: False)
    least, *others = sorted(attempts())
    assert least == 0
    assert min(others) >= 1


def test_a_stopped_team_sends_nothing(messages, in_team):
    brakes.pause_team(team=in_team, by=None)
    turns.deliver_in_turn(message_id=messages[0].pk)
    assert attempts() == [0, 0, 0]
