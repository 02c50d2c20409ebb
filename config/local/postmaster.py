"""The lock file in which PostgreSQL says which process it is."""

from __future__ import annotations

import os
from pathlib import Path

# One above the highest number a Linux kernel gives: nobody's.
NO_PROCESS = 2**22 + 1


class Postmaster:
    def __init__(self, cluster: Path) -> None:
        self.cluster = cluster
        self.lock_file = cluster / "postmaster.pid"

    def pid(self) -> int | None:
        """The server process, when it is alive and really this cluster's."""
        pid = self._noted_pid()
        return pid if pid is not None and self._is_ours(pid) else None

    def signal(self, pid: int, number: int) -> bool:
        """Whether the process was there to get it."""
        if not self._is_ours(pid):
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def disown_stale_locks(self, socket: Path) -> None:
        """After a crash another program may have got the number noted in the lock files (or a dead
        server still be listed), and a new server would believe the old one to run.

        In the cluster's own file only the number is replaced: by the rest of it the server finds
        out whether its own former children still use the shared memory.
        """
        if self.pid() is not None:
            return
        socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)
        if self._noted_pid() is not None:
            lines = self.lock_file.read_text().splitlines(keepends=True)
            self.lock_file.write_text("".join([f"{NO_PROCESS}\n", *lines[1:]]))

    def _noted_pid(self) -> int | None:
        try:
            return abs(int(self.lock_file.read_text().split("\n", 1)[0]))
        except (OSError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """By the folder it works in, which for a server is always its cluster."""
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", self.cluster)
        except OSError:
            return False
