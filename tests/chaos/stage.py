"""All of a desk on one small disk: database, broker, files; every part can be killed.

Nothing of Django is imported here: the stage decides which database it will work with.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.local.postgres import LocalPostgres
from tests.chaos.mortal import PROJECT

DISK_BYTES = 1 << 30
BALLAST = "ballast"
CELERY = (
    *("-m", "celery", "--app", "config.celery", "worker", "--pool", "threads"),
    *("--concurrency", "4", "--loglevel", "WARNING", "--beat"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
GRANIAN = (
    *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1"),
    *("--blocking-threads", "4", "--no-ws", "--log-level", "error"),
)


def wait_until(
    claim: Callable[[], object], *, what: str, seconds: float = 60.0, every: float = 0.05
) -> None:
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"After {seconds:g} s still waiting for {what}."
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Program:
    """One of the desk's processes; killed by SIGKILL with all that it started."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.words],
                cwd=PROJECT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill_and_start(self) -> None:
        self.kill()
        self.start()


@dataclass(frozen=True)
class Disk:
    """`is_small`: a file system of its own, which can be filled without harm to anybody else."""

    folder: Path
    is_small: bool

    def fill(self) -> None:
        status = os.statvfs(self.folder)
        size = status.f_bavail * status.f_frsize
        with (self.folder / BALLAST).open("wb") as ballast:
            with contextlib.suppress(OSError):
                os.posix_fallocate(ballast.fileno(), 0, size)
            # What others have freed meanwhile.
            with contextlib.suppress(OSError):
                while os.write(ballast.fileno(), bytes(65_536)):
                    pass

    def empty(self) -> None:
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def small_disk() -> Iterator[Disk]:
    """A tmpfs where we may mount one, else a plain folder."""
    folder = Path(tempfile.mkdtemp(prefix="dubdesk-chaos-"))
    folder.chmod(0o711)
    options = f"size={DISK_BYTES},mode=711"
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    mounted = shutil.which("mount") and not subprocess.run(words, capture_output=True).returncode
    try:
        yield Disk(folder, bool(mounted))
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Database:
    """The private server of the night."""

    server: LocalPostgres

    def end(self, number: int) -> None:
        """SIGQUIT is an immediate shutdown, SIGKILL leaves it no word at all."""
        pid = self.server.pid
        assert pid is not None
        os.kill(pid, number)
        wait_until(self.server.has_ended, what="the database's end")
        self.server.start()

    def start_if_ended(self) -> None:
        if self.server.has_ended() or not self.server.is_running():
            self.server.start()


@contextmanager
def private_database(folder: Path) -> Iterator[Database]:
    """Durable: what was committed must outlive its killing. Sets the environment for Django."""
    home = folder / "data"
    home.mkdir(mode=0o711)
    server = LocalPostgres(home)
    server.start()
    try:
        os.environ |= {
            "DATABASE_URL": server.url("app"),
            "DATABASE_OWNER_URL": server.url("owner"),
            "DUBDESK_DATABASE_ROLE": "app",
            "DUBDESK_DATA_DIR": str(home),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LEASE_SECONDS": "5",
            "SWEEP_SECONDS": "1",
            "MIN_FREE_BYTES": "1",
            "LOG_LEVEL": "WARNING",
        }
        as_owner = os.environ | {"DUBDESK_DATABASE_ROLE": "owner"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=PROJECT, env=as_owner, check=True)
        (home / "run").mkdir(exist_ok=True)
        yield Database(server)
    finally:
        server.stop()
