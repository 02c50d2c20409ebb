"""Assets and their dubbings."""

from __future__ import annotations

import secrets
import sqlite3

from sandbox.records import Asset, Dubbing, Failure, NewAsset, NewLanguage, ReceivedFile
from sandbox.states import AssetStatus, FailureCode, LipsModel
from sandbox.store.database import Database
from sandbox.store.versions import add_version, versions_of


def add_asset(
    database: Database,
    new: NewAsset,
    *,
    source: ReceivedFile | None,
    background: ReceivedFile | None,
) -> str:
    asset_id = new_id("ast")
    values = {
        "id": asset_id,
        "status": AssetStatus.PROCESSING,
        "locale": new.locale,
        "name": new.name or (source.name if source else None),
        "media_url": new.media_url,
        "speakers": new.speakers,
        "start": new.start,
        '"end"': new.end,
        "callback_url": new.callback_url,
        "lips_model": new.lips_model,
        "background_audio_url": new.background_audio_url,
        "source_path": source.path if source else None,
        "source_size": source.size if source else None,
        "background_path": background.path if background else None,
        "background_size": background.size if background else None,
    }
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    # Column names are the literals above.
    statement = f"INSERT INTO assets ({columns}) VALUES ({marks})"  # noqa: S608
    database.change(statement, list(values.values()))
    return asset_id


def add_dubbing(
    database: Database, asset_id: str, language: NewLanguage, lips_model: LipsModel | None
) -> str:
    """Makes the dubbing and its first version; answers the version's id."""
    dubbing_id = new_id("dub")
    database.change(
        "INSERT INTO dubbings (id, asset_id, locale, srt) VALUES (?, ?, ?, ?)",
        (dubbing_id, asset_id, language.locale, language.srt),
    )
    return add_version(database, dubbing_id, new_id("ver"), lips_model)


def find_asset(database: Database, asset_id: str) -> Asset | None:
    row = database.row("SELECT * FROM assets WHERE id = ?", (asset_id,))
    return _asset(row) if row else None


def count_assets(database: Database) -> int:
    row = database.row("SELECT count(*) FROM assets")
    return int(row[0]) if row else 0


def newest_assets(database: Database, *, offset: int, limit: int) -> list[Asset]:
    rows = database.rows("SELECT * FROM assets ORDER BY seq DESC LIMIT ? OFFSET ?", (limit, offset))
    return [_asset(row) for row in rows]


def dubbings_of(database: Database, asset_id: str) -> tuple[Dubbing, ...]:
    rows = database.rows("SELECT * FROM dubbings WHERE asset_id = ? ORDER BY seq", (asset_id,))
    return tuple(
        Dubbing(row["id"], row["locale"], versions_of(database, row["id"])) for row in rows
    )


def keep_sources(
    database: Database, asset_id: str, source_path: str, background_path: str | None
) -> None:
    database.change(
        "UPDATE assets SET source_path = ?, background_path = ? WHERE id = ?",
        (source_path, background_path, asset_id),
    )


def mark_ready(
    database: Database, asset_id: str, *, duration: float, width: int, height: int
) -> None:
    database.change(
        "UPDATE assets SET status = ?, duration = ?, width = ?, height = ? WHERE id = ?",
        (AssetStatus.READY, duration, width, height, asset_id),
    )


def mark_failed(database: Database, asset_id: str, failure: Failure) -> None:
    database.change(
        "UPDATE assets SET status = ?, failure_code = ?, failure_message = ? WHERE id = ?",
        (AssetStatus.FAILED, failure.code, failure.message, asset_id),
    )


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def _asset(row: sqlite3.Row) -> Asset:
    code, lips = row["failure_code"], row["lips_model"]
    same = (
        "id locale name media_url speakers start end callback_url background_audio_url source_path "
        "source_size background_path background_size duration width height"
    )
    return Asset(
        status=AssetStatus(row["status"]),
        failure=Failure(FailureCode(code), row["failure_message"]) if code else None,
        lips_model=LipsModel(lips) if lips else None,
        **{name: row[name] for name in same.split()},
    )
