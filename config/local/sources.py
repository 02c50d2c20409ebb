"""What the prepared database and the collected static files were made from."""

from __future__ import annotations

from pathlib import Path

from config.local.install import ROOT
from config.local.stamps import content_of, fingerprint, state_of

APPLICATIONS = ("accounts", "dubbing")


def static_state() -> str:
    """Our own files, and the versions of everybody else's."""
    ours = state_of(path for path in (ROOT / "static").rglob("*") if path.is_file())
    locks = (ROOT / "package-lock.json", ROOT / "requirements" / "base.lock")
    settings = content_of(ROOT / "config" / "settings.py")
    return fingerprint(ours, settings, *map(content_of, locks))


def database_state(cluster: Path | None, address: str) -> str:
    """The migrations, and which database they were applied to."""
    files = [path for name in APPLICATIONS for path in (ROOT / name).rglob("migrations/*.py")]
    lock = content_of(ROOT / "requirements" / "base.lock")  # others' migrations
    made_at = (cluster / "PG_VERSION").stat().st_mtime_ns if cluster else None
    return fingerprint(state_of(files), lock, made_at, address)
