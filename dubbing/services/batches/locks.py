"""A batch, locked by whoever changes its rows: places and states are told one after another."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from dubbing.models import Batch
from dubbing.states import BatchState

CLOSED = {
    BatchState.DISCARDED: "This draft was thrown away. Take it back first.",
    BatchState.SENT: "All of this batch is sent. Begin a new one for more videos.",
}


def lock_batch(batch_id: uuid.UUID) -> Batch:
    """The batch as it is now, until the transaction ends."""
    batch: Batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    return batch


def lock_open_batch(batch_id: uuid.UUID) -> Batch:
    """Raises ValidationError (code `batch_closed`) where nothing can be changed any more."""
    batch = lock_batch(batch_id)
    if batch.state in CLOSED:
        raise ValidationError(CLOSED[BatchState(batch.state)], code="batch_closed")
    return batch


def touch_batch(batch: Batch) -> None:
    """Something of it looks different now."""
    Batch.objects.filter(pk=batch.pk).update(revision=F("revision") + 1, updated_at=timezone.now())
