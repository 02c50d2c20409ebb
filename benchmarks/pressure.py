"""Signed callbacks while something is wrong: a flood, a dead broker, a PostgreSQL that restarts."""

from __future__ import annotations

import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection as database

from benchmarks import desk, flood, load
from benchmarks.studio import Studio
from config.local.postgres import LocalPostgres

CALLS = 1600
# A p99 of 800 is its eighth slowest: of few rounds it says little.
ROUNDS = 9
FLOOD_CONNECTIONS = 64
FLOOD_TIMES = 5
# Of what the desk can take: what a busy hour looks like.
SHARE = 0.25
RESTART_AFTER_SECONDS = 5
RESTART_WATCH_SECONDS = 20
GRACE_SECONDS = 10
ENOUGH = 0.98


def run_flood() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    studio = Studio()
    quiet, flooded, refused = [], [], []
    with desk.web_process() as web:
        capacity = _capacity(web, studio)
        rate = capacity * SHARE
        for _ in range(ROUNDS):
            calm = load.open_loop(web.host, web.port, studio.deliveries(web, CALLS // 2), rate)
            quiet.append(calm.percentile(0.99))
            signed = studio.deliveries(web, CALLS // 2)
            before = studio.deliveries_stored()
            with _flooding(web, studio, capacity * FLOOD_TIMES, CALLS / 2 / rate) as told:
                busy = load.open_loop(web.host, web.port, signed, rate)
                refused.append(told())
            assert not busy.failures, f"{busy.failures} signed callbacks were not accepted"
            flooded.append(busy.percentile(0.99))
            written = studio.deliveries_stored() - before - len(signed)
            assert written == 0, f"{written} unsigned callbacks left a row"
    yield "capacity, signed callbacks per second", f"{capacity:.0f}"
    yield f"signed at {rate:.0f}/s, quiet: p99", f"{statistics.median(quiet):.1f} ms"
    yield "  while the flood comes: p99", f"{statistics.median(flooded):.1f} ms"
    yield "  times the quiet one (target ≤ 2)", _times(flooded, quiet)
    yield f"unsigned refused per second, of {capacity * FLOOD_TIMES:.0f} sent", _median(refused)
    yield "rows written by unsigned ones (target 0)", "0"


def run_outage() -> Iterator[tuple[str, str]]:
    """Nobody at the broker's address, then one that accepts and never answers; no engine either."""
    desk.prepare_database()
    studio = Studio()
    slowest = {}
    with socket.create_server(("127.0.0.1", 0)) as mute:
        brokers = {
            "as it should be": {},
            "refuses": {"BROKER_URL": f"redis://127.0.0.1:{desk.free_port()}/0"},
            "never answers": {"BROKER_URL": f"redis://127.0.0.1:{mute.getsockname()[1]}/0"},
        }
        for name, settings in brokers.items():
            with desk.web_process(**settings) as web:
                rate = _capacity(web, studio) * SHARE
                signed = studio.deliveries(web, CALLS)
                result = load.open_loop(web.host, web.port, signed, rate)
                assert not result.failures, f"{result.failures} callbacks were not accepted"
                slowest[name] = max(result.latencies)
    for name, milliseconds in slowest.items():
        target = "" if name == "as it should be" else " (target ≤ 1000 ms)"
        yield f"slowest of {CALLS}, broker {name}{target}", f"{milliseconds:.0f} ms"


def run_restart() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    studio = Studio()
    server = LocalPostgres(Path(os.environ["DUBDESK_DATA_DIR"]), durable=False)
    with desk.web_process() as web:
        rate = _capacity(web, studio) * SHARE
        before = desk.family(web.process.pid)
        signed = studio.deliveries(web, int(rate * (RESTART_AFTER_SECONDS + RESTART_WATCH_SECONDS)))
        database.close()
        with ThreadPoolExecutor(1) as pool:
            # The server ends with the thread that starts it: this one.
            sending = pool.submit(load.open_loop, web.host, web.port, signed, rate)
            away = _restart(server)
            result = sending.result()
        same = before == desk.family(web.process.pid)
    accepted = _per_second(result.accepted_at)
    calm = statistics.median(accepted[1:RESTART_AFTER_SECONDS])
    end = RESTART_AFTER_SECONDS + RESTART_WATCH_SECONDS - 1
    # Over three seconds each: a single one of a busy machine says little.
    means = [statistics.mean(accepted[one : one + 3]) / calm for one in range(end - 2)]
    later = range(RESTART_AFTER_SECONDS, len(means))
    back = next((second for second in later if means[second] >= ENOUGH), end)
    after = accepted[RESTART_AFTER_SECONDS + GRACE_SECONDS : end]
    yield "PostgreSQL away for", f"{away:.1f} s"
    yield f"signed callbacks offered at {rate:.0f}/s: answered with an error", str(result.failures)
    yield "98 % of the rate again after (target ≤ 10 s)", f"{back - RESTART_AFTER_SECONDS} s"
    yield "rate from 10 s on / before (target ≥ 0.98)", f"{statistics.mean(after) / calm:.2f}"
    yield "the same processes as before", "yes" if same else "no"


def _restart(server: LocalPostgres) -> float:
    """Seconds from the beginning of the stop until it accepts again."""
    time.sleep(RESTART_AFTER_SECONDS)
    began = time.perf_counter()
    server.stop()
    server.start()
    return time.perf_counter() - began


def _per_second(moments: list[float]) -> list[int]:
    counts = [0] * (int(max(moments)) + 1)
    for moment in moments:
        counts[int(moment)] += 1
    return counts


def _capacity(web: desk.Web, studio: Studio) -> float:
    """Signed callbacks per second at full load, the first few hundred left out."""
    load.closed_loop(web.host, web.port, studio.deliveries(web, 400))
    result = load.closed_loop(web.host, web.port, studio.deliveries(web, CALLS // 2))
    assert not result.failures, f"{result.failures} callbacks were not accepted"
    return result.rate


@contextmanager
def _flooding(
    web: desk.Web, studio: Studio, rate: float, seconds: float
) -> Iterator[Callable[[], float]]:
    """From a process of its own; yields what tells, afterwards, how many were answered a second."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    source = multiprocessing.get_context("fork").Process(
        target=_send_flood, args=(web, studio.unsigned(web), rate, seconds, writer)
    )
    source.start()
    try:
        yield reader.recv
    finally:
        source.terminate()
        source.join()


def _send_flood(web: desk.Web, request: bytes, rate: float, seconds: float, writer: Any) -> None:
    refused = flood.send(
        web.host, web.port, request, rate=rate, seconds=seconds, connections=FLOOD_CONNECTIONS
    )
    writer.send(refused)


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.0f}"


def _times(values: list[float], floors: list[float]) -> str:
    ratios = [value / floor for value, floor in zip(values, floors, strict=True)]
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
