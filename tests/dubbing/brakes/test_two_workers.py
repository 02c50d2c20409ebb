"""Threads with connections of their own, as two workers have them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import OutboxMessage, SendingLane
from dubbing.services.actors import DESK
from dubbing.services.lanes import resume_lane
from dubbing.services.outbox import claim_message
from dubbing.services.takebacks import take_back
from dubbing.states import MessageState
from tests.builders import make_connection, make_team
from tests.dubbing.brakes.conftest import give_video

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def at_once(team: Team, calls: list[Callable[[], Any]]) -> list[Any]:
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            with team_scope(team.pk):
                start.wait(timeout=10)
                return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def claim(message: OutboxMessage) -> bool:
    return claim_message(message_id=message.pk, now=timezone.now()) is not None


def test_two_workers_on_one_message_never_both_have_it():
    team = make_team()
    for _ in range(ROUNDS):
        with team_scope(team.pk):
            message = give_video(team)
        assert sorted(at_once(team, [partial(claim, message)] * 3)) == [False, False, True]
        with all_teams("test"):
            assert OutboxMessage.objects.get(pk=message.pk).attempts == 1


def test_the_last_place_of_a_lane_is_given_once():
    team = make_team()
    line = make_connection(team)
    with team_scope(team.pk):
        SendingLane.objects.create(team=team, connection=line, at_once=1)
    for _ in range(ROUNDS):
        with team_scope(team.pk):
            first, second = give_video(team), give_video(team)
        taken = at_once(team, [partial(claim, first), partial(claim, second)])
        assert sorted(taken) == [False, True]
        with all_teams("test"):
            OutboxMessage.objects.update(state=MessageState.DONE)


def test_undo_and_a_worker_at_the_same_moment_agree_on_who_was_first():
    team = make_team()

    def undo(message: OutboxMessage) -> bool:
        try:
            take_back(message=message, actor=DESK)
        except ValidationError:
            return False
        return True

    for _ in range(ROUNDS):
        with team_scope(team.pk):
            message = give_video(team)
        sent, undone = at_once(team, [partial(claim, message), partial(undo, message)])
        assert sent != undone
        with all_teams("test"):
            state = OutboxMessage.objects.get(pk=message.pk).state
        assert state == (MessageState.SENDING if sent else MessageState.CANCELLED)


def test_resuming_a_lane_while_workers_claim_is_no_deadlock():
    team = make_team()
    line = make_connection(team)
    with team_scope(team.pk):
        messages = [give_video(team) for _ in range(4)]
    for _ in range(ROUNDS):
        with all_teams("test"):
            OutboxMessage.objects.update(state=MessageState.WAITING, lease_until=None)
        claims = [partial(claim, message) for message in messages]
        taken = at_once(team, [*claims, partial(resume_lane, connection=line)])
        assert taken.count(True) >= 1
