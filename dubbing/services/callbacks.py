"""Signed callbacks: refuse cheaply, verify raw bytes, record, apply a legal move, answer.

A callback is a hint. What it may change by itself is one legal move of one known version; the
truth is then fetched again. No delivery id and no time are documented, and the same body may
rightly come twice: so a repeat finds nothing to move, and costs one look.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from psycopg.types.json import Jsonb

from accounts.ids import new_id
from accounts.scoping import team_atomic, team_scope
from dubbing import live, wake
from dubbing.models import CallbackDelivery
from dubbing.models.connections import split_pems
from dubbing.remote.errors import BadAnswerError
from dubbing.remote.reading import parse_object, trimmed
from dubbing.remote.signature import SignatureError, is_signed, signature_form, verify
from dubbing.remote.types import CallbackEvent
from dubbing.remote.wire import decode_callback
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.callback_statements import FIND, RECORD, fetch_one
from dubbing.services.fences import next_fence
from dubbing.services.history import record_change
from dubbing.services.profiles import ProfileUnusableError, profile_from_text
from dubbing.services.proofs import prove_creation
from dubbing.services.refresh import ask_refresh
from dubbing.services.refusals import note_refused
from dubbing.services.stages import restage_dubbing
from dubbing.services.unsigned import note_unsigned
from dubbing.states import (
    EVENT_MOVES,
    VERSION_STAGES,
    AssetStatus,
    Cause,
    Event,
    FilmState,
    VersionStatus,
    merged_stages,
)

MAX_BODY_BYTES = 64 * 1024
# In place of how a delivery was signed: a person had the desk apply it once more.
APPLIED_AGAIN = "again"
# What a dub's stage becomes with its current version, by what people have said of it.
STAGES_BY_END = {
    move.end: json.dumps(merged_stages(VERSION_STAGES[move.end])) for move in EVENT_MOVES.values()
}


class UnknownTokenError(Exception):
    """No asset of ours has this address."""


class CallbackRefusedError(Exception):
    """Not signed by the engine, or not readable. Nothing of it was written."""


@dataclass(frozen=True)
class _Sender:
    """Who may sign, and how they spell: as an asset's connection has it."""

    public_keys: str
    profile: str


@dataclass(frozen=True)
class _Addressee:
    """The few columns that a callback needs: reading the whole asset would cost the most."""

    asset_id: uuid.UUID
    team_id: uuid.UUID
    is_known_there: bool
    sender: _Sender


