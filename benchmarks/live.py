"""Live pages: from a callback to changed pixels, what it costs ingest and edge, and a burst.

The page is the matrix; “others” are plain sockets that listen to the same team and look at other
videos, “colleagues” look at the same ones and fetch them. Ingest is measured in turns against a web
process that tells nobody anything.
"""

from __future__ import annotations

import os
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field

import httpx
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from accounts.roles import Role
from accounts.scoping import all_teams
from benchmarks import desk, load
from benchmarks.live_colleagues import Office, colleagues
from benchmarks.live_page import Watched, watched_page
from benchmarks.live_viewers import ELSEWHERE, Crowd, crowd
from benchmarks.studio import Pair, Studio
from dubbing import live
from dubbing.models import Asset
from tests.builders import make_member

PAGE = "/"
OTHERS = (0, 100, 1000)
CHANGES = 40  # for each number of others
PAUSE_SECONDS = 0.4
LOST_SECONDS = 5.0
COLLEAGUES = 20
# Short turns, so that both sides of a pair meet the same machine.
INGEST_ROUNDS, INGEST_CALLS = 30, 250
INGEST_VIEWERS = 10
IDLE_VIEWERS = 1000
BURST, BURST_SECONDS = 10_000, 10.0
BURST_ASSETS = 40


@dataclass(frozen=True)
class Stage:
    web: desk.Web
    quiet: desk.Web
    edge_port: int
    edge_pid: int
    studio: Studio
    pairs: list[Pair]
    cookie: str

    @property
    def team(self) -> str:
        return str(self.pairs[0][0].team_id)


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    call_command("collectstatic", interactive=False, verbosity=0)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop is idle during a query
    with ExitStack() as stack:
        stage = _stage(stack)
        yield from _idle(stage)
        yield from _latencies(stage)
        yield from _ingest(stage)
        yield from _burst(stage)
        live.publisher.end()


def _stage(stack: ExitStack) -> Stage:
    studio, port = Studio(), desk.free_port()
    pairs = studio.versions((len(OTHERS) + 2) * CHANGES + 10)
    with all_teams("a benchmark's own team"):
        client = Client()
        client.force_login(make_member(pairs[0][0].team, Role.PRODUCER))
    where = {"EDGE_URL": f"http://127.0.0.1:{port}"}
    web = stack.enter_context(desk.web_process(**where))
    quiet = stack.enter_context(desk.web_process("benchmarks.quiet_wsgi:application", **where))
    edge = stack.enter_context(desk.edge_process(port, PUBLIC_URL=web.url))
    cookie = str(client.cookies["sessionid"].value)
    return Stage(web, quiet, port, edge.pid, studio, pairs, cookie)


def _crowd(stage: Stage, count: int, sight: str = ELSEWHERE) -> AbstractContextManager[Crowd]:
    return crowd(
        stage.edge_port,
        count=count,
        sight=sight,
        team=stage.team,
        secret=settings.SECRET_KEY,
        origin=stage.web.url,
    )


def _idle(stage: Stage) -> Iterator[tuple[str, str]]:
    with _crowd(stage, 50):
        pass  # what the first ones cost once
    time.sleep(1)
    before = desk.resident(stage.edge_pid)
    with _crowd(stage, IDLE_VIEWERS):
        time.sleep(2)
        heard = httpx.get(f"http://127.0.0.1:{stage.edge_port}/health/streams").json()
        if heard != {"listening": True, "viewers": IDLE_VIEWERS}:
            raise RuntimeError(f"Edge says {heard}.")
        each = (desk.resident(stage.edge_pid) - before) / IDLE_VIEWERS
    yield "edge, memory for each idle viewer (target ≤ 64 KiB)", f"{each / 1024:.1f} KiB"


def _latencies(stage: Stage) -> Iterator[tuple[str, str]]:
    pairs = iter(stage.pairs)
    with watched_page(f"{stage.web.url}{PAGE}", cookie=stage.cookie) as page:
        _changes(stage, page, [next(pairs) for _ in range(10)])
        for count in OTHERS:
            with _crowd(stage, count) as others:
                changes = _changes(stage, page, [next(pairs) for _ in range(CHANGES)])
                told = others.judge({}, changes.moments)
            p50, p99 = _middle_and_worst(changes.took)
            yield f"callback → pixels, {count} others, p50 (target ≤ 50 ms)", p50
            yield "  p99 (target ≤ 150 ms)", p99
            if count:
                yield (
                    "  the others hear of it, p50 and p99",
                    ", ".join(_middle_and_worst(told.late)),
                )
        with _crowd(stage, OTHERS[-1], sight=""):
            changes = _changes(stage, page, [next(pairs) for _ in range(CHANGES)])
        p50, p99 = _middle_and_worst(changes.took)
        yield f"callback → pixels, {OTHERS[-1]} others who show it too, p50", p50
        yield "  p99", p99
        with colleagues(_office(stage, page), count=COLLEAGUES) as fetched:
            changes = _changes(stage, page, [next(pairs) for _ in range(CHANGES)])
        p50, p99 = _middle_and_worst(changes.took)
        yield f"callback → pixels, {COLLEAGUES} colleagues fetch the same, p50", p50
        yield "  p99", p99
        p50, p99 = _middle_and_worst(fetched)
        yield "  their own fetches, from news to answer, p50", p50
        yield "  p99", p99


