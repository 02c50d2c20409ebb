"""PostgreSQL on this machine, from the wheel: our own small launcher.

It speaks only through a Unix socket in a folder of mode 0700.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.local.account import Account, database_account
from config.local.cluster import create_cluster, server_environment
from config.local.errors import StartError
from config.local.lifeline import dies_with_parent
from config.local.place import (
    DATABASE,
    ROLES,
    Place,
    find_place,
    make_socket_folder,
    settle_place,
)
from config.local.postmaster import Postmaster
from config.local.probe import postgres_accepts
from config.local.programs import programs_folder
from config.local.release import check_release, finish_upgrade
from config.local.terminal import complain, say

START_SECONDS = 60  # a crash recovery reads at most max_wal_size
STOP_SECONDS = 15
POLL_SECONDS = 0.01
LONGEST_POLL_SECONDS = 0.2
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "fsync": "on",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# For data that nobody wants back: a test's.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(role: str, data_dir: Path) -> str:
    """Where the server of this data folder is, or would be: role "app" or "owner"."""
    return find_place(data_dir).url(role)


class LocalPostgres:
    """One server for one data folder. A server already running there is joined, and left running.

    `durable=False` trades the data's safety for speed; `attached=False` lets the server outlive us.
    `programs` are those of another release, whose data this is.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        attached: bool = True,
        programs: Path | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self._programs = programs
        self.durable = durable
        self.attached = attached
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process:
            self.stop()

    @property
    def place(self) -> Place:
        return find_place(self.data_dir)

    @property
    def log(self) -> Path:
        return self.data_dir / "log" / "postgres.log"

    def url(self, role: str = "app") -> str:
        return self.place.url(role)

    def is_running(self) -> bool:
        """Whether it lets somebody in now."""
        return postgres_accepts(self.place.socket, user=ROLES["app"], database=DATABASE)

    @property
    def pid(self) -> int | None:
        """Of the server that we started ourselves."""
        return self._process.pid if self._process else None

    def has_ended(self) -> bool:
        if self._process:
            return self._process.poll() is not None
        return Postmaster(self.place.cluster).pid() is None

    def start(self) -> None:
        """Returns when connections are accepted, after a crash when recovery is over."""
        account = database_account()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with _alone(self.data_dir):
            place = settle_place(self.data_dir, account)
            if self._programs is None:
                finish_upgrade(place)
                check_release(place.cluster)
            programs = self._programs or programs_folder(account)
            if not (place.cluster / "PG_VERSION").exists():
                create_cluster(
                    place.cluster, programs=programs, account=account, durable=self.durable
                )
            make_socket_folder(place.sockets, account)
            self._run_until_accepting(place, programs, account)

    def stop(self) -> None:
        """Fast shutdown: sessions are cut, everything committed is kept."""
        postmaster = Postmaster(self.place.cluster)
        pid = self._process.pid if self._process else postmaster.pid()
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if pid is None or not postmaster.signal(pid, number):
                break
            if self._gone_within(STOP_SECONDS, pid, postmaster):
                break
        self._process = None

    def _gone_within(self, seconds: float, pid: int, postmaster: Postmaster) -> bool:
        if self._process:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            return True
        deadline = time.monotonic() + seconds
        while postmaster.pid() == pid:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _run_until_accepting(self, place: Place, programs: Path, account: Account | None) -> None:
        deadline = time.monotonic() + START_SECONDS
        postmaster = Postmaster(place.cluster)
        if self.has_ended():
            self._process = None
        pause = POLL_SECONDS
        while time.monotonic() < deadline:
            if self.is_running():
                return
            if self._process is None and postmaster.pid() is None:
                postmaster.disown_stale_locks(place.socket)
                self._process = self._launch(place, programs, account)
            elif self._process and self._process.poll() is not None:
                # What a killed server left behind ends within moments, until then nothing starts.
                if not self._leftovers_end():
                    raise StartError(f"PostgreSQL does not start: {self._last_words()}")
                self._process = None
            time.sleep(pause)
            # Every question during a recovery is a line in the server's log.
            pause = min(pause * 1.2, LONGEST_POLL_SECONDS)
        raise StartError(f"PostgreSQL did not get ready within {START_SECONDS} s; see {self.log}.")

    def _launch(
        self, place: Place, programs: Path, account: Account | None
    ) -> subprocess.Popen[bytes]:
        settings = CONFIGURATION | ({} if self.durable else CARELESS)
        # Quoted for a list that commas and spaces would split.
        folder = str(place.sockets).replace('"', '""')
        settings = settings | {"unix_socket_directories": f'"{folder}"'}
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        options: dict[str, Any] = account.popen_options() if account else {}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(programs / "postgres"), "-D", str(place.cluster), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",  # the account may not be able to enter ours
                env=server_environment(),
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT) if self.attached else None,
                **options,
            )

    def _leftovers_end(self) -> bool:
        if "pre-existing shared memory block" not in self._last_words():
            return False
        time.sleep(LONGEST_POLL_SECONDS)
        return True

    def _last_words(self) -> str:
        """The server's last complaint, without the times and numbers in front."""
        lines = self.log.read_text(errors="replace").splitlines()[-20:]
        starts = [number for number, line in enumerate(lines) if "FATAL:" in line]
        words = [
            re.split(r"(?:FATAL|DETAIL|HINT): +", line) for line in lines[max(starts, default=0) :]
        ]
        return " ".join(parts[1] for parts in words if len(parts) == 2) or f"see {self.log}"


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Two starts at the same moment: the second waits, then finds the first one's server."""
    with (data_dir / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(words: list[str]) -> int:
    arguments = _parser().parse_args(words)
    server = LocalPostgres(arguments.data, attached=False)
    try:
        _obey(server, arguments)
    except StartError as error:
        complain(str(error))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.local.postgres")
    default = os.environ.get("DUBDESK_DATA_DIR") or Path(__file__).parents[2] / "var"
    parser.add_argument("--data", type=Path, default=Path(default), help="the data folder")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("start", help="start the server, unless it runs, and leave it running")
    verbs.add_parser("stop")
    for verb in ("url", "psql"):
        role = verbs.add_parser(verb)
        role.add_argument("role", nargs="?", choices=sorted(ROLES), default="app")
    return parser


def _obey(server: LocalPostgres, arguments: argparse.Namespace) -> None:
    if arguments.verb == "start":
        server.start()
        say(server.url())
    elif arguments.verb == "stop":
        server.stop()
    elif arguments.verb == "url":
        say(server.url(arguments.role))
    else:
        psql = str(programs_folder(None) / "psql")
        os.execv(psql, [psql, server.url(arguments.role)])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
