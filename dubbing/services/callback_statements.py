"""The two statements that every callback costs at most, as plain SQL.

Putting the same together from models costs as much as running it.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import OperationalError
from django.db import connection as database

# The token decides the team.
FIND = """
SELECT a.id, a.team_id, a.remote_id <> '', c.public_keys, c.profile::text
FROM dubbing_asset AS a JOIN dubbing_connection AS c ON c.id = a.connection_id
WHERE a.callback_token = %(token)s
"""

# The hot path: one statement locks the asset, moves the version where the move is legal, and
# writes history, film, delivery and the due refresh with it. The asset is locked first, as
# everywhere, and the version's row is judged as it is after the wait for that lock. Every part
# reads from `locked`: one that did not could run before it and hide the asset's row from it.
# No row comes back, and none is written, where the asset's connection has other keys or spellings
# than the body was verified and read with, or where the callback is the first word of the asset.
# A version that was reopened is not moved: nothing tells a late callback of its earlier life from
# news of the present one. The look that is due at once knows. What workers act upon is told by the
# database's clock.
RECORD = """
WITH locked AS (
    SELECT a.id, a.team_id, a.remote_id
    FROM dubbing_asset AS a JOIN dubbing_connection AS c ON c.id = a.connection_id
    WHERE a.callback_token = %(token)s
      AND c.public_keys = %(keys)s AND c.profile::text = %(profile)s
      AND (a.remote_id <> '' OR %(remote)s = '')
    FOR UPDATE OF a
), moved AS (
    UPDATE dubbing_version AS v
    SET status = %(end)s, observed_at = %(now)s, updated_at = %(now)s,
        fence = nextval('dubbing_fence'),
        generation = v.generation + %(films)s,
        completed_at = CASE WHEN %(films)s = 1 THEN %(now)s ELSE v.completed_at END
    FROM locked
    WHERE v.asset_id = locked.id AND v.remote_id = %(version)s AND v.status = %(start)s
      AND locked.remote_id = %(remote)s AND NOT v.was_reopened
    RETURNING v.id, v.team_id, v.asset_id, v.dubbing_id, v.number, v.generation
), staged AS (
    UPDATE dubbing_dubbing AS d
    SET stage = %(stages)s::jsonb ->> d.review, stage_since = %(now)s, updated_at = %(now)s
    FROM moved
    WHERE d.id = moved.dubbing_id AND d.current_id = moved.id
), told AS (
    INSERT INTO dubbing_statuschange
        (id, team_id, asset_id, dubbing_id, version_id, before, after, note, cause, at)
    SELECT %(change)s, team_id, asset_id, dubbing_id, id, %(start)s, %(end)s, '', %(cause)s, %(now)s
    FROM moved
), filmed AS (
    INSERT INTO dubbing_film
        (id, team_id, asset_id, version_id, generation, state, file, sha256, facts, attempts,
         due_at, error_message, created_at)
    SELECT %(film)s, team_id, asset_id, id, generation, %(wanted)s, '', '', '{}', 0,
           statement_timestamp(), '', %(now)s
    FROM moved WHERE %(films)s = 1
), delivered AS (
    INSERT INTO dubbing_callbackdelivery
        (id, team_id, asset_id, event, raw_event, version_remote_id, locale_code, body, moved,
         signature_form, received_at)
    SELECT %(delivery)s, team_id, id, %(event)s, %(raw_event)s, %(version)s, %(locale)s, %(body)s,
           EXISTS (SELECT 1 FROM moved), %(form)s, %(now)s
    FROM locked
    ON CONFLICT (id) DO NOTHING
), due AS (
    UPDATE dubbing_asset AS a
    SET refresh_due_at = LEAST(a.refresh_due_at, statement_timestamp()),
        revision = a.revision + (SELECT count(*) FROM moved),
        updated_at = CASE WHEN EXISTS (SELECT 1 FROM moved) THEN %(now)s ELSE a.updated_at END
    FROM locked WHERE a.id = locked.id
)
SELECT locked.team_id, EXISTS (SELECT 1 FROM moved), locked.id FROM locked
"""


def fetch_one(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Its row; raises OperationalError. On a fresh connection where the kept one has died.

    Both statements may be run twice with the same parameters: what the first run did, though its
    answer was lost, the second one finds done.
    """
    try:
        return _fetch_prepared(statement, parameters)
    except OperationalError:
        if database.in_atomic_block or database.is_usable():
            raise
        database.close()
        return _fetch_prepared(statement, parameters)


def _fetch_prepared(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Prepared: planning the long statement anew each time costs twice its execution."""
    database.ensure_connection()
    server = database.connection
    # Django's connections prepare nothing, even when told to. Not allowed for good: psycopg would
    # then keep the text of every query that passes.
    server.prepare_threshold = 0
    try:
        with database.wrap_database_errors, psycopg.Cursor(server) as cursor:
            cursor.execute(statement, parameters, prepare=True)
            return cursor.fetchone()
    finally:
        if not server.closed:
            server.prepare_threshold = None
