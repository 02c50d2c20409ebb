from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dubbing.models import Dubbing, OutboxMessage
from dubbing.remote.errors import RemoteError
from dubbing.services import outbox
from dubbing.services.actors import DESK, Actor
from dubbing.services.brakes import team_brake
from dubbing.services.fences import next_fence
from dubbing.services.takebacks import drop_overtaken, send_now, take_back
from dubbing.services.versions import generate_version
from dubbing.states import AssetStatus, DubbingStatus, MessageState, Stage, VersionStatus
from tests.builders import make_asset, make_version
from tests.dubbing.brakes.conftest import give_video


def seconds_left(message: OutboxMessage) -> float:
    return (message.due_at - timezone.now()).total_seconds()


def test_a_command_that_costs_money_waits_half_a_minute(in_team, line):
    message = give_video(in_team)
    assert 29 < seconds_left(message) <= 30
    assert outbox.claim_message(message_id=message.pk, now=timezone.now()) is None
    assert outbox.claim_message(message_id=message.pk, now=message.due_at) is not None


def test_the_sandbox_gets_it_at_once(in_team):
    assert seconds_left(give_video(in_team)) <= 0


def test_a_team_sets_its_own_delay(in_team):
    brake = team_brake(team_id=in_team.pk)
    brake.delay_seconds = 90
    brake.save()
    assert 89 < seconds_left(give_video(in_team)) <= 90


def test_a_video_taken_back_is_not_sent_and_can_be_sent_again(in_team, line, alice):
    message = give_video(in_team)
    take_back(message=message, actor=Actor(user=alice))
    asset = message.asset
    asset.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert (asset.status, asset.error_message) == (
        AssetStatus.NOT_SENT,
        "Taken back by Alice Ash.",
    )
    assert Dubbing.objects.get().stage == Stage.NOT_SENT
    outbox.deliver_message(message_id=message.pk)
    message.refresh_from_db()
    assert message.attempts == 0
    outbox.retry_message(message=message, actor=Actor(user=alice))
    asset.refresh_from_db()
    assert (message.state, asset.status) == (MessageState.WAITING, AssetStatus.SENDING)


def test_a_generate_taken_back_leaves_the_draft_as_it_was(in_team, line):
    version = make_version(make_asset(in_team))
    generate_version(version=version, actor=DESK)
    take_back(message=OutboxMessage.objects.get(), actor=DESK)
    version.dubbing.refresh_from_db()
    assert version.dubbing.stage == Stage.READY
    generate_version(version=version, actor=DESK)
    assert OutboxMessage.objects.count() == 2


def test_what_has_left_cannot_be_taken_back(in_team):
    message = give_video(in_team)
    outbox.claim_message(message_id=message.pk, now=timezone.now())
    for command in (
        lambda: take_back(message=message, actor=DESK),
        lambda: send_now(message=message),
    ):
        with pytest.raises(ValidationError) as refusal:
            command()
        assert refusal.value.code == "too_late"


def test_taking_back_a_second_attempt_leaves_the_first_ones_outcome_unknown(in_team):
    message = given_up(in_team)
    outbox.retry_message(message=message, actor=DESK)
    take_back(message=message, actor=DESK)
    message.asset.refresh_from_db()
    assert message.state == MessageState.UNCONFIRMED
    assert message.asset.status == AssetStatus.UNCONFIRMED


def test_send_now_ends_the_waiting(in_team, line):
    message = give_video(in_team)
    send_now(message=message)
    assert seconds_left(message) <= 0


def test_a_callback_during_the_delay_keeps_the_second_attempt_at_home(in_team):
    message = given_up(in_team)
    outbox.retry_message(message=message, actor=DESK)
    message.asset.remote_id = "asset-77"
    message.asset.save()
    assert drop_overtaken(message_id=message.pk)
    message.refresh_from_db()
    assert message.state == MessageState.DONE


def test_a_generate_is_not_sent_where_the_studio_was_faster(in_team, line):
    version = make_version(make_asset(in_team))
    generate_version(version=version, actor=DESK)
    version.status = VersionStatus.GENERATING
    version.save()
    message = OutboxMessage.objects.get()
    send_now(message=message)
    outbox.deliver_message(message_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.CANCELLED, 0)
    version.dubbing.refresh_from_db()
    assert version.dubbing.stage == Stage.GENERATING


def test_a_late_answer_settles_what_waits_to_go_once_more(in_team):
    message = give_video(in_team)
    claimed = outbox.claim_message(message_id=message.pk, now=timezone.now())
    outbox.settle_unknown(message=claimed, error=RemoteError("no answer"), now=timezone.now())
    outbox.retry_message(message=message, actor=DESK)
    claimed.state = MessageState.SENDING
    outbox.outcomes.settle_done(message=claimed, answer=None, fence=next_fence())
    message.refresh_from_db()
    assert message.state == MessageState.DONE


def given_up(team) -> OutboxMessage:
    """A creation whose first attempt got no answer."""
    message = give_video(team)
    claimed = outbox.claim_message(message_id=message.pk, now=timezone.now())
    outbox.settle_unknown(message=claimed, error=RemoteError("no answer"), now=timezone.now())
    message.refresh_from_db()
    assert Dubbing.objects.get().status == DubbingStatus.UNCONFIRMED
    return message
