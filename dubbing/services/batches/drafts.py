"""The batch itself: begun, kept while somebody types, thrown away and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Batch
from dubbing.models.batches import TYPED_LENGTH
from dubbing.services.actors import Actor
from dubbing.services.batches.locks import lock_batch, lock_open_batch, touch_batch
from dubbing.services.batches.pasting import MOST_PASTED_CHARACTERS
from dubbing.services.batches.values import SETTINGS, read_values
from dubbing.states import BatchState

TITLE_LENGTH = 200


def create_batch(
    *,
    team: Team,
    actor: Actor,
    settings: Mapping[str, Any],
    title: str = "",
    batch_id: uuid.UUID | None = None,
) -> Batch:
    """A draft without rows. `batch_id` names one beginning: its repeat finds the same draft.

    Raises ValidationError with faults under the settings' names.
    """
    values = _stored(read_values(settings, names=SETTINGS))
    if batch_id is not None and (found := Batch.objects.filter(pk=batch_id).first()):
        earlier: Batch = found
        return earlier
    batch = Batch(
        team=team,
        title=_title(title),
        settings=values,
        created_by=actor.user,
        created_by_key=actor.key,
    )
    if batch_id is None:
        batch.save(force_insert=True)
        return batch
    batch.id = batch_id
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        # Somebody was first in this very moment; DoesNotExist where the id is another team's.
        winner: Batch = Batch.objects.get(pk=batch_id)
        return winner
    return batch


def keep_batch(
    *,
    batch: Batch,
    settings: Mapping[str, Any] | None = None,
    title: str | None = None,
    pasted: str | None = None,
) -> Batch:
    """Keeps what somebody typed so far; None leaves a part as it is."""
    values = None if settings is None else _stored(read_values(settings, names=SETTINGS))
    with team_atomic():
        locked = lock_open_batch(batch.pk)
        if values is not None:
            locked.settings = {**locked.settings, **values}
        if title is not None:
            locked.title = _title(title)
        if pasted is not None:
            locked.pasted = _pasted(pasted)
        locked.save(update_fields=["settings", "title", "pasted", "updated_at"])
        touch_batch(locked)
    return locked


def discard_batch(*, batch: Batch) -> None:
    """Off the list of drafts; it can be taken back. What was sent of it stays sent.

    Raises ValidationError (code `batch_sending`) while its rows are being taken over.
    """
    with team_atomic():
        locked = lock_batch(batch.pk)
        if locked.state == BatchState.SENDING:
            raise ValidationError(
                "It is being sent just now. Take single videos back in the queue instead.",
                code="batch_sending",
            )
        if locked.state == BatchState.OPEN:
            locked.state, locked.discarded_at = BatchState.DISCARDED, timezone.now()
            locked.save(update_fields=["state", "discarded_at", "updated_at"])
            touch_batch(locked)


def recover_batch(*, batch: Batch) -> None:
    with team_atomic():
        locked = lock_batch(batch.pk)
        if locked.state == BatchState.DISCARDED:
            locked.state, locked.discarded_at = BatchState.OPEN, None
            locked.save(update_fields=["state", "discarded_at", "updated_at"])
            touch_batch(locked)


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    """Blank ones are left out: a batch that says nothing of lips leaves them to the engine."""
    return {name: value for name, value in values.items() if value not in ("", None)}


def _title(text: str) -> str:
    line = " ".join(str(text).replace("\0", " ").split())
    if len(line) > TITLE_LENGTH:
        raise ValidationError(
            {
                "title": ValidationError(
                    f"A name has at most {TITLE_LENGTH} characters.", code="title_too_long"
                )
            }
        )
    return line[:TYPED_LENGTH]


def _pasted(text: str) -> str:
    if len(text) > MOST_PASTED_CHARACTERS:
        raise ValidationError(
            {
                "pasted": ValidationError(
                    "This is more than can be pasted at once. Give it as a sheet, or in parts.",
                    code="max_length",
                )
            }
        )
    return text.replace("\0", "")
