"""The whole product, started and stopped as `make run` does it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.local.postgres import LocalPostgres
from config.local.postmaster import Postmaster
from tests.config.waiting import wait_until

CHOSEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "DUBDESK_DATABASE_ROLE", "DJANGO_SETTINGS_MODULE")


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        listeners = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [listener.getsockname()[1] for listener in listeners]


@contextmanager
def running_desk(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    ports = free_ports(3)
    clean = {key: value for key, value in os.environ.items() if key not in CHOSEN}
    named = dict(zip(("PORT", "EDGE_PORT", "SANDBOX_PORT"), map(str, ports), strict=True))
    with subprocess.Popen(
        [sys.executable, "-m", "config.local"],
        env=clean | named | {"DUBDESK_DATA_DIR": str(data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process, ports[0]
        finally:
            process.terminate()


def ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line.strip())
        if line.startswith("Dubdesk is ready"):
            return said[-1]
    raise AssertionError(said)


def processes_of(data_dir: Path) -> list[str]:
    """Everything alive whose command line or environment names the data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            surroundings = (folder / "environ").read_bytes()
        except OSError:
            continue
        if words and str(data_dir).encode() in words + surroundings:
            found.append(words.replace(b"\0", b" ").decode())
    return found


def status_of(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
        status: int = answer.status
    return status


def test_desk_gets_ready_repairs_itself_and_leaves_no_process_behind(data_dir: Path) -> None:
    """One after the other on the same data, because a first start collects all static files."""
    with running_desk(data_dir) as (process, port):
        first = ready_line(process)
        assert f"http://127.0.0.1:{port}/ — sign in as " in first
        assert " with the password " in first
        assert status_of(port) == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert processes_of(data_dir) == []

    with running_desk(data_dir) as (process, _):
        assert " with the password " not in ready_line(process)
        kill_database(data_dir)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("The database ended and is started again")
        wait_until(LocalPostgres(data_dir).is_running)
        assert len(processes_of(data_dir)) > 5
        process.kill()
    wait_until(lambda: processes_of(data_dir) == [], seconds=20)


def kill_database(data_dir: Path) -> None:
    database = Postmaster(data_dir / "postgres").pid()
    assert database is not None
    os.kill(database, signal.SIGKILL)


def test_stop_while_starting_is_obeyed(data_dir: Path) -> None:
    with running_desk(data_dir) as (process, _):
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Preparing")
        process.terminate()
        assert process.wait(20) == 0
    assert processes_of(data_dir) == []
