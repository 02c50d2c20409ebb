"""Callbacks to send. Per asset only the oldest waiting one may go, so order is kept.

Those that are delayed or held go by their own time, apart from that order.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass

from sandbox.states import DeliveryState, Signing
from sandbox.store.database import Database

_HEADS = (
    "SELECT min(seq) FROM deliveries WHERE state = 'pending' GROUP BY asset_id "
    "UNION ALL SELECT seq FROM deliveries WHERE state IN ('delayed', 'held')"
)


@dataclass(frozen=True)
class NewDelivery:
    asset_id: str
    url: str
    body: str
    signing: Signing


@dataclass(frozen=True)
class Delivery:
    seq: int
    asset_id: str
    url: str
    body: bytes
    attempts: int
    signing: Signing


def add_delivery(
    database: Database,
    new: NewDelivery,
    state: DeliveryState = DeliveryState.PENDING,
    *,
    after_seconds: float = 0,
) -> None:
    due_at = time.time() + after_seconds
    database.change(
        "INSERT INTO deliveries (asset_id, url, body, signing, state, due_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (new.asset_id, new.url, new.body, new.signing, state, due_at),
    )


def follow_with_held(database: Database, new: NewDelivery) -> bool:
    """Queues the new one and behind it the one that is held for it; False when none is."""
    held = database.row(
        # One that is due may be on its way already.
        "DELETE FROM deliveries WHERE asset_id = ? AND state = ? AND attempts = 0 AND due_at > ? "
        "RETURNING *",
        (new.asset_id, DeliveryState.HELD, time.time()),
    )
    if held is None:
        return False
    add_delivery(database, new)
    overtaken = NewDelivery(held["asset_id"], held["url"], held["body"], Signing(held["signing"]))
    add_delivery(database, overtaken)
    return True


def due_deliveries(database: Database, *, busy_assets: Collection[str]) -> list[Delivery]:
    rows = database.rows(
        f"SELECT * FROM deliveries WHERE seq IN ({_HEADS}) AND due_at <= ? ORDER BY seq",  # noqa: S608
        (time.time(),),
    )
    return [_delivery(row) for row in rows if row["asset_id"] not in busy_assets]


def settle_delivery(database: Database, seq: int, state: DeliveryState, answer: str) -> None:
    database.change(
        "UPDATE deliveries SET state = ?, last_answer = ?, attempts = attempts + 1 WHERE seq = ?",
        (state, answer, seq),
    )


def postpone_delivery(database: Database, seq: int, seconds: float, answer: str) -> None:
    database.change(
        "UPDATE deliveries SET due_at = ?, last_answer = ?, attempts = attempts + 1 WHERE seq = ?",
        (time.time() + seconds, answer, seq),
    )


def seconds_to_next_delivery(database: Database, *, busy_assets: Collection[str]) -> float | None:
    rows = database.rows(
        f"SELECT asset_id, due_at FROM deliveries WHERE seq IN ({_HEADS})"  # noqa: S608
    )
    waiting = [row["due_at"] for row in rows if row["asset_id"] not in busy_assets]
    return max(0.0, min(waiting) - time.time()) if waiting else None


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        seq=row["seq"],
        asset_id=row["asset_id"],
        url=row["url"],
        body=row["body"].encode(),
        attempts=row["attempts"],
        signing=Signing(row["signing"]),
    )
