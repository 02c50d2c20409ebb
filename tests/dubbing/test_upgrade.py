"""A database that holds videos goes through every migration since the desk was a list of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from accounts.ids import new_id
from tests.browser.desk import PROJECT, database_url

BEFORE = "0022_owners_told"
NAME = "dubdesk_upgraded"


@pytest.fixture
def url(db: None) -> Iterator[str]:
    """Of an empty database beside the tests' own."""
    own = database_url()
    name = sql.Identifier(f"{NAME}_{os.getpid()}")
    with psycopg.connect(own, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield re.sub(r"(?<=dbname=)[^&]+", f"{NAME}_{os.getpid()}", own)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def migrate(url: str, *words: str) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "KEY_RING": settings.KEY_RING,
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", *words]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def insert(server: psycopg.Connection, table: str, **values: object) -> None:
    """One row; what is not named gets what its type has for nothing."""
    known = server.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    ).fetchall()
    nothing: dict[str, object] = {
        "character varying": "",
        "text": "",
        "bytea": b"",
        "boolean": False,
        "jsonb": "{}",
        "ARRAY": [],
        "integer": 0,
        "bigint": 0,
        "smallint": 0,
        "timestamp with time zone": "2026-01-01T00:00:00Z",
    }
    row = {name: nothing.get(kind) for name, kind in known} | values
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    server.execute(statement, list(row.values()))


def test_a_desk_full_of_videos_is_taken_over(url: str) -> None:
    migrate(url, "dubbing", BEFORE)
    migrate(url, "accounts")
    team, connection, asset, dubbing, version = (new_id() for _ in range(5))
    with psycopg.connect(url) as server:
        insert(server, "accounts_team", id=team, slug="old", name="Old")
        insert(server, "dubbing_connection", id=connection, team_id=team, name="Engine")
        kept = {
            "id": asset,
            "team_id": team,
            "connection_id": connection,
            "title": "The Harbour",
            "media_url": "https://media.example.org/1.mp4",
            "locale": "en-US",
            "callback_token": "t",
            "revision": 1,
            "status": "Ready",
            "hidden_at": "2026-02-01T00:00:00Z",
        }
        insert(server, "dubbing_asset", **kept)
        child = {"team_id": team, "asset_id": asset}
        insert(
            server, "dubbing_dubbing", id=dubbing, locale="de-DE", stage="failed",
            status="Started", **child,
        )  # fmt: skip
        insert(
            server, "dubbing_version", id=version, dubbing_id=dubbing, number=2, remote_id="v",
            status="Failed", error_code="NoSpeech", **child,
        )  # fmt: skip
    migrate(url)
    with psycopg.connect(url) as server:
        filled = server.execute(
            "SELECT current_id, versions_count, failure_code, is_hidden, review"
            " FROM dubbing_dubbing"
        ).fetchone()
        words = server.execute("SELECT text, is_hidden FROM dubbing_assetwords").fetchone()
    assert filled == (version, 2, "NoSpeech", True, "not_started")
    assert words == ("the harbour", True)
