"""Faults of whole processes and of the network, while workers and web are at their work."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.stage import Database, Disk, Program
from tests.chaos.studio import Studio, forget_connections
from tests.faults.proxy import FaultProxy, Way, cut_answer, cut_request

CALLBACKS = (
    "callback-dropped",
    "callback-doubled",
    "callback-reordered",
    "callback-delayed",
    "callback-badly-signed",
    "callback-twin-signature",
    "callback-foreign-asset",
    "callback-unknown-event",
)
ANSWERS = (
    "slow-answer",
    "lost-answer",
    "half-answer",
    "error-after-work",
    "server-error",
    "film-cut-short",
    "film-truncated",
    "expired-links",
)
FULL_SECONDS = 0.7


@dataclass(frozen=True)
class LiveFaults:
    """Each answers what came of it; empty where it is not possible here."""

    studio: Studio
    worker: Program
    web: Program
    database: Database
    disk: Disk
    proxy: FaultProxy
    data_dir: Path

    def all(self) -> list[tuple[str, Callable[[], str]]]:
        callbacks = [(f"far side: {name}", self._scenario(name, 2)) for name in CALLBACKS]
        answers = [(f"far side: {name}", self._scenario(name, 1)) for name in ANSWERS]
        return [
            ("kill -9 of all workers", self._kill_worker),
            ("kill -9 of all workers", self._kill_worker),
            ("kill -9 of web while callbacks come", self._kill_web),
            ("kill -9 of web while callbacks come", self._kill_web),
            ("PostgreSQL: immediate shutdown", self._database(signal.SIGQUIT)),
            ("PostgreSQL: kill -9", self._database(signal.SIGKILL)),
            ("broker's folder emptied", self._empty_broker),
            ("disk full for everything", self._fill_disk),
            ("network cut under way", self._cut),
            ("network cut under way", self._cut),
            ("network: every connection cut at once", self._cut_all),
            *callbacks,
            *answers,
        ]

    def without_full_disk(self) -> list[tuple[str, Callable[[], str]]]:
        """Where no file system of our own could be mounted."""
        return [(name, strike) for name, strike in self.all() if strike != self._fill_disk]

    def _kill_worker(self) -> str:
        self.worker.kill_and_start()
        return "struck"

    def _kill_web(self) -> str:
        self.web.kill_and_start()
        return "struck"

    def _database(self, number: int) -> Callable[[], str]:
        def strike() -> str:
            self.database.end(number)
            forget_connections()
            return "struck"

        return strike

    def _empty_broker(self) -> str:
        queue = self.data_dir / "broker" / "queue"
        for letter in list(queue.iterdir()):
            letter.unlink(missing_ok=True)
        return "struck"

    def _fill_disk(self) -> str:
        if not self.disk.is_small:
            return ""
        self.disk.fill()
        time.sleep(FULL_SECONDS)
        self.disk.empty()
        self.database.start_if_ended()
        forget_connections()
        for program in (self.worker, self.web):
            if not program.is_alive():
                program.start()
        return "struck"

    def _cut(self) -> str:
        chance = self.studio.chance
        for _ in range(3):
            make = chance.choice([cut_request, cut_answer])
            way = chance.choice([Way.CLOSE, Way.RESET])
            self.proxy.next(make(chance.randrange(0, 500), way))
        return "struck"

    def _cut_all(self) -> str:
        self.proxy.cut_all()
        return "struck"

    def _scenario(self, name: str, times: int) -> Callable[[], str]:
        def strike() -> str:
            self.studio.switch_on(name, times=times)
            return "struck"

        return strike


def free_of_letters(data_dir: Path) -> None:
    """Old wake-ups of the first act would keep the second one's worker busy."""
    shutil.rmtree(data_dir / "broker" / "queue", ignore_errors=True)
    (data_dir / "broker" / "queue").mkdir(parents=True, exist_ok=True)
