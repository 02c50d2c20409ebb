"""Renews the lock files. Hashes stay in them, addresses of registries do not come in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.local.errors import StartError
from config.local.install import ROOT, npm_command
from config.local.terminal import complain, say

UV_OPTIONS = ("--generate-hashes", "--no-header", "--no-annotate", "--universal", "--quiet")


def renew_python_locks() -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise StartError("Renewing the locks needs uv on the PATH (pip install uv).")
    for kind in ("base", "dev"):
        say(f"requirements/{kind}.in → requirements/{kind}.lock")
        lock = f"requirements/{kind}.lock"
        words = ["pip", "compile", *UV_OPTIONS, f"requirements/{kind}.in", "--output-file", lock]
        # base.lock binds dev.lock: one .venv holds both.
        bound = ["--constraint", "requirements/base.lock"] if kind == "dev" else []
        _run([uv, *words, *bound, "--python-version", "3.11"])


def renew_node_lock() -> None:
    say("package.json → package-lock.json")
    words = ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    _run([*npm_command(ROOT / ".venv"), *words])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=os.environ, check=False)
    if done.returncode:
        raise StartError(f"{Path(command[0]).name} failed; the lock may be half renewed.")


def main() -> int:
    try:
        renew_python_locks()
        renew_node_lock()
    except StartError as error:
        complain(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
