"""A worker is killed with SIGKILL at each point of a delivery; a request is cut at each part."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.scoping import team_scope
from dubbing.models import Asset, OutboxMessage
from dubbing.services.actors import DESK
from dubbing.services.clock import database_now
from dubbing.services.outbox import retry_message, settle_abandoned
from dubbing.services.takebacks import send_now
from dubbing.states import MessageState
from tests.chaos.conftest import Scene
from tests.chaos.points import Point
from tests.faults.proxy import CUT_BEFORE_ANSWER, Fault, cut_answer, cut_request

# What a killed worker leaves behind, and how often the far side was paid.
LEFT = {
    Point.BEFORE_CLAIM: (MessageState.WAITING, 0),
    Point.AFTER_CLAIM: (MessageState.WAITING, 0),
    Point.ABOUT_TO_SEND: (MessageState.SENDING, 0),
    Point.HALF_SENT: (MessageState.SENDING, 0),
    Point.ANSWERED: (MessageState.SENDING, 1),
    Point.AFTER_SETTLING: (MessageState.DONE, 1),
}


@pytest.mark.parametrize("point", Point)
def test_killed_worker_loses_nothing_and_pays_nothing_twice(scene: Scene, point: Point) -> None:
    message = scene.order_video()
    how = {"team": scene.team.pk, "row": message.pk}
    killed = scene.mortal.deliver_and_die(point, proxy=scene.proxy, **how)
    assert killed == signal.SIGKILL
    assert (_state(scene, message), scene.paid_for(message)) == LEFT[point]
    assert scene.faults() == []
    # While the lease lasts nobody else touches it, afterwards it is parked, not repeated.
    scene.mortal.work("deliver", **how)
    with team_scope(scene.team.pk):
        settle_abandoned(message_id=message.pk, now=timezone.now() + timedelta(hours=1))
    scene.mortal.work("deliver", **how)
    was_sending = LEFT[point][0] == MessageState.SENDING
    expected = MessageState.UNCONFIRMED if was_sending else MessageState.DONE
    assert _state(scene, message) == expected
    assert scene.paid_for(message) == (LEFT[point][1] if was_sending else 1)
    assert scene.faults() == []


def test_person_who_knows_sends_what_never_arrived(scene: Scene) -> None:
    message = scene.order_video()
    how = {"team": scene.team.pk, "row": message.pk}
    scene.mortal.deliver_and_die(Point.HALF_SENT, proxy=scene.proxy, **how)
    with team_scope(scene.team.pk):
        settle_abandoned(message_id=message.pk, now=timezone.now() + timedelta(hours=1))
        message.refresh_from_db()
        retry_message(message=message, actor=DESK)
    scene.mortal.work("deliver", **how)
    assert (_state(scene, message), scene.paid_for(message)) == (MessageState.DONE, 1)


@pytest.mark.parametrize(
    ("fault", "state", "paid"),
    [
        (cut_request(0), MessageState.UNCONFIRMED, 0),
        (cut_request(40), MessageState.UNCONFIRMED, 0),
        (cut_request(300), MessageState.UNCONFIRMED, 0),
        (CUT_BEFORE_ANSWER, MessageState.UNCONFIRMED, 1),
        (cut_answer(12), MessageState.UNCONFIRMED, 1),
        (cut_answer(200), MessageState.UNCONFIRMED, 1),
    ],
    ids=str,
)
def test_cut_network_parks_what_nobody_can_know(
    scene: Scene, fault: Fault, state: MessageState, paid: int
) -> None:
    message = scene.order_video("de-DE", "fr-FR")
    scene.proxy.next(fault)
    scene.mortal.work("deliver", team=scene.team.pk, row=message.pk)
    assert (_state(scene, message), scene.paid_for(message)) == (state, paid)
    assert scene.faults() == []


def test_refused_connection_is_simply_tried_again(scene: Scene) -> None:
    message = scene.order_video()
    scene.proxy.refuse()
    how = {"team": scene.team.pk, "row": message.pk}
    scene.mortal.work("deliver", **how)
    assert (_state(scene, message), scene.paid_for(message)) == (MessageState.WAITING, 0)
    scene.proxy.accept()
    with team_scope(scene.team.pk):
        send_now(message=message)
    scene.mortal.work("deliver", **how)
    assert (_state(scene, message), scene.paid_for(message)) == (MessageState.DONE, 1)


@pytest.mark.parametrize("claimed_at", [-7200, 0, 7200])
def test_workers_with_wrong_clocks_agree_on_a_lease(scene: Scene, claimed_at: float) -> None:
    message = scene.order_video()
    how = {"team": scene.team.pk, "row": message.pk}
    scene.mortal.work("deliver", point=Point.ANSWERED, clock=claimed_at, **how)
    # While it lasts nobody parks or repeats what another is sending.
    for clock in (-7200, 7200):
        scene.mortal.work("sweep", clock=clock, **how)
        scene.mortal.work("deliver", clock=clock, **how)
    assert (_state(scene, message), scene.paid_for(message)) == (MessageState.SENDING, 1)
    # Once it is over anybody parks it, and still nobody repeats it.
    with team_scope(scene.team.pk):
        lease = timedelta(seconds=settings.LEASE_SECONDS)
        message.refresh_from_db()
        assert message.lease_until <= database_now() + lease
        OutboxMessage.objects.update(lease_until=database_now())
    scene.mortal.work("sweep", clock=-7200, **how)
    scene.mortal.work("deliver", clock=7200, **how)
    assert (_state(scene, message), scene.paid_for(message)) == (MessageState.UNCONFIRMED, 1)


def test_look_of_a_killed_worker_is_taken_up_by_another(scene: Scene) -> None:
    message = scene.order_video()
    scene.mortal.work("deliver", team=scene.team.pk, row=message.pk)
    with team_scope(scene.team.pk):
        # The answer told of the asset: its next look comes some seconds later.
        Asset.objects.update(refresh_due_at=database_now())
    how = {"team": scene.team.pk, "row": message.asset_id}
    assert scene.mortal.die_half_way("refresh", proxy=scene.proxy, **how) == signal.SIGKILL
    with team_scope(scene.team.pk):
        now = timezone.now()
        assert not Asset.objects.refresh_due(now).exists()
        assert Asset.objects.refresh_due(now + timedelta(hours=1)).exists()


def _state(scene: Scene, message: OutboxMessage) -> MessageState:
    with team_scope(scene.team.pk):
        message.refresh_from_db()
    return MessageState(message.state)
