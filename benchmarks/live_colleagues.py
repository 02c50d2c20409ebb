"""Colleagues whose pages show the very video that changes: as soon as their streams say so, they
fetch its row from web, like any page. All of that is web's work, and it is all there."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from benchmarks.live_viewers import LAST_IN_LINE, OPEN_SECONDS, SPAWN, open_stream
from edge.live_tokens import stream_path


@dataclass(frozen=True)
class Office:
    """Where they work. `rows`: the address of rows of the matrix, to which ids are added."""

    edge_port: int
    web_port: int
    origin: str
    team: str
    secret: str
    cookie: str
    rows: str


@contextmanager
def colleagues(office: Office, *, count: int) -> Iterator[list[float]]:
    """The list holds afterwards, for each fetched row, the milliseconds since its news."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_work, args=(theirs, office, count), daemon=True)
    process.start()
    took: list[float] = []
    try:
        if not ours.poll(OPEN_SECONDS) or ours.recv() != "open":
            raise RuntimeError(f"{count} colleagues could not be opened.")
        yield took
        ours.send("end")
        took += ours.recv()
    finally:
        process.terminate()
        process.join()


def _work(pipe: Connection, office: Office, count: int) -> None:
    # Before there are threads: it holds for those that come.
    os.nice(LAST_IN_LINE)
    took: list[float] = []
    opened = threading.Barrier(count + 1)
    for number in range(count):
        words = (office, f"c{number}", took, opened)
        threading.Thread(target=_follow, args=words, daemon=True).start()
    opened.wait(OPEN_SECONDS)
    pipe.send("open")
    pipe.recv()
    pipe.send(list(took))


def _follow(office: Office, member: str, took: list[float], opened: threading.Barrier) -> None:
    path = stream_path(member=member, team=office.team, secret=office.secret, seconds=600)
    line_to_edge, _ = open_stream(office.edge_port, path, office.origin)
    web = http.client.HTTPConnection("127.0.0.1", office.web_port)
    headers = {"Cookie": f"sessionid={office.cookie}", "Accept-Encoding": "gzip"}
    opened.wait(OPEN_SECONDS)
    for line in line_to_edge.makefile("rb"):
        if not line.startswith(b'data: {"assets"'):
            continue
        began = time.perf_counter()
        ids = ",".join(json.loads(line[6:])["assets"])
        web.request("GET", f"{office.rows}&id={ids}", headers=headers)
        answer = web.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"A row was answered with {answer.status}.")
        took.append((time.perf_counter() - began) * 1000)
