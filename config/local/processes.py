"""The processes of one machine, and keeping each of them alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.local.guard import Guard
from config.local.probe import http_answers

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # who ran this long did not fail at starting
LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Program:
    """What to run; `port` and `path` say where it answers once it is ready."""

    name: str
    module: str
    words: tuple[str, ...] = ()
    port: int | None = None
    path: str = "/"
    needs_database: bool = True

    def command(self) -> list[str]:
        return [sys.executable, "-m", self.module, *self.words]


@dataclass
class Child:
    program: Program
    log: Path
    guard: Guard
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    pause_seconds: float = FIRST_PAUSE_SECONDS
    started_at: float = 0.0
    start_again_at: float | None = None
    has_answered: bool = False
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.start_again_at = None
        self.started_at = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.program.command(),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.guard.watch(self._process.pid)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def exit_code(self) -> int | None:
        return self._process.poll() if self._process else None

    def is_ready(self) -> bool:
        """Whether it answers by HTTP; one without a port is ready as soon as it runs."""
        if not self.has_answered:
            port = self.program.port
            self.has_answered = not port or http_answers("127.0.0.1", port, self.program.path)
        return self.has_answered

    def bury(self) -> None:
        """Its leader has ended: so must everything that it started in its group."""
        if self._process is None:
            return
        signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.guard.forget(self._process.pid)
        self._process = None

    def plan_restart(self) -> float:
        """Seconds until the next try: longer each time it fails soon after its start."""
        if time.monotonic() - self.started_at > STEADY_SECONDS:
            self.pause_seconds = FIRST_PAUSE_SECONDS
        pause = self.pause_seconds
        self.start_again_at = time.monotonic() + pause
        self.pause_seconds = min(pause * 2, LONGEST_PAUSE_SECONDS)
        return pause

    def ask_to_stop(self) -> None:
        """Only its leader: that one knows best how to end the others."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"


def signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def describe_exit(code: int) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))
