"""All processes together."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from config.local.errors import StartError
from config.local.guard import Guard
from config.local.lifeline import children
from config.local.processes import Child, Program, describe_exit, rotate
from config.local.terminal import say

STOP_SECONDS = 8.0
POLL_SECONDS = 0.03
WATCH_SECONDS = 5.0


class Crew:
    def __init__(self, programs: Iterable[Program], *, logs: Path, guard: Guard) -> None:
        self.members = [Child(program, logs / f"{program.name}.log", guard) for program in programs]
        self.started: list[Child] = []

    def start_early(self, environment: dict[str, str]) -> None:
        """Those that need no database: the preparation asks the sandbox for its public key."""
        self._start(environment, [one for one in self.members if not one.program.needs_database])

    def start(self, environment: dict[str, str]) -> None:
        self._start(environment, [one for one in self.members if one.program.needs_database])

    def _start(self, environment: dict[str, str], members: list[Child]) -> None:
        for member in members:
            rotate(member.log)
            member.environment = environment
            member.start()
        self.started += members

    def waiting_for(self) -> list[str]:
        """Who was started and does not answer yet. One that has ended already ends the start."""
        for member in self.started:
            if member.exit_code() is not None:
                raise StartError(
                    f"{member.program.name} does not start: {member.last_words()}"
                    f" (see {member.log})"
                )
        return [member.program.name for member in self.started if not member.is_ready()]

    def tend(self) -> float:
        """Starts again what has ended; returns the seconds until somebody is due."""
        now = time.monotonic()
        for member in self.members:
            code = member.exit_code()
            if code is not None:
                member.bury()
                pause = member.plan_restart()
                say(
                    f"{member.program.name} ended ({describe_exit(code)}) and is started again"
                    f" in {pause:g} s; see {member.log}"
                )
            elif member.start_again_at is not None and member.start_again_at <= now:
                member.start()
        due = [member.start_again_at for member in self.members if member.start_again_at]
        return min([moment - now for moment in due] + [WATCH_SECONDS])

    def stop(self, is_in_a_hurry: Callable[[], bool]) -> None:
        for member in self.members:
            member.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while any(self._running()) and time.monotonic() < deadline and not is_in_a_hurry():
            time.sleep(POLL_SECONDS)
        for member in self.members:
            member.bury()

    def _running(self) -> Iterable[bool]:
        return (member.pid is not None and member.exit_code() is None for member in self.members)


def bury_orphans(known: set[int], *, kill: bool) -> None:
    """Grandchildren whose parent is gone came to us: collect the dead, at the end all of them."""
    for pid in set(children()) - known:
        if kill:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0 if kill else os.WNOHANG)
