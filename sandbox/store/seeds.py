"""Assets with a past that they never had."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.states import AssetStatus, FailureCode, VersionStatus
from sandbox.store.database import Database

_ASSET = (
    "INSERT OR IGNORE INTO assets (id, status, failure_code, failure_message, locale, name, "
    "callback_url, source_path, duration, width, height) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DUBBING = "INSERT OR IGNORE INTO dubbings (id, asset_id, locale) VALUES (?, ?, ?)"
_VERSION = (
    "INSERT INTO versions (id, dubbing_id, status, failure_code, failure_message, generation, "
    "film_path) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_HAS_FILM = (VersionStatus.GENERATING, VersionStatus.COMPLETED)


@dataclass(frozen=True)
class SeededVersion:
    id: str
    dubbing_id: str
    locale: str
    status: VersionStatus
    code: FailureCode | None
    message: str


@dataclass(frozen=True)
class SeededAsset:
    id: str
    name: str
    locale: str
    callback_url: str | None
    status: AssetStatus
    code: FailureCode | None
    message: str
    versions: tuple[SeededVersion, ...]


def add_seed(
    database: Database, seed: SeededAsset, *, source: Path, seconds: float, size: tuple[int, int]
) -> bool:
    """Whether it was new. In the caller's transaction; `seconds` and `size` are the source's."""
    failure = (seed.code, seed.message if seed.code else None)
    facts = (seed.locale, seed.name, seed.callback_url, str(source), seconds, *size)
    if not database.change(_ASSET, (seed.id, seed.status, *failure, *facts)):
        return False
    for version in seed.versions:
        database.change(_DUBBING, (version.dubbing_id, seed.id, version.locale))
        _add_version(database, version, source)
    return True


def forget_seeds(database: Database, mark: str) -> int:
    """In the caller's transaction: children first."""
    # Beginnings of ids, compared so that the unique index finds them.
    bounds = (mark, mark + "\x7f")
    database.change(
        "DELETE FROM versions WHERE dubbing_id IN "
        "(SELECT id FROM dubbings WHERE asset_id >= ? AND asset_id < ?)",
        bounds,
    )
    database.change("DELETE FROM dubbings WHERE asset_id >= ? AND asset_id < ?", bounds)
    database.change("DELETE FROM deliveries WHERE asset_id >= ? AND asset_id < ?", bounds)
    return database.change("DELETE FROM assets WHERE id >= ? AND id < ?", bounds)


def _add_version(database: Database, version: SeededVersion, film: Path) -> None:
    made = version.status is VersionStatus.COMPLETED
    begun = int(version.status in _HAS_FILM)
    failure = (version.code, version.message if version.code else None)
    values = (version.id, version.dubbing_id, version.status, *failure, begun)
    database.change(_VERSION, (*values, str(film) if made else None))
