"""The system account that PostgreSQL runs under: it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.local.errors import StartError

NAME = "dubdesk"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def database_account() -> Account | None:
    """Nobody else than the caller, unless the caller is root."""
    if os.geteuid() != 0:
        return None
    found = _lookup(NAME) or _create() or _lookup("nobody")
    if found is None:
        raise StartError(
            "PostgreSQL does not run as root, and no other account could be made."
            " Start as another user, or set DATABASE_URL."
        )
    return found


def _lookup(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def _create() -> Account | None:
    program = shutil.which("useradd")
    if program is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    shell = ["--shell", "/usr/sbin/nologin"]
    # A failure may only mean that somebody else was faster: the look-up decides.
    subprocess.run([program, *options, *shell, NAME], capture_output=True, check=False)
    return _lookup(NAME)


def can_enter(folder: Path, account: Account | None) -> bool:
    """Whether every folder down to this one lets the account pass, by their modes."""
    if account is None:
        return True
    return all(_passes(step.stat(), account) for step in (folder, *folder.parents) if step.exists())


def _passes(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
