"""From reviewed rows to videos on their way: accepted at once, made in chunks by a worker.

Every row becomes exactly one video: a chunk is one transaction over locked rows, and the row's id
is its asset's submission, which the database holds unique. A worker that dies leaves a lease that
runs out and rows that still ask to be sent; the sweep finds both.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import Asset, Batch, BatchItem, Connection
from dubbing.services.actors import Actor
from dubbing.services.batches.edits import Items, pks_of, write_items
from dubbing.services.batches.judging import Judge, as_faults
from dubbing.services.batches.locks import lock_batch, lock_open_batch, touch_batch
from dubbing.services.batches.making import Ordered, link_assets, make_assets
from dubbing.services.clock import database_now
from dubbing.services.connections import current_connection
from dubbing.services.trouble import DATABASE_IN_TROUBLE
from dubbing.services.uploads import mark_uploads_used
from dubbing.states import BatchState, Verdict

FIT = frozenset({Verdict.GREEN})
# What pre-flight has doubts about or has not finished with: a person may send it all the same.
UNSURE = frozenset({Verdict.AMBER, Verdict.CHECKING, Verdict.UNCHECKED})
# The first rows go out while the others are still being made.
FIRST_CHUNK, CHUNK = 20, 200
# Far longer than a chunk takes, far shorter than anybody waits after a worker was killed.
EXPAND_LEASE = timedelta(seconds=10)
NOT_MADE = "not_made"
NOT_MADE_WORDS = (
    "The desk could not make a video of this row, and nothing was sent. Try again; if it stays "
    "so, tell whoever runs the desk: its log says why."
)
WAS_NOT_MADE = {"": [{"code": NOT_MADE}]}
FILES_OF_ROW = ("upload", "background_upload")
logger = logging.getLogger(__name__)


def sendable(batch: Batch, *, items: Items | None = None, unsure_too: bool = False) -> Any:
    """The rows that sending would take: without faults, not red, with doubts only if wanted."""
    verdicts = FIT | UNSURE if unsure_too else FIT
    rows = batch.rows.editable().filter(faults={}, verdict__in=sorted(verdicts))
    return rows if items is None else rows.filter(pk__in=pks_of(items))


def send_batch(
    *, batch: Batch, actor: Actor, items: Items | None = None, unsure_too: bool = False
) -> int:
    """Takes rows for sending and wakes a worker after the commit; how many there are.

    Raises ValidationError: `no_connection`, `batch_closed`, or `nothing_to_send`.
    """
    current_connection()
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        now = timezone.now()
        if items is not None:
            _forget_failures(locked, items)
        rows = sendable(locked, items=items, unsure_too=unsure_too)
        count: int = rows.update(send_asked_at=now, revision=F("revision") + 1, updated_at=now)
        if not count:
            raise ValidationError(
                "None of these videos can be sent as it is. Their rows say why.",
                code="nothing_to_send",
            )
        locked.state, locked.sent_at = BatchState.SENDING, now
        locked.sent_by, locked.sent_by_key = actor.user, actor.key
        locked.save(update_fields=["state", "sent_at", "sent_by", "sent_by_key", "updated_at"])
        touch_batch(locked)
        wake_expansion(batch=locked)
    return count


def _forget_failures(batch: Batch, items: Items) -> None:
    """Rows that broke something the last time, named again by a person: only the rules count."""
    broken = batch.rows.editable().filter(pk__in=pks_of(items), faults__contains=WAS_NOT_MADE)
    rows = list(broken.select_for_update(of=("self",)).select_related(*FILES_OF_ROW))
    judge = Judge.of(rows)
    for row in rows:
        row.faults = judge.faults(row)
    write_items(rows, ["faults"])


def wake_expansion(*, batch: Batch) -> None:
    """After the commit; nothing happens where a worker is at it."""
    wake.after_commit(wake.EXPAND, batch.team_id, batch.pk)


def expand_batch(*, batch_id: uuid.UUID) -> None:
    """Makes videos of all rows that ask for it; ends quietly where another worker does."""
    if not _claim(batch_id):
        return
    size = FIRST_CHUNK
    while expand_chunk(batch_id=batch_id, size=size):
        size = CHUNK


def _claim(batch_id: uuid.UUID) -> bool:
    now = database_now()
    rows = Batch.objects.to_expand(now).filter(pk=batch_id)
    return bool(rows.update(lease_until=now + EXPAND_LEASE))


def expand_chunk(*, batch_id: uuid.UUID, size: int) -> bool:
    """The next rows, all or none of them; False when there are none left."""
    with team_atomic():
        batch = lock_batch(batch_id)
        rows = batch.rows.to_send().select_for_update(of=("self",))
        items = list(rows.select_related(*FILES_OF_ROW)[:size])
        connection = Connection.objects.filter(is_current=True).first()
        if not items or connection is None:
            _settle(batch)
            return False
        _make_all(batch, connection, items)
        batch.lease_until = database_now() + EXPAND_LEASE
        batch.save(update_fields=["lease_until"])
        touch_batch(batch)
    return True


def _make_all(batch: Batch, connection: Connection, items: Sequence[BatchItem]) -> None:
    """One row that breaks something nobody foresaw stops none of the others, and is not tried for
    ever: its row says so, and a person tries again."""
    try:
        with transaction.atomic():
            _make(batch, connection, items)
            return
    except DATABASE_IN_TROUBLE:
        raise  # all of them come again with the sweep
    except Exception:
        logger.exception("Rows of batch %s are made one by one", batch.pk)
    for item in items:
        item.refresh_from_db(fields=["faults", "verdict", "send_asked_at"])
        try:
            with transaction.atomic():
                _make(batch, connection, [item])
        except DATABASE_IN_TROUBLE:
            raise
        except Exception:
            logger.exception("Row %s of batch %s could not be made", item.pk, batch.pk)
            item.send_asked_at = None
            item.faults = {"": [{"code": NOT_MADE, "message": NOT_MADE_WORDS}]}
            write_items([item], ["faults", "send_asked_at"])


def _make(batch: Batch, connection: Connection, items: Sequence[BatchItem]) -> None:
    ids = [item.pk for item in items]
    made = set(Asset.objects.filter(submission__in=ids).values_list("submission", flat=True))
    judge = Judge.of(items)
    ordered: list[Ordered] = []
    refused: list[BatchItem] = []
    for item in items:
        if item.pk in made:
            continue
        try:
            order = judge.order(item)
            mark_uploads_used(upload=order.upload, background_upload=order.background_upload)
            ordered.append(Ordered(item, order))
        except ValidationError as error:
            item.faults = as_faults(item, error)
            item.verdict, item.send_asked_at = Verdict.RED, None
            refused.append(item)
    actor = Actor(user=batch.sent_by, key=batch.sent_by_key)
    make_assets(team=batch.team, connection=connection, actor=actor, ordered=ordered)
    link_assets([item for item in items if item not in refused])
    write_items(refused, ["faults", "verdict", "send_asked_at"])


def _settle(batch: Batch) -> None:
    """All is made. What could not be sent stays here, open, with its reasons."""
    batch.rows.to_send().update(send_asked_at=None)
    is_left = batch.rows.unsent().exists()
    batch.state = BatchState.OPEN if is_left else BatchState.SENT
    batch.lease_until = None
    batch.save(update_fields=["state", "lease_until", "updated_at"])
    touch_batch(batch)
