"""A small second process that ends everything when the supervisor is killed outright."""

from __future__ import annotations

import os
import signal
import time

PATIENCE_SECONDS = 5
POLL_SECONDS = 0.05


class Guard:
    """Knows the process groups through a pipe; the pipe's end is the supervisor's end."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._writer)
            _stand_watch(reader)
            os._exit(0)
        os.close(reader)

    def watch(self, group: int) -> None:
        os.write(self._writer, f"+{group}\n".encode())

    def forget(self, group: int) -> None:
        os.write(self._writer, f"-{group}\n".encode())

    def dismiss(self) -> None:
        os.close(self._writer)
        os.waitpid(self.pid, 0)


def _stand_watch(reader: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    with os.fdopen(reader) as lines:
        for line in lines:
            group = int(line[1:])
            (groups.add if line[0] == "+" else groups.discard)(group)
    _end(groups)


def _end(groups: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    while left and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
