"""What people at the pages notice of four uploads that come in at the same time."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.test import Client

from accounts.models import Team
from accounts.roles import Role
from benchmarks import desk, tus_peers
from benchmarks.load import open_loop
from benchmarks.tus import MB, send
from benchmarks.tus_peers import Server
from tests.builders import make_asset, make_member

TURNS = 3
STREAMS = 4
UPLOAD_BYTES = 64 * MB
# Together they fill a line of a gigabit a second.
STREAM_BYTES_PER_SECOND = 30e6
PAGES, PAGES_PER_SECOND = 100, 8.0
ROWS = 50


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    call_command("prepare_studio", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cookie = _visitor()
    data = os.environ["DUBDESK_DATA_DIR"]
    with (
        tempfile.TemporaryDirectory(dir=data) as folder,
        desk.web_process() as web,
        tus_peers.our_edge(Path(folder)) as edge,
    ):
        _p99(web, cookie)  # the first pages compile their templates
        turns = [_turn(web, edge, cookie) for _ in range(TURNS)]
    quiet, busy = (statistics.median(column) for column in zip(*turns, strict=True))
    ratio = statistics.median(during / before for before, during in turns)
    yield "list of videos, p99, nothing else going on", f"{quiet:.0f} ms"
    yield f"the same while {STREAMS} uploads fill a gigabit line", f"{busy:.0f} ms"
    yield f"ratio, median of {TURNS} turns", f"{ratio:.2f}"


def _turn(web: desk.Web, edge: Server, cookie: str) -> tuple[float, float]:
    quiet = _p99(web, cookie)
    with _uploads(edge):
        return quiet, _p99(web, cookie)


def _visitor() -> str:
    team = Team.objects.get(slug="studio")
    for number in range(ROWS):
        make_asset(team, title=f"Talk {number}")
    client = Client()
    client.force_login(make_member(team, Role.PRODUCER))
    return str(client.cookies["sessionid"].value)


def _p99(web: desk.Web, cookie: str) -> float:
    """Milliseconds, counted from the moment a page was due."""
    head = f"GET /assets/ HTTP/1.1\r\nHost: {web.host}:{web.port}\r\nCookie: sessionid={cookie}"
    request = f"{head}\r\n\r\n".encode()
    result = open_loop(web.host, web.port, [request] * PAGES, PAGES_PER_SECOND)
    if result.failures:
        raise RuntimeError(f"{result.failures} of {PAGES} pages were no pages")
    return result.percentile(0.99)


@contextmanager
def _uploads(edge: Server) -> Iterator[None]:
    """One after the other in each of the streams, until the block ends."""
    is_over = threading.Event()

    def stream() -> None:
        while not is_over.is_set():
            path = edge.create(UPLOAD_BYTES)
            send(edge.port, path, UPLOAD_BYTES, bytes_per_second=STREAM_BYTES_PER_SECOND)

    threads = [threading.Thread(target=stream) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
        for file in edge.folder.iterdir():
            file.unlink()
