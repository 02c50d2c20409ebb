"""Verified callbacks against a trivial view of the same server and the bare statement.

The trivial view is what a stranger gets at a page's address: every layer of the pages, then the
redirect to sign in. Callbacks pass those layers by; the second floor is their own route asked with
GET: 405 and nothing else. Every callback is a legal move of a version of its own: signature
checked, stored, applied, its asset due for a look. The third floor is the same statement by as many
database connections from threads of one process, without HTTP or signature in front.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks import desk, load
from benchmarks.studio import Studio

ROUNDS = 5
CALLS = 1600


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    studio = Studio()
    trivial, refused, callbacks, floors, servers = [], [], [], [], []
    with desk.web_process() as web:
        page, wrong = web.get("/"), web.get("/callbacks/panjaya/nobody/")
        load.closed_loop(web.host, web.port, [page, wrong] * 200)
        load.closed_loop(web.host, web.port, studio.deliveries(web, 300))
        for _ in range(ROUNDS):
            trivial.append(load.closed_loop(web.host, web.port, [page] * CALLS).rate)
            refused.append(load.closed_loop(web.host, web.port, [wrong] * CALLS).rate)
            result = load.closed_loop(web.host, web.port, studio.deliveries(web, CALLS))
            assert not result.failures, f"{result.failures} callbacks were not accepted"
            callbacks.append(result.rate)
            floors.append(studio.bare_statements(CALLS))
            if (rate := studio.under_pgbench(CALLS)) is not None:
                servers.append(rate)
        half = statistics.median(callbacks) / 2
        calm = load.open_loop(web.host, web.port, studio.deliveries(web, CALLS), half)
    assert studio.all_moved(), "a callback was answered 200 but moved nothing"
    yield "callback verified, stored and applied, per second", f"{statistics.median(callbacks):.0f}"
    yield "trivial view behind all layers, per second", f"{statistics.median(trivial):.0f}"
    yield "the callback's route, 405, per second", f"{statistics.median(refused):.0f}"
    yield "the bare statement, 8 connections, per second", f"{statistics.median(floors):.0f}"
    yield "callback / trivial view (target ≥ 0.25)", _ratio(callbacks, trivial)
    yield "callback / 405 on its own route", _ratio(callbacks, refused)
    yield "callback / bare statement", _ratio(callbacks, floors)
    if servers:
        yield "the same statement under pgbench, per second", f"{statistics.median(servers):.0f}"
        yield "callback / pgbench", _ratio(callbacks, servers)
    yield f"at half load ({half:.0f}/s): answered after, p50", f"{calm.percentile(0.5):.1f} ms"
    yield "  p99 (target ≤ 25 ms)", f"{calm.percentile(0.99):.1f} ms"
    yield "  slowest", f"{max(calm.latencies):.1f} ms"


def _ratio(ours: list[float], floors: list[float]) -> str:
    """Round by round, since the machine is not equally busy in all of them."""
    values = [one / floor for one, floor in zip(ours, floors, strict=True)]
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
