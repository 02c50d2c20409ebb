"""What a connection's newest videos have shown of the engine, read in a handful of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dubbing.models import Asset, CallbackDelivery, Connection, Film, OutboxMessage, Version
from dubbing.services.callbacks import APPLIED_AGAIN
from dubbing.states import FilmState, Kind, MessageState

# However many there are, the page costs the same: the newest tell how the engine is today.
NEWEST_VIDEOS = 300
NEWEST_ROWS = 1000


@dataclass(frozen=True)
class Told:
    """A word of the engine, with what we read it as."""

    word: str
    raw: str


@dataclass(frozen=True)
class Sent:
    """A command, and what came of it."""

    kind: str
    state: str
    settled_at: datetime | None
    reason: str
    is_upload: bool
    has_lips: bool


@dataclass(frozen=True)
class Sightings:
    assets: list[Told]
    failures: list[Told]
    """Causes of failure with Panjaya's own words."""
    versions: list[Told]
    sent: list[Sent]
    events: list[Told]
    last_callback_at: datetime | None
    last_signature: str
    has_films: bool
    film_trouble: str

    def of_kind(self, *kinds: Kind) -> list[Sent]:
        return [sent for sent in self.sent if sent.kind in kinds]

    def newest(self, rows: list[Sent], state: MessageState) -> Sent | None:
        settled = [row for row in rows if row.state == state and row.settled_at]
        return max(settled, key=lambda row: row.settled_at or datetime.min, default=None)


def read_sightings(connection: Connection) -> Sightings:
    assets = list(
        Asset.objects.filter(connection=connection)
        .order_by("-pk")
        .values_list("pk", "status", "raw_status", "error_code", "error_message")[:NEWEST_VIDEOS]
    )
    ids = [asset[0] for asset in assets]
    heard = _newest(CallbackDelivery, ids, "event", "raw_event", "signature_form", "received_at")
    # What a person had applied again says nothing of how Panjaya signs.
    callbacks = [row for row in heard if row[2] != APPLIED_AGAIN]
    films = list(_newest(Film, ids, "state", "error_message"))
    return Sightings(
        assets=[Told(status, raw) for _id, status, raw, _code, _said in assets if raw],
        failures=[Told(code, said) for _id, _status, _raw, code, said in assets if code],
        versions=[Told(*row) for row in _newest(Version, ids, "status", "raw_status") if row[1]],
        sent=_sent(ids),
        events=[Told(event, raw) for event, raw, _form, _at in callbacks],
        last_callback_at=callbacks[0][3] if callbacks else None,
        last_signature=callbacks[0][2] if callbacks else "",
        has_films=any(state == FilmState.STORED for state, _trouble in films),
        film_trouble=next((trouble for _state, trouble in films if trouble), ""),
    )


def _sent(ids: list[Any]) -> list[Sent]:
    rows = _newest(
        OutboxMessage,
        ids,
        *("kind", "state", "settled_at", "error_message"),
        *("asset__media_file", "asset__lips_model"),
    )
    return [
        Sent(kind, state, settled_at, reason, bool(file), bool(lips))
        for kind, state, settled_at, reason, file, lips in rows
    ]


def _newest(model: type[Any], ids: list[Any], *columns: str) -> Any:
    rows = model.objects.filter(asset__in=ids).order_by("-pk")
    return rows.values_list(*columns)[:NEWEST_ROWS]
