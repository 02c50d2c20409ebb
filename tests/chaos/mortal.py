"""Orders one piece of work from a process that may be killed at it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.points import Point
from tests.faults.proxy import Fault, FaultProxy, Way

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0
# Within the head of any request: nothing of it can be carried out.
HALF_A_REQUEST_BYTES = 120


class MortalWorker:
    """Made by run_mortal. One order at a time."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def work(self, task: str, *, team: uuid.UUID, row: uuid.UUID, **how: Any) -> int:
        """The signal that ended it, 0 for none."""
        self._order(task, team, row, how)
        return self._wait_for_end()

    def work_until(
        self, reached: Callable[[], bool], task: str, *, team: uuid.UUID, row: uuid.UUID
    ) -> int:
        """Killed from outside as soon as `reached` is true; if it ends before, so be it."""
        pid = self._order(task, team, row, {})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached() and not self._has_news(0.002):
            assert time.monotonic() < deadline, "The worker never came to its end."
        if not self._has_news(0):
            os.kill(pid, signal.SIGKILL)
        return self._wait_for_end()

    def deliver_and_die(
        self, point: Point, *, team: uuid.UUID, row: uuid.UUID, proxy: FaultProxy
    ) -> int:
        """One delivery that ends at the point; before it the proxy is told to help if it must."""
        if point is Point.HALF_SENT:
            return self.die_half_way("deliver", team=team, row=row, proxy=proxy)
        return self.work("deliver", team=team, row=row, point=point)

    def die_half_way(self, task: str, *, team: uuid.UUID, row: uuid.UUID, proxy: FaultProxy) -> int:
        """Killed while its request stands still on the way."""
        seen = len(proxy.passages)
        proxy.next(Fault(Way.STALL, after_request_bytes=HALF_A_REQUEST_BYTES))
        try:
            return self.work_until(
                lambda: any(one.has_struck for one in proxy.passages[seen:]),
                task,
                team=team,
                row=row,
            )
        finally:
            proxy.let_go()

    def _order(self, task: str, team: uuid.UUID, row: uuid.UUID, how: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.poll() is None, self._last_words()
        words = {"task": task, "team": str(team), "row": str(row)} | how
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        return int(self._news()["pid"])

    def _wait_for_end(self) -> int:
        return int(self._news()["signal"])

    def _has_news(self, seconds: float) -> bool:
        return bool(select.select([self._process.stdout], [], [], seconds)[0])

    def _news(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        assert self._has_news(PATIENCE_SECONDS), "The worker says nothing."
        line = self._process.stdout.readline()
        assert line, self._last_words()
        news: dict[str, Any] = json.loads(line)
        return news

    def _last_words(self) -> str:
        return f"The child's script has ended: {self._log.read_text()[-2000:]}"


@contextmanager
def run_mortal(environment: Mapping[str, str], log: Path) -> Iterator[MortalWorker]:
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.child"],
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            # A buffer here could hold a line which select, looking at the pipe, knows nothing of.
            bufsize=0,
        )
        try:
            yield MortalWorker(process, log)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
