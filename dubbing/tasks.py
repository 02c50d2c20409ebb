"""Celery's entry points: ids in, one service call."""

from __future__ import annotations

import uuid

from celery.worker import state

from accounts.scoping import team_scope
from config.celery import app
from dubbing import wake
from dubbing.services import (
    arrivals,
    attention,
    batches,
    bulk,
    downloads,
    films,
    learning,
    leftovers,
    linkchecks,
    measuring,
    money,
    preflight,
    refresh,
    retention,
    sheets,
    sweep,
    turns,
)


@app.task(name=wake.DELIVER)  # type: ignore[untyped-decorator]
def deliver(team_id: str, message_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        turns.deliver_in_turn(message_id=uuid.UUID(message_id), somebody_waits=_somebody_waits)


def _somebody_waits() -> bool:
    """Whether a task that this worker has taken up still waits for a free thread."""
    return len(state.reserved_requests) > len(state.active_requests)


@app.task(name=wake.REFRESH)  # type: ignore[untyped-decorator]
def refresh_asset(team_id: str, asset_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        refresh.refresh_asset_if_due(asset_id=uuid.UUID(asset_id))


@app.task(name=wake.ARCHIVE)  # type: ignore[untyped-decorator]
def archive_film(team_id: str, film_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        films.archive_film(film_id=uuid.UUID(film_id))


@app.task(name=wake.EXPAND)  # type: ignore[untyped-decorator]
def expand_batch(team_id: str, batch_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        batches.expand_batch(batch_id=uuid.UUID(batch_id))


@app.task(name=wake.ARRIVE)  # type: ignore[untyped-decorator]
def finish_upload(team_id: str, upload_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        arrivals.finish_upload(upload_id=uuid.UUID(upload_id))


@app.task(name=wake.TIDY)  # type: ignore[untyped-decorator]
def tidy_uploads() -> None:
    leftovers.tidy_uploads()
    linkchecks.forget_old_looks()
    downloads.forget_archives()


@app.task(name=wake.SHEET)  # type: ignore[untyped-decorator]
def run_sheet(team_id: str, sheet_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        sheets.run_sheet(sheet_id=uuid.UUID(sheet_id))


@app.task(name=wake.PRUNE)  # type: ignore[untyped-decorator]
def prune() -> None:
    retention.prune()


@app.task(name=wake.PREFLIGHT)  # type: ignore[untyped-decorator]
def check_batch(team_id: str, batch_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        preflight.check_batch(batch_id=uuid.UUID(batch_id))


@app.task(name=wake.MEASURE)  # type: ignore[untyped-decorator]
def measure_upload(team_id: str, upload_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        measuring.measure_upload(upload_id=uuid.UUID(upload_id))


@app.task(name=wake.LOOK)  # type: ignore[untyped-decorator]
def look_at_link(team_id: str, check_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        linkchecks.look_if_due(check_id=uuid.UUID(check_id))


@app.task(name=wake.TELL)  # type: ignore[untyped-decorator]
def tell_owners(team_id: str, total_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        money.tell_owners(total_id=uuid.UUID(total_id))


@app.task(name=wake.BULK)  # type: ignore[untyped-decorator]
def run_bulk(team_id: str, action_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        bulk.run_bulk(action_id=uuid.UUID(action_id))


@app.task(name=wake.PACK)  # type: ignore[untyped-decorator]
def prepare_archive(team_id: str, archive_id: str) -> None:
    with team_scope(uuid.UUID(team_id)):
        downloads.prepare_archive(archive_id=uuid.UUID(archive_id))


@app.task(name=wake.LEARN)  # type: ignore[untyped-decorator]
def learn_usual_times() -> None:
    learning.learn_usual_times()


@app.task(name=wake.DIGEST)  # type: ignore[untyped-decorator]
def send_digests() -> None:
    attention.send_digests()


@app.task(name=wake.SWEEP)  # type: ignore[untyped-decorator]
def sweep_all() -> None:
    sweep.sweep()
