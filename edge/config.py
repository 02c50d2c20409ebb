from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_DATA_DIR = Path(__file__).resolve().parent.parent / "var"
SECRET_FILE = "secret_key"  # noqa: S105
# As web has them where nothing is set.
MAX_SOURCE_BYTES = 50 * 10**9
MIN_FREE_BYTES = 2 * 10**9
# How long a sender may say nothing before its upload is free for another try.
SILENCE_SECONDS = 30
DEFAULT_PORT = 8000


class ConfigError(Exception):
    """The environment cannot be used; the text is one line for whoever starts the process."""


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """`origin` is the web's own, for pages that read films and write uploads from
    script; empty: none does.
    `upload_dir` is where uploads lie until they are whole; web and worker have the same.
    `plan_dir` is where web says of which films an archive is made.
    `database_url`: where news is told; empty: this edge has no streams."""

    secret: str = field(repr=False)
    media_root: Path
    origin: str
    upload_dir: Path
    max_source_bytes: int = MAX_SOURCE_BYTES
    min_free_bytes: int = MIN_FREE_BYTES
    silence_seconds: int = SILENCE_SECONDS
    database_url: str = field(default="", repr=False)
    plan_dir: Path = DEFAULT_DATA_DIR / "plans"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> EdgeConfig:
        data_dir = Path(environment.get("DUBDESK_DATA_DIR") or DEFAULT_DATA_DIR)
        return cls(
            secret=environment.get("SECRET_KEY") or _read_secret(data_dir / SECRET_FILE),
            media_root=Path(environment.get("MEDIA_ROOT") or data_dir / "media").resolve(),
            origin=_origin(environment.get("PUBLIC_URL") or _own_address(environment)),
            upload_dir=Path(environment.get("UPLOAD_DIR") or data_dir / "incoming").resolve(),
            plan_dir=Path(environment.get("PLAN_DIR") or data_dir / "plans").resolve(),
            max_source_bytes=_number(environment, "MAX_SOURCE_BYTES", MAX_SOURCE_BYTES),
            min_free_bytes=_number(environment, "MIN_FREE_BYTES", MIN_FREE_BYTES),
            silence_seconds=_number(environment, "UPLOAD_SILENCE_SECONDS", SILENCE_SECONDS),
            database_url=environment.get("DATABASE_URL", "").strip(),
        )


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"Set SECRET_KEY, or let web write {path} first.") from None
    if not secret:
        raise ConfigError(f"{path} is empty: set SECRET_KEY, or remove the file and start again.")
    return secret


def _number(environment: Mapping[str, str], name: str, usual: int) -> int:
    text = environment.get(name) or str(usual)
    if not (text.isascii() and text.isdigit()):
        raise ConfigError(f"{name} must be a whole number.")
    return int(text)


def _own_address(environment: Mapping[str, str]) -> str:
    """Where web is on a single machine, by web's own rule."""
    return f"http://127.0.0.1:{environment.get('PORT') or DEFAULT_PORT}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("PUBLIC_URL must start with http:// or https:// and name a host.")
    return f"{parts.scheme}://{parts.netloc}"
