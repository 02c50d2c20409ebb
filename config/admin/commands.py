"""Commands given in the admin: the services that pages call, row by row, each one audited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.scoping import team_scope
from accounts.sealing import SealError

MOST_ROWS = 1000
MOST_REASONS = 5


def carry_out(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    service: Callable[[Any], object],
    done: str,
) -> None:
    """Calls the service for each row, in its team's scope, and tells what became of it.

    `done`: what then has happened to a row, such as “Sent again”. A service that returns False has
    found nothing to do.
    """
    chosen = list(rows[: MOST_ROWS + 1])
    if len(chosen) > MOST_ROWS:
        text = f"These are more than {MOST_ROWS:,} rows. Filter first, then choose again."
        model_admin.message_user(request, text, messages.ERROR)
        return
    reasons: Counter[str] = Counter()
    carried_out = 0
    for row in chosen:
        try:
            with team_scope(getattr(row, "team_id", row.pk)):
                idle = service(row) is False
        except (ValidationError, SealError) as error:
            reasons[in_words(error)] += 1
            continue
        if idle:
            reasons["There was nothing to do."] += 1
            continue
        model_admin.log_change(request, row, done)
        carried_out += 1
    _tell(model_admin, request, done, carried_out, reasons)


def in_words(error: ValidationError | SealError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _tell(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    done: str,
    carried_out: int,
    reasons: Counter[str],
) -> None:
    if carried_out:
        model_admin.message_user(request, f"{done}: {carried_out}.", messages.SUCCESS)
    for reason, count in reasons.most_common(MOST_REASONS):
        model_admin.message_user(request, f"{reason} ({count} left as it was)", messages.WARNING)
