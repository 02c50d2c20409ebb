"""All workers are killed with commands waiting, and started again: how long until work is done.

The far side is a sandbox that takes orders and never gets to work, so that only sending counts.
What was under way at the kill has an unknown outcome: it is parked, never repeated, and counted.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_scope
from benchmarks import desk
from config.local.lineup import Ports, lineup
from dubbing.models import OutboxMessage
from dubbing.services.actors import DESK
from dubbing.services.assets import submit_asset
from dubbing.services.orders import AssetDraft, LanguageDraft
from dubbing.states import MessageState
from tests.builders import make_connection
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox

MESSAGES = 150
BEFORE_KILL = 30
ROUNDS = 3
PATIENCE_SECONDS = 120
LEASE_SECONDS = 5
SETTLED = (MessageState.DONE, MessageState.UNCONFIRMED)


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    recoveries, starts, parked = [], [], 0
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dubdesk-recovery-"))
        sandbox = stack.enter_context(run_sandbox(Path(folder), pace=1000))
        team = Team.objects.create(slug="recovery", name="Recovery")
        pem = sandbox.public_key_pem.decode()
        make_connection(team, base_url=sandbox.url, public_keys=pem)
        stack.enter_context(team_scope(team.pk))
        for _ in range(ROUNDS):
            began, recovered = _kill_and_recover(team, sandbox)
            starts.append(began)
            recoveries.append(recovered)
        lost, twice = _compare(sandbox)
        parked = OutboxMessage.objects.filter(state=MessageState.UNCONFIRMED).count()
    yield "commands waiting at each kill", f"{MESSAGES} less some {BEFORE_KILL}"
    yield "cold start to first useful work, median", f"{statistics.median(starts):.1f} s"
    yield (
        "kill -9 and restart to first useful work (target <= 5 s)",
        f"{statistics.median(recoveries):.1f} s (slowest {max(recoveries):.1f} s)",
    )
    yield f"lost, of {ROUNDS * MESSAGES}", str(lost)
    yield "paid twice", str(twice)
    yield "parked with an unknown outcome: under way at a kill", str(parked)


def _kill_and_recover(team: Team, sandbox: SandboxHandle) -> tuple[float, float]:
    """Seconds from a cold start, and from the kill, to the first settled message."""
    for number in range(MESSAGES):
        draft = AssetDraft(
            media_url=f"{sandbox.url}/video-{number}.mp4",
            locale="en-US",
            languages=[LanguageDraft("de-DE")],
        )
        submit_asset(team=team, actor=DESK, draft=draft)
    before = _settled()
    with worker_processes() as kill:
        cold = _seconds_until(lambda: _settled() > before)
        _wait(lambda: _settled() >= before + BEFORE_KILL)
        kill()
    killed_at = timezone.now()
    news = OutboxMessage.objects.filter(state=MessageState.DONE, settled_at__gt=killed_at)
    with worker_processes():
        recovered = _seconds_until(news.exists)
        _wait(lambda: not OutboxMessage.objects.exclude(state__in=SETTLED).exists())
    return cold, recovered


@contextmanager
def worker_processes() -> Iterator[Callable[[], None]]:
    """As `make run` starts them; yields their kill -9, which comes at the end in any case."""
    environment = os.environ | {
        "DUBDESK_DATABASE_ROLE": "app",
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "LOG_LEVEL": "ERROR",
    }
    data_dir = Path(os.environ["DUBDESK_DATA_DIR"])
    (data_dir / "run").mkdir(exist_ok=True)
    ports = Ports(web=0, edge=0, sandbox=None)
    programs = [one for one in lineup(ports, bind="", data_dir=data_dir) if one.module == "celery"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", one.module, *one.words],
            cwd=desk.HOUSE,
            env=environment,
            start_new_session=True,
        )
        for one in programs
    ]

    def kill() -> None:
        for worker in workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()

    try:
        yield kill
    finally:
        kill()


def _seconds_until(claim: Callable[[], bool]) -> float:
    began = time.perf_counter()
    _wait(claim)
    return time.perf_counter() - began


def _wait(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        if time.monotonic() > deadline:
            raise RuntimeError("The workers did not get on with it.")
        time.sleep(0.02)


def _settled() -> int:
    return int(OutboxMessage.objects.filter(state=MessageState.DONE).count())


def _compare(sandbox: SandboxHandle) -> tuple[int, int]:
    """How many of ours the far side never got though we say so, and how many it got twice."""
    headers = {"Authorization": f"Bearer {KEY}"}
    entries = httpx.get(f"{sandbox.url}/sandbox/ledger", headers=headers).json()["entries"]
    paid = Counter(str(entry["callback_url"]).rstrip("/")[-43:] for entry in entries)
    done = OutboxMessage.objects.filter(state=MessageState.DONE)
    tokens = done.values_list("asset__callback_token", flat=True)
    return sum(not paid[token] for token in tokens), sum(times > 1 for times in paid.values())
