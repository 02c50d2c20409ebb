from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import Team
from accounts.scoping import all_teams, team_scope
from config.celery import app
from dubbing import wake
from dubbing.models import Asset, OutboxMessage
from dubbing.services import outbox, sweep
from dubbing.services.actors import DESK
from dubbing.services.versions import generate_version
from dubbing.states import MessageState
from tests.builders import make_asset, make_team, make_version


@pytest.fixture
def bells(monkeypatch) -> list[tuple[str, tuple[str, ...]]]:
    """What reaches the broker: the far end of our wire to the workers."""
    heard: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **_: heard.append((name, tuple(args))))
    return heard


def waiting_message(team: Team) -> OutboxMessage:
    version = make_version(make_asset(team))
    with team_scope(team.id):
        generate_version(version=version, actor=DESK)
        return OutboxMessage.objects.get(version=version)


def test_sweep_wakes_workers_for_what_is_due_in_every_team(team, bells):
    messages = [waiting_message(team), waiting_message(make_team())]
    bells.clear()
    sweep.sweep()
    delivered = {ids for name, ids in bells if name == wake.DELIVER}
    assert delivered == {(str(one.team_id), str(one.pk)) for one in messages}


def test_what_was_just_woken_is_not_woken_again_until_it_may_be_lost(team, bells, monkeypatch):
    make_asset(team, refresh_due_at=timezone.now())
    sweep.sweep()
    sweep.sweep()
    assert len(bells) == 1
    monkeypatch.setattr(sweep, "WAKE_AGAIN_SECONDS", 0.0)
    sweep.sweep()
    assert len(bells) == 2


def test_sweep_wakes_for_assets_that_are_due_for_a_look(team, bells):
    asset = make_asset(team, refresh_due_at=timezone.now())
    make_asset(team, refresh_due_at=timezone.now() + timedelta(hours=1))
    make_asset(team, refresh_due_at=timezone.now(), remote_id="")
    sweep.sweep()
    assert bells == [(wake.REFRESH, (str(team.id), str(asset.pk)))]


def test_sweep_settles_what_a_dead_worker_left(team, bells):
    message = waiting_message(team)
    with team_scope(team.id):
        outbox.claim_message(message_id=message.pk, now=timezone.now() - timedelta(hours=1))
        claimed = OutboxMessage.objects.get(pk=message.pk)
    assert claimed.state == MessageState.WAITING, "not due an hour ago"
    with all_teams("test"):
        OutboxMessage.objects.update(
            state=MessageState.SENDING, lease_until=timezone.now() - timedelta(seconds=1)
        )
    sweep.sweep()
    with all_teams("test"):
        assert OutboxMessage.objects.get().state == MessageState.UNCONFIRMED


@pytest.mark.django_db(transaction=True)
def test_second_sweeper_goes_home(bells):
    make_asset(make_team(), refresh_due_at=timezone.now())
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [sweep.SWEEP_LOCK])
        sweep.sweep()
        assert bells == []
        # A closed connection's lock goes when the server notices: too late for what follows.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [sweep.SWEEP_LOCK])
    finally:
        other.close()
    sweep.sweep()
    assert len(bells) == 1


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_down_never_reaches_the_person(monkeypatch):
    def refuse(*args: object, **words: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(app, "send_task", refuse)
    message = waiting_message(make_team())
    assert message.state == MessageState.WAITING


@pytest.mark.django_db(transaction=True)
def test_worker_is_woken_only_after_the_commit(bells):
    team = make_team()
    message = waiting_message(team)
    assert (wake.DELIVER, (str(team.id), str(message.pk))) in bells


def test_asset_in_lease_is_left_to_its_worker(team, bells):
    now = timezone.now()
    make_asset(team, refresh_due_at=now, refresh_lease_until=now + timedelta(seconds=30))
    sweep.sweep()
    assert bells == []
    with all_teams("test"):
        Asset.objects.update(refresh_lease_until=now - timedelta(seconds=1))
    sweep.sweep()
    assert len(bells) == 1
