"""Signed callbacks: refuse cheaply, verify raw bytes, record, apply a legal move, answer.

A callback is a hint. What it may change by itself is one legal move of one known version; the
truth is then fetched again. No delivery id and no time are documented, and the same body may
rightly come twice: so a repeat finds nothing to move, and costs one look.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection as database
from django.utils import timezone
from psycopg.types.json import Jsonb

from accounts.ids import new_id
from accounts.scoping import team_atomic, team_scope
from dubbing import wake
from dubbing.models import CallbackDelivery
from dubbing.models.connections import split_pems
from dubbing.remote.errors import BadAnswerError
from dubbing.remote.reading import parse_object, trimmed
from dubbing.remote.signature import SignatureError, signature_form, verify
from dubbing.remote.types import CallbackEvent
from dubbing.remote.wire import decode_callback
from dubbing.services.fences import next_fence
from dubbing.services.history import record_change
from dubbing.services.mirror import lock_asset, restage_dubbing, touch_asset
from dubbing.services.profiles import ProfileUnusableError, profile_from_text
from dubbing.services.proofs import prove_creation
from dubbing.services.refresh import ask_refresh
from dubbing.states import (
    EVENT_MOVES,
    VERSION_STAGES,
    AssetStatus,
    Cause,
    Event,
    FilmState,
    VersionStatus,
)

MAX_BODY_BYTES = 64 * 1024


class UnknownTokenError(Exception):
    """No asset of ours has this address."""


class CallbackRefusedError(Exception):
    """Not signed by the engine, or not readable. Nothing was written."""


# The token decides the team. Plain SQL, since putting the same together from models costs as much
# as running it.
FIND = """
SELECT a.id, a.team_id, a.remote_id, c.public_keys, c.profile::text
FROM dubbing_asset AS a JOIN dubbing_connection AS c ON c.id = a.connection_id
WHERE a.callback_token = %(token)s
"""

# The hot path: one statement locks the asset, moves the version where the move is legal, and
# writes history, film, delivery and the due refresh with it. The asset is locked first, as
# everywhere, and the version's row is judged as it is after the wait for that lock. Every part
# reads from `locked`: one that did not could run before it and hide the asset's row from it.
# A version that was reopened is not moved: nothing tells a late callback of its earlier life from
# news of the present one. The look that is due at once knows. What workers act upon is told by the
# database's clock.
RECORD = """
WITH locked AS (
    SELECT id, team_id, remote_id FROM dubbing_asset WHERE id = %(asset)s FOR UPDATE
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
    SET stage = %(stage)s, stage_since = %(now)s, updated_at = %(now)s
    FROM moved
    WHERE d.id = moved.dubbing_id AND NOT EXISTS (
        SELECT 1 FROM dubbing_version AS newer
        WHERE newer.dubbing_id = moved.dubbing_id AND newer.number > moved.number)
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
), due AS (
    UPDATE dubbing_asset AS a
    SET refresh_due_at = LEAST(a.refresh_due_at, statement_timestamp()),
        revision = a.revision + (SELECT count(*) FROM moved),
        updated_at = CASE WHEN EXISTS (SELECT 1 FROM moved) THEN %(now)s ELSE a.updated_at END
    FROM locked WHERE a.id = locked.id
)
SELECT count(*) FROM moved
"""


@dataclass(frozen=True)
class _Addressee:
    """The few columns that a callback needs: reading the whole asset would cost the most."""

    asset_id: uuid.UUID
    team_id: uuid.UUID
    remote_id: str
    public_keys: str
    profile: str


@dataclass(frozen=True)
class _Delivery:
    """One verified callback: what it says, its body fit to be stored, how it was signed."""

    told: CallbackEvent
    body: dict[str, Any]
    signature_form: str


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery; `moved`: it changed a version or the asset at once."""

    event: Event
    moved: bool