@dataclass(frozen=True)
class _Delivery:
    """One verified callback: what it says, its body fit to be stored, how it was signed."""

    told: CallbackEvent
    body: dict[str, Any]
    signature_form: str

    @property
    def event(self) -> Event:
        return Event(self.told.event.value)


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery; `moved`: it changed a version or the asset at once."""

    event: Event
    moved: bool


# Only a guess: whoever signed the callback before.
_last_sender: _Sender | None = None


def receive_callback(*, token: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
    """Verifies and applies one delivery.

    Raises UnknownTokenError or CallbackRefusedError; then nothing of it was written. Of refused
    ones at an address of ours only their number is kept.
    """
    if not is_signed(headers):
        # Before anything is looked up: a flood of these costs hardly more than reading it.
        note_unsigned()
        raise CallbackRefusedError("The signature is missing.")
    receipt = _receive_as_before(token, body, headers) or _receive(token, body, headers)
    wake.sweep_after_commit()
    return receipt


def _receive_as_before(token: str, body: bytes, headers: Mapping[str, str]) -> Receipt | None:
    """In one round trip, on the guess that the sender is the one before. None: look it up.

    The statement holds the guess against the asset's connection as it is now, so a key that was
    taken away is worth nothing from that moment on, in every process.
    """
    sender = _last_sender
    if sender is None:
        return None
    try:
        delivery = _open(sender, body, headers)
    except CallbackRefusedError:
        return None
    return None if delivery.event == Event.ASSET_FAILED else _record(token, sender, delivery)


def _receive(token: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
    global _last_sender
    addressee = _find_addressee(token)
    try:
        delivery = _open(addressee.sender, body, headers)
    except CallbackRefusedError as error:
        note_refused(team_id=addressee.team_id, reason=str(error))
        raise
    _last_sender = addressee.sender
    with team_scope(addressee.team_id):
        if not addressee.is_known_there and delivery.told.asset_id:
            _adopt(addressee.asset_id, delivery.told.asset_id)
        if delivery.event == Event.ASSET_FAILED:
            return _fail_asset(addressee.asset_id, delivery, timezone.now())
    receipt = _record(token, addressee.sender, delivery)
    if receipt is None:
        raise UnknownTokenError  # the asset went, or its connection changed, in between
    return receipt


def replay_callback(*, delivery: CallbackDelivery, actor: Actor) -> Receipt:
    """Applies a body that was verified once more, by the same path, and asks Panjaya what is true.

    Raises UnknownTokenError, and CallbackRefusedError where its words are not understood.
    """
    asset = delivery.asset
    sender = _find_addressee(asset.callback_token).sender
    try:
        told = decode_callback(
            profile_from_text(sender.profile), json.dumps(delivery.body).encode()
        )
    except (BadAnswerError, ProfileUnusableError) as error:
        raise CallbackRefusedError(str(error)) from None
    again = _Delivery(told, delivery.body, APPLIED_AGAIN)
    if again.event == Event.ASSET_FAILED:
        receipt: Receipt | None = _fail_asset(asset.pk, again, timezone.now())
    else:
        receipt = _record(asset.callback_token, sender, again)
    if receipt is None:
        raise UnknownTokenError
    with team_atomic():
        note = f"Callback “{delivery.raw_event}” applied again"
        record_change(asset=asset, note=note, actor=actor)
        ask_refresh(asset=asset)
    return receipt


def _find_addressee(token: str) -> _Addressee:
    row = fetch_one(FIND, {"token": token})
    if row is None:
        raise UnknownTokenError
    asset_id, team_id, is_known_there, public_keys, profile = row
    return _Addressee(asset_id, team_id, is_known_there, _Sender(public_keys, profile))


def _open(sender: _Sender, body: bytes, headers: Mapping[str, str]) -> _Delivery:
    """Verifies before it parses; raises CallbackRefusedError."""
    try:
        verify(body, headers, split_pems(sender.public_keys))
        told = decode_callback(profile_from_text(sender.profile), body)
        stored = trimmed(parse_object(body), ())
    except (SignatureError, BadAnswerError, ProfileUnusableError) as error:
        raise CallbackRefusedError(str(error)) from None
    return _Delivery(told, stored, signature_form(headers))


def _record(token: str, sender: _Sender, delivery: _Delivery) -> Receipt | None:
    """None: the token is unknown, its asset has another sender or is not yet known there."""
    told, event = delivery.told, delivery.event
    move = EVENT_MOVES.get(event)
    finishes = move is not None and move.end == VersionStatus.COMPLETED
    parameters = {
        "token": token,
        "keys": sender.public_keys,
        "profile": sender.profile,
        "remote": told.asset_id,
        "version": (told.version_id or "")[:200],
        "start": move.start if move else "",
        "end": move.end if move else "",
        "stages": STAGES_BY_END[move.end] if move else "{}",
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
        "now": timezone.now(),
    }
    # One statement is a transaction of its own: BEGIN and COMMIT would double the round trips.
    row = fetch_one(RECORD, {name: _plain(value) for name, value in parameters.items()})
    if row is None:
        return None
    team_id, moved, asset_id = row
    if moved:
        live.after_commit(team_id, asset_id)
    return Receipt(event, moved=moved)


def _plain(value: Any) -> Any:
    # psycopg knows str and int, not their enum subclasses.
    return str(value) if isinstance(value, str) else value


def _fail_asset(asset_id: uuid.UUID, delivery: _Delivery, now: datetime) -> Receipt:
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
    return Receipt(Event.ASSET_FAILED, moved)


def _adopt(asset_id: uuid.UUID, remote_id: str) -> None:
    """A callback on the asset's own token proves that its creation arrived."""
    with team_atomic():
        locked = lock_asset(asset_id)
        if locked.remote_id:
            return
        note = "Panjaya called back: it has the video"
        prove_creation(asset=locked, remote_id=remote_id, note=note, cause=Cause.CALLBACK)
