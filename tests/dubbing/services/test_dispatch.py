"""What a message costs on its way out, and whom the sweep wakes when thousands wait."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from dubbing.models import Asset, Connection, OutboxMessage, SendingLane
from dubbing.services import clients, lanes, looks, outbox, turns
from dubbing.services.brakes import pause_team, team_brake
from dubbing.states import AssetStatus, MessageState, Stage
from tests.builders import make_asset, make_connection, make_team
from tests.dubbing.brakes.conftest import give_video

# From claim to settled, with the beginning, the team and the end of both transactions.
MOST_QUERIES = 16


@pytest.fixture
def far_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that takes every creation: the far end of the wire."""
    numbers = count(1)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(201, json={"id": f"a{next(numbers)}", "status": "Processing"})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(clients, "http_client", lambda: client)


def open_line(team: Team, **changes: object) -> Connection:
    """That may cost money, without a delay."""
    line = make_connection(team, is_sandbox=False)
    with team_scope(team.pk):
        SendingLane.objects.create(team=team, connection=line, **changes)
        brake = team_brake(team_id=team.pk)
        brake.delay_seconds = 0
        brake.save()
    return line


@pytest.mark.django_db(transaction=True)
def test_a_message_costs_few_queries_from_claim_to_settled(far_end: None) -> None:
    team = make_team()
    line = open_line(team, at_once=8, per_minute=100_000)
    with team_scope(team.pk):
        messages = [give_video(team) for _ in range(2)]
        outbox.attempt_next(connection=line)
        with CaptureQueriesContext(connection) as queries:
            assert outbox.attempt_next(connection=line)
        assert len(queries) <= MOST_QUERIES
        for message in messages:
            message.refresh_from_db()
            assert (message.state, message.attempts) == (MessageState.DONE, 1)
            asset = Asset.objects.get(pk=message.asset_id)
            assert (asset.status, asset.dubbings.get().stage) == (
                AssetStatus.PROCESSING,
                Stage.PREPARING,
            )
            assert asset.refresh_due_at > timezone.now(), "the answer was a look"


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_for_what_others_have_sent_begins_a_turn_all_the_same(far_end: None) -> None:
    team = make_team()
    open_line(team, at_once=8, per_minute=100_000)
    with team_scope(team.pk):
        first, second = give_video(team), give_video(team)
        outbox.deliver_message(message_id=first.pk)
        turns.deliver_in_turn(message_id=first.pk)
        second.refresh_from_db()
        assert second.state == MessageState.DONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("waits", "sent"), [(True, 1), (False, 3)])
def test_a_turn_ends_sooner_where_somebody_waits(
    far_end: None, monkeypatch: pytest.MonkeyPatch, waits: bool, sent: int
) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", -1.0)
    team = make_team()
    open_line(team, at_once=8, per_minute=100_000)
    with team_scope(team.pk):
        messages = [give_video(team) for _ in range(3)]
        turns.deliver_in_turn(message_id=messages[0].pk, somebody_waits=lambda: waits)
        assert OutboxMessage.objects.filter(state=MessageState.DONE).count() == sent


def test_the_sweep_wakes_as_many_as_a_lane_has_places_and_forgets_nobody(db: None) -> None:
    crowded, quiet = make_team(), make_team()
    open_line(crowded, at_once=2)
    open_line(quiet, at_once=2)
    for team, number in ((crowded, 5), (quiet, 1)):
        with team_scope(team.pk):
            for _ in range(number):
                give_video(team)
    with all_teams("test"):
        OutboxMessage.objects.update(due_at=timezone.now())
        now = timezone.now() + timedelta(seconds=1)
        # A window that the first team's backlog fills.
        found = lanes.messages_to_wake(now=now, most=5)
    assert sorted(team_id for team_id, _ in found) == sorted([crowded.pk, crowded.pk, quiet.pk])
    with team_scope(crowded.pk):
        pause_team(team=crowded, by=None)
    with all_teams("test"):
        found = lanes.messages_to_wake(now=now, most=5)
    assert [team_id for team_id, _ in found] == [quiet.pk]


def test_looks_beyond_the_keys_budget_get_moments_of_their_own(in_team: Team) -> None:
    make_connection(in_team, is_sandbox=False, looks_per_minute=60)
    now = timezone.now()
    assets = [make_asset(in_team, refresh_due_at=now) for _ in range(20)]
    woken = looks.looks_to_wake(now=now, most=100)
    late = Asset.objects.filter(refresh_due_at__gt=now).order_by("refresh_due_at")
    assert 0 < len(woken) < len(assets) == len(woken) + late.count()
    moments = list(late.values_list("refresh_due_at", flat=True))
    assert len(set(moments)) == len(moments)
    assert looks.looks_to_wake(now=now, most=100) == woken


def test_the_sandbox_is_looked_at_freely(in_team: Team) -> None:
    make_connection(in_team, is_sandbox=True)
    now = timezone.now()
    assets = [make_asset(in_team, refresh_due_at=now) for _ in range(20)]
    assert len(looks.looks_to_wake(now=now, most=100)) == len(assets)
