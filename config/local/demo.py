"""Demo data for the desk of this machine, whether it runs or not: python -m config.local.demo …

What follows is passed on to the command `demo_data`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from config.local.checks import make_data_folder, take_data_folder
from config.local.errors import StartError
from config.local.install import ROOT
from config.local.postgres import LocalPostgres
from config.local.terminal import complain


def main(words: list[str]) -> int:
    data_dir = Path(os.environ.get("DUBDESK_DATA_DIR") or ROOT / "var").resolve()
    try:
        return _run_on_desk(data_dir, words)
    except StartError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _run_on_desk(data_dir: Path, words: list[str]) -> int:
    if os.environ.get("DATABASE_URL", "").strip():
        return _manage("demo_data", *words)
    make_data_folder(data_dir)
    server = LocalPostgres(data_dir)
    if server.is_running():
        return _manage("demo_data", *words)
    # The lock keeps a desk from starting on a server that ends with us.
    with take_data_folder(data_dir), server:
        return _manage("migrate", "--verbosity", "0") or _manage("demo_data", *words)


def _manage(*words: str) -> int:
    return subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
