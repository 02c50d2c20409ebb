"""Looks at the engine stay within a number per minute, kept in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from django.utils import timezone

from accounts.models import Team
from dubbing.models import Asset, Connection, SendingLane
from dubbing.services import budget
from dubbing.services.budget import BudgetSpentError, count_look, take_look
from dubbing.services.refresh import refresh_asset_if_due
from tests.builders import make_asset, make_connection
from tests.dubbing.connections.conftest import Engine
from tests.dubbing.remote.far_end import far_end, send

Far = tuple[Engine, str]


@pytest.fixture
def paid(scope: Team, far: Far) -> Connection:
    """Not the sandbox: looks count."""
    return make_connection(scope, base_url=far[1], is_sandbox=False)


class Clock:
    """Django's clock, set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budget.timezone, "now", lambda: clock.now)
    return clock


def look_all_the_time(connection: Connection, clock: Clock, *, seconds: int) -> list[datetime]:
    """Tries ten times a second; when it was let through."""
    end = clock.now + timedelta(seconds=seconds)
    taken = []
    while clock.now < end:
        try:
            take_look(connection)
            taken.append(clock.now)
        except BudgetSpentError:
            pass
        clock.now += timedelta(milliseconds=100)
    return taken


@pytest.mark.parametrize("limit", [20, 60])
def test_no_minute_has_more_looks_than_allowed(paid: Connection, clock: Clock, limit: int) -> None:
    Connection.objects.update(looks_per_minute=limit)
    paid.refresh_from_db()
    taken = look_all_the_time(paid, clock, seconds=90)
    busiest = max(
        sum(start <= at < start + timedelta(minutes=1) for at in taken) for start in taken
    )
    assert limit * 0.8 <= busiest <= limit


def test_spent_budget_says_when_to_come_again(paid: Connection, clock: Clock) -> None:
    while True:
        try:
            take_look(paid)
        except BudgetSpentError as error:
            spent = error
            break
    assert "60 looks" in str(spent)
    clock.now += timedelta(seconds=(spent.retry_after or 0) + 0.001)
    take_look(paid)


def test_looks_that_people_wait_for_are_counted_but_not_refused(
    paid: Connection, clock: Clock
) -> None:
    for _ in range(100):
        count_look(paid)
    with pytest.raises(BudgetSpentError):
        take_look(paid)


def test_sandbox_is_asked_freely(scope: Team) -> None:
    connection = make_connection(scope)
    for _ in range(100):
        take_look(connection)
    connection.refresh_from_db()
    assert connection.looks_booked_until is None


def test_refresh_waits_for_the_budget_without_counting_as_a_failure(
    paid: Connection, far: Far
) -> None:
    engine, _url = far
    now = timezone.now()
    asset = make_asset(paid.team, connection=paid, refresh_due_at=now)
    Connection.objects.update(looks_booked_until=now + timedelta(minutes=2))
    refresh_asset_if_due(asset_id=asset.pk)
    waiting = Asset.objects.get()
    assert engine.asked == []
    assert waiting.refresh_due_at > now + timedelta(seconds=100)
    assert (waiting.refresh_lease_until, waiting.refresh_failures) == (None, 0)


def test_refresh_counts_every_look_it_makes(paid: Connection, far: Far) -> None:
    engine, _url = far
    asset = make_asset(paid.team, connection=paid, refresh_due_at=timezone.now())
    told = {
        "id": asset.remote_id,
        "status": "Ready",
        "dubbings": [{"id": "d", "locale": "de-DE", "versions": ["v1", "v2"]}],
    }
    engine.by_path[f"/v1/assets/{asset.remote_id}"] = (200, told)
    for name in ("v1", "v2"):
        engine.by_path[f"/v1/versions/{name}"] = (200, {"id": name, "status": "ReadyToEdit"})
    before = timezone.now()
    refresh_asset_if_due(asset_id=asset.pk)
    booked = Connection.objects.get().looks_booked_until - before
    assert len(engine.asked) == 3
    assert booked >= timedelta(seconds=3 * budget.LOOK_SHARE / paid.looks_per_minute)


def test_a_look_that_is_asked_to_wait_holds_the_key_and_not_only_its_video(scope: Team) -> None:
    asked: list[str] = []

    def busy(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        send(handler, 429, b"{}", Retry_After="600")

    with far_end(busy) as url:
        connection = make_connection(scope, base_url=url, is_sandbox=False)
        first, second = (
            make_asset(scope, connection=connection, remote_id=name, refresh_due_at=timezone.now())
            for name in ("one", "two")
        )
        refresh_asset_if_due(asset_id=first.pk)
        refresh_asset_if_due(asset_id=second.pk)
    assert len(asked) == 1
    lane = SendingLane.objects.get(connection=connection)
    wanted = pytest.approx(600, abs=30)
    assert lane.held_until is not None
    assert (lane.held_until - timezone.now()).total_seconds() == wanted
    for row in (first, second):
        row.refresh_from_db()
        assert (row.refresh_due_at - timezone.now()).total_seconds() == wanted
