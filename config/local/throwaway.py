"""A server for one command: python -m config.local.throwaway COMMAND …

The command finds DATABASE_URL and DATABASE_OWNER_URL set, works as the owner, who may create
databases, and has a data folder of its own. Afterwards nothing of it is left.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.local.errors import StartError
from config.local.postgres import LocalPostgres
from config.local.terminal import complain


def run_with_database(command: list[str]) -> int:
    home = Path(tempfile.mkdtemp(prefix="dubdesk-"))
    # The server's account passes through; what lies within has modes of its own.
    home.chmod(0o711)
    try:
        with LocalPostgres(home, durable=False) as server:
            addresses = {
                "DATABASE_URL": server.url("app"),
                "DATABASE_OWNER_URL": server.url("owner"),
                "DUBDESK_DATABASE_ROLE": "owner",
                "DUBDESK_DATA_DIR": str(home),
            }
            return _run(command, os.environ | addresses)
    finally:
        shutil.rmtree(server.place.home, ignore_errors=True)
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
