"""10,000 videos sent at once: how soon it is accepted, when the first leaves, how fast they go.

The floor of the last is a loop of httpx alone, as many at once as the desk may send, against the
same engine, in turns with the desk: sending is paused while the loop runs. That engine does nothing
but wait: once not at all, once as long as a far service takes at least.

BULK_ROWS: fewer rows, for a quicker look.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
from django.utils import timezone

from accounts.ids import new_id
from accounts.models import Team
from accounts.scoping import team_scope
from benchmarks import desk
from benchmarks.recovery import worker_processes
from benchmarks.stub import Stub, stub_engine
from dubbing.models import Batch, BatchItem, Connection, OutboxMessage, SendingBrake, SendingLane
from dubbing.services.actors import DESK
from dubbing.services.batches import create_batch, send_batch
from dubbing.services.brakes import pause_team, resume_team
from dubbing.states import MessageState, Verdict
from tests.builders import make_connection

ROWS = int(os.environ.get("BULK_ROWS", "10000"))
AT_ONCE = 8
DELAY_SECONDS = 5
# The first ones leave while their videos are still being made.
WARM_UP = 300
TURNS = 3
MEASURED = 400
SETTLE_IN = 50
PATIENCE_SECONDS = 600
LATENCIES = (0.0, 0.1)


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    for latency in LATENCIES:
        with stub_engine(latency) as stub:
            yield from _measure(stub, f"engine answers after {latency * 1000:.0f} ms: ")


def _measure(stub: Stub, prefix: str) -> Iterator[tuple[str, str]]:
    team = Team.objects.create(slug=f"bulk-{new_id()}"[-40:], name="Bulk")
    with team_scope(team.pk):
        connection = make_connection(team, base_url=stub.url, is_sandbox=False)
        # No limits of ours: what is measured is how fast the desk could.
        SendingLane.objects.create(
            team=team, connection=connection, at_once=AT_ONCE, per_minute=1_000_000
        )
        SendingBrake.objects.create(team=team, delay_seconds=DELAY_SECONDS)
        batch = _batch(team)
        with worker_processes():
            time.sleep(3)  # until it has come up: this is not about its start
            began = time.time()
            count = send_batch(batch=batch, actor=DESK)
            accepted = time.time() - began
            _wait(lambda: stub.first_at)
            due = OutboxMessage.objects.order_by("due_at", "pk").values_list("due_at", flat=True)
            first = stub.first_at - due.first().timestamp()
            _wait(lambda: stub.count >= WARM_UP and _all_made(batch))
            rates = [_one_turn(team, stub) for _ in range(TURNS)]
        assert _none_twice(connection), "a message was sent twice"
    yield f"{prefix}{count:,} rows accepted in (target ≤ 2 s)", f"{accepted:.2f} s"
    yield "  first request after its delay (target ≤ 0.5 s)", f"{first:.2f} s"
    ours, floors = zip(*rates, strict=True)
    ratios = [rate / floor for rate, floor in rates]
    told = f"{statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})"
    yield f"  sent per second, median of {TURNS}", f"{statistics.median(ours):.0f}"
    yield f"  httpx alone, {AT_ONCE} at once, per second", f"{statistics.median(floors):.0f}"
    yield "  sent / httpx alone (target ≥ 0.8)", told


def _one_turn(team: Team, stub: Stub) -> tuple[float, float]:
    """Ours and the bare loop's requests per second, one right after the other."""
    _wait_for(stub, SETTLE_IN)
    ours = _rate(stub)
    pause_team(team=team, by=None)
    under_way = OutboxMessage.objects.filter(state=MessageState.SENDING)
    _wait(lambda: not under_way.exists())
    floor = _bare_loop(stub)
    resume_team(team=team)
    return ours, floor


def _batch(team: Team) -> Batch:
    batch = create_batch(team=team, actor=DESK, settings={})
    now = timezone.now()
    rows = (
        BatchItem(
            team=team,
            batch=batch,
            position=number,
            media_url=f"https://media.example.org/{number}.mp4",
            title=f"Video {number}",
            locale="en-US",
            languages=["de-DE"],
            verdict=Verdict.GREEN,
            checked_at=now,
        )
        for number in range(1, ROWS + 1)
    )
    BatchItem.objects.bulk_create(rows, batch_size=1000)
    return batch


def _all_made(batch: Batch) -> bool:
    return not batch.rows.to_send().exists()


def _rate(stub: Stub) -> float:
    """Requests per second at the engine, once all videos are made."""
    start, began = stub.count, time.perf_counter()
    _wait_for(stub, MEASURED)
    return (stub.count - start) / (time.perf_counter() - began)


def _wait_for(stub: Stub, requests: int) -> None:
    enough = stub.count + requests
    _wait(lambda: stub.count >= enough)


def _bare_loop(stub: Stub) -> float:
    words = {"media_url": "https://media.example.org/1.mp4", "locale": "en-US"}
    body = words | {"languages": [{"locale": "de-DE"}], "name": "Video 1"}
    with httpx.Client() as client, ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.perf_counter()
        answers = list(
            pool.map(lambda _: client.post(f"{stub.url}/v1/assets/", json=body), range(MEASURED))
        )
        seconds = time.perf_counter() - began
    assert all(answer.status_code == 201 for answer in answers)
    return MEASURED / seconds


def _none_twice(connection: Connection) -> bool:
    mine = OutboxMessage.objects.filter(asset__connection=connection)
    return not mine.filter(attempts__gt=1).exclude(state=MessageState.WAITING).exists()


def _wait(claim: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        if time.monotonic() > deadline:
            raise RuntimeError("The worker did not get on with it.")
        time.sleep(0.02)
