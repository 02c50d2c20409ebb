"""Versions: every move is a conditional update, so of two who ask only one gets it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sandbox.records import Failure, Version
from sandbox.states import FailureCode, LipsModel, VersionStatus
from sandbox.store.database import Database

_SELECT = (
    "SELECT versions.*, dubbings.asset_id, dubbings.locale, dubbings.srt "
    "FROM versions JOIN dubbings ON dubbings.id = versions.dubbing_id "
)


def add_version(
    database: Database, dubbing_id: str, version_id: str, lips_model: LipsModel | None
) -> str:
    database.change(
        "INSERT INTO versions (id, dubbing_id, status, lips_model) VALUES (?, ?, ?, ?)",
        (version_id, dubbing_id, VersionStatus.NOT_READY, lips_model),
    )
    return version_id


def find_version(database: Database, version_id: str) -> Version | None:
    row = database.row(_SELECT + "WHERE versions.id = ?", (version_id,))
    return _version(row) if row else None


def versions_of(database: Database, dubbing_id: str) -> tuple[Version, ...]:
    rows = database.rows(_SELECT + "WHERE dubbing_id = ? ORDER BY versions.seq", (dubbing_id,))
    return tuple(_version(row) for row in rows)


def move(
    database: Database,
    version_id: str,
    *,
    allowed: Sequence[VersionStatus],
    to: VersionStatus,
    failure: Failure | None = None,
    film_path: str | None = None,
) -> bool:
    """Failure and film are always replaced: no state keeps those of the one before."""
    marks = ", ".join("?" * len(allowed))
    # Only question marks are put in.
    statement = (
        "UPDATE versions SET status = ?, failure_code = ?, failure_message = ?, film_path = ? "  # noqa: S608
        f"WHERE id = ? AND status IN ({marks})"
    )
    code, message = (failure.code, failure.message) if failure else (None, None)
    return database.change(statement, (to, code, message, film_path, version_id, *allowed)) == 1


def begin_generation(database: Database, version_id: str, lips_model: LipsModel | None) -> bool:
    changed = database.change(
        "UPDATE versions SET status = ?, generation = generation + 1, "
        "lips_model = coalesce(?, lips_model) WHERE id = ? AND status = ?",
        (VersionStatus.GENERATING, lips_model, version_id, VersionStatus.READY_TO_EDIT),
    )
    return changed == 1


def _version(row: sqlite3.Row) -> Version:
    code, lips = row["failure_code"], row["lips_model"]
    same = "id dubbing_id asset_id locale srt generation film_path"
    return Version(
        status=VersionStatus(row["status"]),
        failure=Failure(FailureCode(code), row["failure_message"]) if code else None,
        lips_model=LipsModel(lips) if lips else None,
        **{name: row[name] for name in same.split()},
    )
