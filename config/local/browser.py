"""The browser that tests, benchmarks and pictures use: the one found, or Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from config.local.errors import StartError
from config.local.terminal import say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
# A bare Debian has no letters to draw with.
DEBIAN_PACKAGES = ("chromium", SHELL, "fonts-dejavu-core")


def find_browser(*, windowless: bool = False) -> str | None:
    """`windowless`: rather the same Chromium without its windows, where there is one."""
    named = os.environ.get("DUBDESK_BROWSER")
    if named:
        return named if Path(named).exists() else None
    names = (SHELL, *NAMES) if windowless else NAMES
    return next(filter(None, map(shutil.which, names)), None)


def ensure_browser() -> str:
    found = find_browser()
    if found:
        return found
    if os.environ.get("DUBDESK_BROWSER") or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StartError(
            "The browser tests need Chromium. Install it (Debian: apt-get install chromium),"
            " or name one in DUBDESK_BROWSER."
        )
    _install_from_debian()
    found = find_browser()
    if found is None:
        raise StartError("Chromium was installed, but is not on the PATH.")
    return found


def _install_from_debian() -> None:
    say("Installing Chromium for the browser tests, once…")
    options = ["-qq", "-o", "Dpkg::Use-Pty=0"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES]
    for words in (["update"], install):
        done = subprocess.run(
            ["apt-get", *options, *words],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        if done.returncode:
            reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise StartError(f"apt-get {words[0]} failed: {reason}")
