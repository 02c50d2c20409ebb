from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from dubbing.models import Connection, OutboxMessage, SendingLane
from dubbing.remote.errors import KeyRejectedError, NotSentError, RejectedError, UnreachableError
from dubbing.services import lanes, outbox
from dubbing.services.brakes import team_brake
from dubbing.states import AssetStatus, MessageState, Stage
from tests.dubbing.brakes.conftest import give_video
from tests.work import work_once

NOON = datetime.fromisoformat("2031-05-05T12:00:00+00:00")
# By the database's clock, which no test can set.
LONG_AGO = datetime.fromisoformat("2001-05-05T12:00:00+00:00")


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def lane(in_team, line) -> SendingLane:
    """Costs money, but is sent without a delay."""
    brake = team_brake(team_id=in_team.pk)
    brake.delay_seconds = 0
    brake.save()
    return SendingLane.objects.create(team=in_team, connection=line)


def claim(message: OutboxMessage, seconds: float = 0) -> OutboxMessage | None:
    return outbox.claim_message(message_id=message.pk, now=NOON + timedelta(seconds=seconds))


def fail(message: OutboxMessage, error: Exception) -> None:
    outbox.settle_failure(message=message, error=error, now=timezone.now())


def test_no_more_go_at_once_than_the_lane_has_places(in_team, lane):
    lane.at_once = 2
    lane.save()
    messages = [give_video(in_team) for _ in range(3)]
    assert [claim(message) is not None for message in messages] == [True, True, False]
    OutboxMessage.objects.filter(pk=messages[0].pk).update(state=MessageState.DONE)
    assert claim(messages[2]) is not None


def test_a_dead_workers_place_is_free_once_its_lease_is_over(in_team, lane):
    lane.at_once = 1
    lane.save()
    first, second = give_video(in_team), give_video(in_team)
    claim(first)
    assert claim(second, 59) is None
    assert claim(second, 61) is not None


def test_beyond_the_bucket_each_is_promised_a_moment_of_its_own(in_team, lane):
    lane.at_once, lane.per_minute = 100, 60
    lane.save()
    messages = [give_video(in_team) for _ in range(13)]
    taken = [claim(message) is not None for message in messages]
    assert taken == [True] * 10 + [False] * 3
    waits = []
    for message in messages[10:]:
        message.refresh_from_db()
        waits.append((message.due_at - NOON).total_seconds())
    assert waits == pytest.approx([1, 2, 3])
    assert claim(messages[11], 1.5) is None
    assert [claim(messages[10 + n], n + 1) is not None for n in range(3)] == [True] * 3


def test_a_promise_is_stale_after_a_while(in_team, lane):
    lane.per_minute, lane.at_once = 1, 100
    lane.save()
    first, second, third = (give_video(in_team) for _ in range(3))
    assert claim(first) is not None
    assert claim(second) is None
    assert claim(third) is None
    # Both promises have passed, an hour later one place is there.
    assert [claim(second, 3600) is not None, claim(third, 3600) is not None] == [True, False]


def test_retry_after_holds_the_whole_lane_to_the_second(in_team, lane):
    first, second = give_video(in_team), give_video(in_team)
    fail(claim(first), NotSentError("later", retry_after=30))
    assert [claim(second, 29.9), claim(first, 29.9)] == [None, None]
    assert claim(second, 30) is not None
    assert claim(first, 30) is not None


def test_a_shorter_wait_does_not_shorten_a_longer_one(in_team, lane):
    lanes.note_wait(connection=lane.connection, until=NOON + timedelta(seconds=60))
    lanes.note_wait(connection=lane.connection, until=NOON + timedelta(seconds=5))
    lane.refresh_from_db()
    assert lane.held_until == NOON + timedelta(seconds=60)


def test_a_refused_key_stops_its_lane_and_refuses_no_message(in_team, lane):
    first, second = give_video(in_team), give_video(in_team)
    fail(claim(first), KeyRejectedError(401, "Bad key"))
    first.refresh_from_db()
    first.asset.refresh_from_db()
    assert first.state == MessageState.WAITING
    assert "Bad key" in first.error_message
    assert first.asset.status == AssetStatus.SENDING
    assert first.asset.dubbings.get().stage == Stage.SENDING
    assert claim(second, 3600) is None
    assert lane.connection_id in lanes.blocked_connections(timezone.now())


def test_a_new_key_opens_the_lane_by_itself(in_team, lane):
    message = give_video(in_team)
    fail(claim(message), KeyRejectedError(401, "Bad key"))
    connection = Connection.objects.get()
    connection.set_key("another-key")
    connection.save()
    assert claim(message) is not None


def test_a_person_resumes_a_lane_with_the_same_key(in_team, lane):
    message = give_video(in_team)
    fail(claim(message), KeyRejectedError(401, "Bad key"))
    lanes.resume_lane(connection=lane.connection)
    assert claim(message) is not None


def down(team, lane: SendingLane) -> list[OutboxMessage]:
    messages = [give_video(team) for _ in range(6)]
    lane.at_once = 10
    lane.save()
    claimed = [claim(message) for message in messages[:5]]
    for message in claimed:
        fail(message, UnreachableError("nobody there"))
    return messages


def test_after_five_outages_one_probe_goes_at_a_time_and_its_pause_grows(in_team, lane):
    messages = down(in_team, lane)
    lane.refresh_from_db()
    assert lane.down_since == NOON
    assert claim(messages[5], 1.9) is None
    probe = claim(messages[5], 2)
    assert probe is not None
    assert claim(messages[4], 2.5) is None
    fail(probe, UnreachableError("nobody there"))
    lane.refresh_from_db()
    assert lane.probe_at == NOON + timedelta(seconds=4)


@pytest.mark.parametrize("answer", [RejectedError(400, "no"), NotSentError("later", retry_after=0)])
def test_whatever_answers_ends_the_outage(in_team, lane, answer):
    messages = down(in_team, lane)
    fail(claim(messages[5], 2), answer)
    lane.refresh_from_db()
    assert (lane.outages, lane.down_since, lane.probe_at) == (0, None, None)
    assert all(claim(message) for message in messages[:5])


def test_an_answer_between_outages_starts_the_count_anew(in_team, lane):
    messages = [give_video(in_team) for _ in range(5)]
    for message in messages[:4]:
        fail(claim(message), UnreachableError("nobody there"))
    lanes.note_answer(connection=lane.connection)
    fail(claim(messages[4]), UnreachableError("nobody there"))
    lane.refresh_from_db()
    assert (lane.outages, lane.down_since) == (1, None)


def test_a_dead_address_brings_the_lane_down_by_real_attempts(in_team, lane):
    for _ in range(5):
        give_video(in_team)
    OutboxMessage.objects.update(due_at=LONG_AGO)
    work_once()
    lane.refresh_from_db()
    assert lane.outages == 5
    assert lane.down_since is not None
    work_once()
    assert sum(OutboxMessage.objects.values_list("attempts", flat=True)) == 5
    OutboxMessage.objects.update(due_at=LONG_AGO)
    SendingLane.objects.update(probe_at=LONG_AGO)
    work_once()
    assert sum(OutboxMessage.objects.values_list("attempts", flat=True)) == 6


def test_the_sweep_passes_over_a_full_lane(in_team, lane):
    lane.at_once = 1
    lane.save()
    first, _second = give_video(in_team), give_video(in_team)
    claim(first)
    assert lanes.blocked_connections(NOON) == {lane.connection_id}
    assert lanes.blocked_connections(NOON + timedelta(seconds=61)) == set()
