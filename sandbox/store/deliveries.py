"""Callbacks to send. Per asset only the oldest waiting one may go, so order is kept."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from sandbox.states import DeliveryState
from sandbox.store.database import Database

_HEADS = "SELECT min(seq) FROM deliveries WHERE state = 'pending' GROUP BY asset_id"


@dataclass(frozen=True)
class Delivery:
    seq: int
    asset_id: str
    url: str
    body: bytes
    attempts: int


def add_delivery(database: Database, asset_id: str, url: str, body: str) -> None:
    database.change(
        "INSERT INTO deliveries (asset_id, url, body, state, due_at) VALUES (?, ?, ?, ?, ?)",
        (asset_id, url, body, DeliveryState.PENDING, time.time()),
    )


def due_deliveries(database: Database, *, busy_assets: Collection[str]) -> list[Delivery]:
    rows = database.rows(
        f"SELECT * FROM deliveries WHERE seq IN ({_HEADS}) AND due_at <= ? ORDER BY seq",  # noqa: S608
        (time.time(),),
    )
    return [
        Delivery(row["seq"], row["asset_id"], row["url"], row["body"].encode(), row["attempts"])
        for row in rows
        if row["asset_id"] not in busy_assets
    ]


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
