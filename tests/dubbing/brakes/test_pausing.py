from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.scoping import team_scope
from dubbing.models import InstallationBrake
from dubbing.remote.errors import NotSentError
from dubbing.services import brakes, outbox, sweep
from dubbing.states import MessageState
from tests.builders import make_team
from tests.dubbing.brakes.conftest import give_video


@pytest.fixture
def woken(monkeypatch):
    """Ids of the messages that a worker was woken for."""
    ids: list[object] = []
    monkeypatch.setattr(
        "dubbing.wake._send", lambda task, *of, countdown=0.0: ids.append(of[-1] if of else task)
    )
    return ids


def test_while_a_team_is_paused_nothing_is_claimed(in_team, alice):
    message = give_video(in_team)
    brakes.pause_team(team=in_team, by=alice, reason="Wrong price list")
    assert outbox.claim_message(message_id=message.pk, now=timezone.now()) is None
    stop = brakes.why_stopped(team_id=in_team.pk)
    assert (stop.by, stop.reason, stop.everywhere) == (alice, "Wrong price list", False)
    brakes.resume_team(team=in_team)
    assert outbox.claim_message(message_id=message.pk, now=timezone.now()) is not None


def test_a_second_press_keeps_the_first_ones_words(in_team, alice, bob):
    brakes.pause_team(team=in_team, by=alice, reason="first")
    brakes.pause_team(team=in_team, by=bob, reason="second")
    assert brakes.why_stopped(team_id=in_team.pk).reason == "first"


def test_another_teams_brake_stops_nobody_else(in_team, alice):
    other = make_team()
    with team_scope(other.pk):
        brakes.pause_team(team=other, by=alice)
    assert brakes.why_stopped(team_id=in_team.pk) is None


def test_the_whole_installation_is_paused_from_the_command_line(in_team, capsys):
    message = give_video(in_team)
    call_command("pause_sending", "--reason", "The vendor moves house")
    assert brakes.why_stopped(team_id=in_team.pk).everywhere
    assert outbox.claim_message(message_id=message.pk, now=timezone.now()) is None
    call_command("resume_sending")
    assert InstallationBrake.objects.get().paused_at is None
    assert outbox.claim_message(message_id=message.pk, now=timezone.now()) is not None
    assert "goes on" in capsys.readouterr().out


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_sweep_wakes_nobody_for_what_is_paused(in_team, woken, everywhere):
    message = give_video(in_team)
    if everywhere:
        brakes.pause_installation(by=None)
    else:
        brakes.pause_team(team=in_team, by=None)
    sweep.sweep()
    assert str(message.pk) not in woken
    brakes.resume_installation()
    brakes.resume_team(team=in_team)
    sweep.sweep()
    assert str(message.pk) in woken


def test_a_pause_of_days_does_not_count_as_trying(in_team):
    message = give_video(in_team)
    brakes.pause_team(team=in_team, by=None)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        brakes.resume_team(team=in_team)
        claimed = outbox.claim_message(message_id=message.pk, now=timezone.now())
        outbox.put_back(message=claimed, error=NotSentError("nobody there"), now=timezone.now())
    message.refresh_from_db()
    assert message.state == MessageState.WAITING
