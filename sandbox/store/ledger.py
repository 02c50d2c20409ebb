"""What would have been paid for: every accepted create, upload, languages and generate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.store.database import Database

PaidAction = Literal["create", "upload", "languages", "generate"]


def add_entry(
    database: Database,
    action: PaidAction,
    asset_id: str,
    *,
    locales: Sequence[str],
    version_id: str | None = None,
    callback_url: str | None = None,
) -> None:
    database.change(
        "INSERT INTO ledger (at, action, asset_id, version_id, locales, callback_url) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            datetime.now(UTC).isoformat(),
            action,
            asset_id,
            version_id,
            json.dumps(list(locales)),
            callback_url,
        ),
    )


def all_entries(database: Database) -> list[dict[str, Any]]:
    rows = database.rows("SELECT * FROM ledger ORDER BY seq")
    return [{**dict(row), "locales": json.loads(row["locales"])} for row in rows]