def _middle_and_worst(took: list[float]) -> tuple[str, str]:
    ordered = sorted(took)
    worst = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{statistics.median(ordered):.0f} ms", f"{worst:.0f} ms"


def _office(stage: Stage, page: Watched) -> Office:
    return Office(
        edge_port=stage.edge_port,
        web_port=stage.web.port,
        origin=stage.web.url,
        team=stage.team,
        secret=settings.SECRET_KEY,
        cookie=stage.cookie,
        rows=page.rows_address(),
    )


@dataclass(frozen=True)
class Changes:
    """`took`: milliseconds from sending each callback to when what it changed stands on the screen.
    `moments`: when each was sent, by the monotonic clock."""

    took: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)


def _changes(stage: Stage, page: Watched, pairs: list[Pair]) -> Changes:
    changes = Changes()
    for asset, version in pairs:
        request = stage.studio.delivery(stage.web, asset, version)
        page.page.wait_for_timeout(PAUSE_SECONDS * 1000)
        page.forget()
        changes.moments.append(time.monotonic())
        began = time.time()
        _send(stage.web, request)
        seen = page.next_change(seconds=LOST_SECONDS)
        if seen is None:
            raise RuntimeError("A callback changed nothing on the page.")
        changes.took.append((seen - began) * 1000)
    return changes


def _send(web: desk.Web, request: bytes) -> None:
    """Without a loop: Playwright's own runs in this thread."""
    with socket.create_connection((web.host, web.port)) as line:
        line.sendall(request)
        if not line.recv(4096).startswith(b"HTTP/1.1 2"):
            raise RuntimeError("A callback was not accepted.")


def _ingest(stage: Stage) -> Iterator[tuple[str, str]]:
    ratios, rates = [], []
    with _crowd(stage, INGEST_VIEWERS):
        for web in (stage.web, stage.quiet):
            _rate(web, stage.studio.deliveries(web, INGEST_CALLS))  # what the first ones cost once
        for number in range(INGEST_ROUNDS):
            pair = (stage.web, stage.quiet) if number % 2 else (stage.quiet, stage.web)
            # Made before: the two turns of a pair follow each other at once.
            deliveries = {web: stage.studio.deliveries(web, INGEST_CALLS) for web in pair}
            told = {web: _rate(web, deliveries[web]) for web in pair}
            rates.append(told[stage.web])
            ratios.append(told[stage.web] / told[stage.quiet])
    yield "callbacks per second, pages told", f"{statistics.median(rates):.0f}"
    low, middle, high = statistics.quantiles(ratios, n=4)
    spread = f"{middle:.2f} (half of {len(ratios)} pairs: {low:.2f} to {high:.2f})"
    yield "  by those of a web that tells nobody (target ≥ 0.9)", spread


def _rate(web: desk.Web, deliveries: list[bytes]) -> float:
    result = load.closed_loop(web.host, web.port, deliveries)
    if result.failures:
        raise RuntimeError(f"{result.failures} callbacks were not accepted")
    return result.rate


def _burst(stage: Stage) -> Iterator[tuple[str, str]]:
    """Through the same publisher as everything: changes of the videos at the list's top."""
    with all_teams("a benchmark's own team"):
        shown = list(Asset.objects.filter(team=stage.team).order_by("-pk")[:BURST_ASSETS])
    with (
        _crowd(stage, 100) as others,
        watched_page(f"{stage.web.url}{PAGE}", cookie=stage.cookie) as page,
    ):
        others.judge({})
        page.forget()
        seconds = _touch(shown)
        page.page.wait_for_timeout(3000)
        with all_teams("a benchmark's own team"):
            rows = Asset.objects.filter(pk__in=[asset.pk for asset in shown])
            told = others.judge({str(pk): rev for pk, rev in rows.values_list("pk", "revision")})
        yield f"{BURST:,} updates within", f"{seconds:.1f} s"
        most = page.most_moves_in_a_second()
        yield "  most changes of the page within a second (target ≤ 4)", f"{most}"
        yield "  most words to a viewer within a second (target ≤ 4)", f"{told.most_in_a_second}"
        yield "  page exact in the end", "yes" if page.is_exact() else "NO"
        exact = told.viewers - told.wrong
        yield "  viewers exact in the end", f"{exact} of {told.viewers} ({told.resyncs} resyncs)"


def _touch(shown: list[Asset]) -> float:
    began = time.monotonic()
    with all_teams("a benchmark's own team"):
        for number in range(BURST):
            asset = shown[number % len(shown)]
            if number % 50 == 0:
                time.sleep(max(0.0, began + number / BURST * BURST_SECONDS - time.monotonic()))
            Asset.objects.filter(pk=asset.pk).update(revision=F("revision") + 1)
            live.after_commit(asset.team_id, asset.pk)
    return time.monotonic() - began
