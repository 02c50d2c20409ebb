"""The processes around a live desk: a Celery worker and edge, as real as in production."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.db import connection

from accounts.models import Team
from accounts.scoping import all_teams
from dubbing.models import Asset, Connection, Film, OutboxMessage
from dubbing.states import FilmState, MessageState
from tests.sandbox_process import SandboxHandle

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 20.0
STOP_SECONDS = 10.0
QUIET_SECONDS = 10.0


@dataclass(frozen=True)
class LiveDesk:
    """A desk at `url` whose team `team` is connected to a running sandbox by `engine`."""

    url: str
    edge_url: str
    team: Team
    engine: Connection
    sandbox: SandboxHandle


def wait_until(claim: Callable[[], object], *, what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    pause = 0.02
    while not claim():
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds:g} s still waiting for {what}.")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def database_url() -> str:
    """Of the test database, as another process needs it."""
    entry = connection.settings_dict
    words = {
        "host": entry["HOST"],
        "port": entry["PORT"],
        "dbname": entry["NAME"],
        "user": entry["USER"],
        "password": entry["PASSWORD"],
    }
    return "postgresql:///?" + urlencode({key: word for key, word in words.items() if word})


def environment(*, public_url: str, edge_url: str, sandbox_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DUBDESK_DATABASE_ROLE": "app",
        "DATABASE_URL": database_url(),
        "DUBDESK_DATA_DIR": str(settings.DATA_DIR),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
        "KEY_RING": settings.KEY_RING,
        "PUBLIC_URL": public_url,
        "EDGE_URL": edge_url,
        "SANDBOX_URL": sandbox_url,
        "SWEEP_SECONDS": "1",
        "LOG_LEVEL": "WARNING",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def run_worker(env: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """A Celery worker with beat; yields its log. It takes up work as soon as it is ready."""
    (Path(settings.DATA_DIR) / "run").mkdir(parents=True, exist_ok=True)
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    beat = ("--beat", "--schedule", str(folder / "beat-schedule"))
    pool = ("--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING")
    words = ("-m", "celery", "--app", "config.celery", "worker", *pool, *beat, *alone)
    with _running(words, env, folder / "worker.log") as log:
        yield log


@contextmanager
def run_edge(env: Mapping[str, str], folder: Path, *, port: int) -> Iterator[str]:
    """Yields its address once it answers."""
    url = f"http://127.0.0.1:{port}"
    address = ("--host", "127.0.0.1", "--port", str(port), "--workers-kill-timeout", "1")
    words = ("-m", "granian", "--interface", "asgi", "--no-ws", *address, "edge.app:app")
    with _running(words, env, folder / "edge.log") as log:
        wait_until(lambda: _answers(f"{url}/health/live"), what=f"edge, see {log}")
        yield url


@contextmanager
def _running(words: tuple[str, ...], env: Mapping[str, str], log: Path) -> Iterator[Path]:
    with log.open("wb") as output:
        process = _start(words, env, output)
        try:
            yield log
            last_words = log.read_text(errors="replace")[-2000:]
            assert process.poll() is None, f"{words[1]} ended by itself: {last_words}"
        finally:
            _end(process)


def _start(
    words: tuple[str, ...], env: Mapping[str, str], log: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=PROJECT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks the leader; what then still runs in its group is ended by force."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.TransportError:
        return False


def let_work_end() -> None:
    """Nothing is due any more and nobody works: the tables can be emptied without a fight."""
    deadline = time.monotonic() + QUIET_SECONDS
    with all_teams("test"):
        while busy := [*stop_what_is_due(), *_transactions()]:
            assert time.monotonic() < deadline, f"The worker does not finish: {busy}"
            time.sleep(0.05)


def _transactions() -> list[object]:
    """Other connections amid a write: a last request or sweep, which emptying would meet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT pid FROM pg_locks WHERE pid <> pg_backend_pid()"
            " AND mode IN ('RowShareLock', 'RowExclusiveLock')"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return [pid for (pid,) in cursor.fetchall()]


def stop_what_is_due() -> list[object]:
    """Rows that somebody works on just now."""
    Asset.objects.filter(refresh_lease_until=None).update(refresh_due_at=None)
    OutboxMessage.objects.filter(state=MessageState.WAITING).delete()
    Film.objects.filter(state=FilmState.WANTED, lease_until=None).update(due_at=None)
    wanted = Film.objects.filter(state=FilmState.WANTED)
    return [
        *OutboxMessage.objects.filter(state=MessageState.SENDING).values("kind", "lease_until"),
        *Asset.objects.exclude(refresh_lease_until=None).values("title", "refresh_lease_until"),
        *wanted.exclude(lease_until=None).values("attempts", "lease_until", "error_message"),
    ]
