"""A server for one command: python -m config.local.throwaway COMMAND …

The command finds DATABASE_URL and DATABASE_OWNER_URL set, works as the owner, who may create
databases, and has a data folder of its own. Afterwards nothing of it is left, unless
DUBDESK_KEEP_DATABASE names a folder: then it is kept there, and the next command finds it again.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.local.errors import StartError
from config.local.place import find_place
from config.local.postgres import LocalPostgres
from config.local.terminal import complain


def run_with_database(command: list[str]) -> int:
    with _home() as home, LocalPostgres(home, durable=False) as server:
        addresses = {
            "DATABASE_URL": server.url("app"),
            "DATABASE_OWNER_URL": server.url("owner"),
            "DUBDESK_DATABASE_ROLE": "owner",
            "DUBDESK_DATA_DIR": str(home),
        }
        return _run(command, os.environ | addresses)


@contextmanager
def _home() -> Iterator[Path]:
    kept = os.environ.get("DUBDESK_KEEP_DATABASE")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
    home = Path(kept or tempfile.mkdtemp(prefix="dubdesk-")).resolve()
    # The server's account passes through; what lies within has modes of its own.
    home.chmod(0o711)
    try:
        yield home
    finally:
        if not kept:
            # Where the account could not pass, the database's files lie elsewhere.
            shutil.rmtree(find_place(home).home, ignore_errors=True)
            shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as process:
        # Ctrl-C reaches the command by itself; whoever stops only us means it too.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
        return process.wait()


def main(command: list[str]) -> int:
    try:
        return run_with_database(command)
    except StartError as error:
        complain(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
