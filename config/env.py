"""Typed readers of the environment. A bad value stops the start with one sentence."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    word = os.environ.get(name)
    if word is None:
        return default
    if word.strip().lower() in TRUE_WORDS:
        return True
    if word.strip().lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{word}”.")


def integer(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    word = text(name)
    if not word:
        return default
    try:
        number = int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{word}”.") from None
    if not low <= number <= high:
        raise ImproperlyConfigured(f"{name} must lie between {low} and {high}, not {number}.")
    return number


def port(name: str, default: int) -> int:
    return integer(name, default, low=1, high=65535)


def http_url(name: str, default: str) -> str:
    """A base address without a trailing slash."""
    address = text(name, default).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://dub.example.org, not “{address}”."
        )
    return address


def broker(name: str) -> str:
    """The address of a Redis, or nothing: then folders do."""
    address = text(name)
    if address and not (
        urlsplit(address).scheme in ("redis", "rediss") and urlsplit(address).netloc
    ):
        raise ImproperlyConfigured(
            f"{name} must be an address such as redis://redis:6379/0; leave it out on one machine."
        )
    return address


def demand(**reasons: str) -> None:
    """Ends the start where variables are missing, with one sentence for each of them."""
    missing = [f"{name} is not set. {why}" for name, why in reasons.items() if not text(name)]
    if missing:
        raise ImproperlyConfigured("\n".join(missing))


def word(name: str, default: str, known: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not “{value}”.")
    return value


def folder(path: Path) -> Path:
    """The folder, made if it is missing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be made: {error.strerror}.") from None
    return path


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a PostgreSQL address (libpq's own URL form)."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://.")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from None
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    entry: dict[str, Any] = {
        key: str(parts.pop(word)) for word, key in known.items() if word in parts
    }
    entry["PORT"] = str(parts.pop("port", ""))
    entry["OPTIONS"] = {key: value for key, value in parts.items() if value is not None}
    return {"ENGINE": "django.db.backends.postgresql", **entry}


def secret(name: str, *, data_dir: Path, production: bool) -> str:
    """From the environment; on a single machine made once and kept in a file of mode 0600."""
    if value := text(name):
        return value
    if production:
        raise ImproperlyConfigured(
            f"{name} is not set. Production takes its secrets from the environment."
        )
    path = data_dir / name.lower()
    if not path.exists():
        _write_once(path, _fresh(name))
    return path.read_text().strip()


def _fresh(name: str) -> str:
    if name == "KEY_RING":
        return f"k1:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"
    return secrets.token_urlsafe(50)


def _write_once(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and linked: two processes starting together must end with one secret.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
