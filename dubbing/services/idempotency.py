"""A create that is repeated with the same Idempotency-Key happens once.

The key is claimed before the work, in a row of its own; the answer is kept in it afterwards. The
row's id serves as the asset's submission, so even a crash between the two makes no second asset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ApiKey
from dubbing.models import IdempotentAnswer

# Longer than any request may take: after that its process is dead, and its repeat may go on.
ABANDONED_AFTER = timedelta(minutes=10)


class KeyInUseError(Exception):
    """The first request with this key has not been answered yet."""


class KeyMismatchError(Exception):
    """The key belongs to another request."""


@dataclass(frozen=True)
class Claim:
    """`row` is ours to work under; `answered` when it holds the answer of an earlier request."""

    row: IdempotentAnswer
    answered: bool


def claim_key(*, api_key: ApiKey, key: str, request_hash: str) -> Claim:
    """Raises KeyInUseError, KeyMismatchError."""
    row = IdempotentAnswer(
        team_id=api_key.team_id, api_key=api_key, key=key, request_hash=request_hash
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _look_at_earlier(api_key=api_key, key=key, request_hash=request_hash)
    return Claim(row, answered=False)


def _look_at_earlier(*, api_key: ApiKey, key: str, request_hash: str) -> Claim:
    row: IdempotentAnswer | None = IdempotentAnswer.objects.filter(key=key).first()
    if row is None:
        # Its request failed between our two looks, and gave the key back.
        return claim_key(api_key=api_key, key=key, request_hash=request_hash)
    if row.request_hash != request_hash:
        raise KeyMismatchError
    if row.status_code is not None:
        return Claim(row, answered=True)
    return Claim(_take_over(row), answered=False)


def _take_over(row: IdempotentAnswer) -> IdempotentAnswer:
    now = timezone.now()
    if row.created_at > now - ABANDONED_AFTER or not _mine(row).update(created_at=now):
        raise KeyInUseError
    row.created_at = now
    return row


def _mine(row: IdempotentAnswer) -> QuerySet[IdempotentAnswer]:
    """The row, if nobody has answered it or taken it over since."""
    mine: QuerySet[IdempotentAnswer] = IdempotentAnswer.objects.filter(
        pk=row.pk, status_code=None, created_at=row.created_at
    )
    return mine


def keep_answer(*, row: IdempotentAnswer, status_code: int, body: str) -> None:
    """`body` as it was sent, so that a repeat gets the same bytes."""
    _mine(row).update(status_code=status_code, body=body)


def release_key(*, row: IdempotentAnswer) -> None:
    """The request failed and changed nothing: the key may be used again."""
    _mine(row).delete()