def receive_callback(*, token: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
    """Verifies and applies one delivery.

    Raises UnknownTokenError or CallbackRefusedError; then nothing was written.
    """
    addressee = _find_addressee(token)
    try:
        verify(body, headers, split_pems(addressee.public_keys))
    except SignatureError as error:
        raise CallbackRefusedError(str(error)) from None
    try:
        told = decode_callback(profile_from_text(addressee.profile), body)
        stored = trimmed(parse_object(body), ())
    except (BadAnswerError, ProfileUnusableError) as error:
        raise CallbackRefusedError(str(error)) from None
    delivery = _Delivery(told, stored, signature_form(headers))
    with team_scope(addressee.team_id):
        if not addressee.remote_id and told.asset_id:
            _adopt(addressee.asset_id, told.asset_id)
        return _apply(addressee.asset_id, delivery)


def _find_addressee(token: str) -> _Addressee:
    row = _fetch_one(FIND, {"token": token})
    if row is None:
        raise UnknownTokenError
    return _Addressee(*row)


def _apply(asset_id: uuid.UUID, delivery: _Delivery) -> Receipt:
    event = Event(delivery.told.event.value)
    now = timezone.now()
    if event == Event.ASSET_FAILED:
        moved = _fail_asset(asset_id, delivery, now)
    else:
        moved = _record(asset_id, event, delivery, now)
    wake.sweep_after_commit()
    return Receipt(event, moved)


def _record(asset_id: uuid.UUID, event: Event, delivery: _Delivery, now: datetime) -> bool:
    told = delivery.told
    move = EVENT_MOVES.get(event)
    finishes = move is not None and move.end == VersionStatus.COMPLETED
    parameters = {
        "asset": asset_id,
        "remote": told.asset_id,
        "version": (told.version_id or "")[:200],
        "start": move.start if move else "",
        "end": move.end if move else "",
        "stage": VERSION_STAGES[move.end] if move else "",
        "films": int(finishes),
        "film": new_id(),
        "wanted": FilmState.WANTED,
        "change": new_id(),
        "cause": Cause.CALLBACK,
        "delivery": new_id(),
        "event": event,
        "raw_event": told.raw_event[:100],
        "locale": (told.locale or "")[:40],
        "body": Jsonb(delivery.body),
        "form": delivery.signature_form,
        "now": now,
    }
    # One statement is a transaction of its own: BEGIN and COMMIT would double the round trips.
    row = _fetch_one(RECORD, {name: _plain(value) for name, value in parameters.items()})
    return row is not None and row[0] > 0


def _fetch_one(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """Runs it prepared: planning the long statement anew each time costs twice its execution."""
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
        server.prepare_threshold = None


def _plain(value: Any) -> Any:
    # psycopg knows str and int, not their enum subclasses.
    return str(value) if isinstance(value, str) else value


def _fail_asset(asset_id: uuid.UUID, delivery: _Delivery, now: datetime) -> bool:
    told = delivery.told
    with team_atomic():
        locked = lock_asset(asset_id)
        moved = locked.status != AssetStatus.FAILED and locked.remote_id == told.asset_id
        if moved:
            before, locked.status = locked.status, AssetStatus.FAILED
            locked.fence, locked.observed_at = next_fence(), now
            locked.save(update_fields=["status", "fence", "observed_at", "updated_at"])
            record_change(
                asset=locked, before=before, after=AssetStatus.FAILED, cause=Cause.CALLBACK
            )
            for dubbing in locked.dubbings.all():
                restage_dubbing(locked, dubbing)
            touch_asset(locked)
        CallbackDelivery.objects.create(
            team_id=locked.team_id,
            asset=locked,
            event=Event.ASSET_FAILED,
            raw_event=told.raw_event[:100],
            body=delivery.body,
            moved=moved,
            signature_form=delivery.signature_form,
            received_at=now,
        )
        ask_refresh(asset=locked)
    return moved


def _adopt(asset_id: uuid.UUID, remote_id: str) -> None:
    """A callback on the asset's own token proves that its creation arrived."""
    with team_atomic():
        locked = lock_asset(asset_id)
        if locked.remote_id:
            return
        note = "Panjaya called back: it has the video"
        prove_creation(asset=locked, remote_id=remote_id, note=note, cause=Cause.CALLBACK)
