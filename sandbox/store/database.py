"""One SQLite file in the data folder: what was accepted survives any kind of end."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS assets (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
    failure_code TEXT, failure_message TEXT, locale TEXT NOT NULL, name TEXT, media_url TEXT,
    speakers INTEGER, start REAL, "end" REAL, callback_url TEXT, lips_model TEXT,
    background_audio_url TEXT, source_path TEXT, source_size INTEGER, background_path TEXT,
    background_size INTEGER, duration REAL, width INTEGER, height INTEGER
);
CREATE TABLE IF NOT EXISTS dubbings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    asset_id TEXT NOT NULL REFERENCES assets (id), locale TEXT NOT NULL, srt TEXT,
    UNIQUE (asset_id, locale)
);
CREATE TABLE IF NOT EXISTS versions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    dubbing_id TEXT NOT NULL REFERENCES dubbings (id), status TEXT NOT NULL,
    failure_code TEXT, failure_message TEXT, lips_model TEXT,
    generation INTEGER NOT NULL DEFAULT 0, film_path TEXT
);
CREATE INDEX IF NOT EXISTS versions_by_dubbing ON versions (dubbing_id);
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject TEXT NOT NULL,
    due_at REAL NOT NULL, is_running INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, asset_id TEXT NOT NULL, url TEXT NOT NULL,
    body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL, last_answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (asset_id, seq)
    WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_apart ON deliveries (seq)
    WHERE state IN ('delayed', 'held');
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, action TEXT NOT NULL,
    asset_id TEXT NOT NULL, version_id TEXT, locales TEXT NOT NULL, callback_url TEXT
);
"""
# Table, column and type of what came later than the tables above.
_LATER_COLUMNS = (("deliveries", "signing", "TEXT NOT NULL DEFAULT 'genuine'"),)


class Database:
    """A connection shared by all threads; one statement or transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        self._add_missing_columns()

    def _add_missing_columns(self) -> None:
        """Folders of earlier days keep working."""
        for table, column, kind in _LATER_COLUMNS:
            known = {row["name"] for row in self.rows(f"PRAGMA table_info({table})")}
            if column not in known:
                self.change(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nested use joins the outer transaction."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return found

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """The number of rows changed."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def close(self) -> None:
        with self._lock:
            self._connection.close()
