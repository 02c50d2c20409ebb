"""Two workers at one version at the same moment, many times: one sends, and nobody waits for ever.

They meet at a barrier, alone or with a callback and a look of the same asset beside them.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Asset, OutboxMessage, Version
from dubbing.services import clients
from dubbing.services.actors import DESK
from dubbing.services.callbacks import receive_callback
from dubbing.services.clock import database_now
from dubbing.services.outbox import deliver_message, enqueue_message
from dubbing.services.refresh import refresh_asset_if_due
from dubbing.states import Kind, MessageState, VersionStatus
from tests.builders import make_asset, make_version
from tests.chaos.far_end import FarEnd
from tests.dubbing.signing import sign

MEETING_SECONDS = 30.0
LOCK_TIMEOUT = "10s"


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    far = FarEnd()
    client = far.client()
    monkeypatch.setattr(clients, "http_client", lambda: client)
    yield far
    client.close()


class Meeting:
    """Threads with a database connection each, which do their part at the same moment."""

    def __init__(self, team: Team, people: int) -> None:
        self.team = team
        self.barrier = threading.Barrier(people)
        self.pool = ThreadPoolExecutor(people, initializer=self._get_ready)

    def _get_ready(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")

    def of(self, *parts: Callable[[], object]) -> None:
        for done in [self.pool.submit(self._at_once, part) for part in parts]:
            done.result(MEETING_SECONDS)

    def _at_once(self, part: Callable[[], object]) -> None:
        with team_scope(self.team.pk):
            self.barrier.wait(MEETING_SECONDS)
            part()

    def end(self) -> None:
        people = [self.pool.submit(self._leave) for _ in range(self.barrier.parties)]
        for done in people:
            done.result(MEETING_SECONDS)
        self.pool.shutdown()

    def _leave(self) -> None:
        self.barrier.wait(MEETING_SECONDS)
        connection.close()


def meet_often(team: Team, far: FarEnd, times: int, *, alone: bool) -> None:
    """`alone`: without the callback and the look."""
    asset = make_asset(team)
    version = make_version(asset)
    theirs = {"id": version.remote_id, "locale": "de-DE", "asset_id": asset.remote_id}
    words = {"id": asset.remote_id, "status": "Ready", "token": "", "versions": [theirs]}
    far.assets[asset.remote_id] = words
    meeting = Meeting(team, 2 if alone else 4)
    beside = (lambda: _tell(asset, version), lambda: refresh_asset_if_due(asset_id=asset.pk))
    message_id = _ask(team, asset, version)
    try:
        for round_number in range(1, times + 1):
            theirs["status"] = "ReadyToEdit"
            _make_as_before(team)
            meeting.of(
                partial(deliver_message, message_id=message_id),
                partial(deliver_message, message_id=message_id),
                *(() if alone else beside),
            )
            assert len(far.ledger) <= round_number
            _let_look_end(team, asset)
            _check(team, message_id, len(far.ledger) == round_number)
    finally:
        meeting.end()
    assert len(far.ledger) == times


def _let_look_end(team: Team, asset: Asset) -> None:
    """A look that began after the claim, and saw the state before the command, outranks the answer:
    nobody can tell the two apart. Another one is then due at once, and it knows."""
    with team_scope(team.pk):
        if Version.objects.get().status != VersionStatus.GENERATING:
            assert Asset.objects.refresh_due(database_now()).exists()
            refresh_asset_if_due(asset_id=asset.pk)


def _ask(team: Team, asset: Asset, version: Version) -> uuid.UUID:
    with team_scope(team.pk):
        fresh = Asset.objects.select_related("connection").get(pk=asset.pk)
        message = enqueue_message(asset=fresh, kind=Kind.GENERATE, actor=DESK, version=version)
    return message.pk


def _make_as_before(team: Team) -> None:
    """The version as before its film, the command waiting, the look due."""
    with team_scope(team.pk):
        OutboxMessage.objects.update(
            state=MessageState.WAITING, attempts=0, lease_until=None, settled_at=None
        )
        Version.objects.update(status=VersionStatus.READY_TO_EDIT, fence=None)
        Asset.objects.update(refresh_due_at=timezone.now(), refresh_lease_until=None)


def _tell(asset: Asset, version: Version) -> None:
    words = {
        "event": "version_ready",
        "asset_id": asset.remote_id,
        "version_id": version.remote_id,
    }
    body = json.dumps(words).encode()
    receive_callback(token=asset.callback_token, body=body, headers={"X-Signature": sign(body)})


def _check(team: Team, message_id: uuid.UUID, paid: bool) -> None:
    with team_scope(team.pk):
        message = OutboxMessage.objects.get(pk=message_id)
        assert paid, f"nobody sent it: {message.state} {message.error_message}"
        assert (message.state, message.attempts) == (MessageState.DONE, 1)
        assert Version.objects.get().status == VersionStatus.GENERATING


def test_two_workers_at_one_version_send_once(
    transactional_db: None, team: Team, far: FarEnd
) -> None:
    meet_often(team, far, 100, alone=True)


def test_workers_callback_and_look_do_not_stand_in_each_others_way(
    transactional_db: None, team: Team, far: FarEnd
) -> None:
    meet_often(team, far, 100, alone=False)


@pytest.mark.slow
@pytest.mark.parametrize("half", ["first half", "second half"])
def test_two_workers_at_one_version_send_once_ten_thousand_times(
    transactional_db: None, team: Team, far: FarEnd, half: str
) -> None:
    meet_often(team, far, 5_000, alone=True)
