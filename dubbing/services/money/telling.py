"""Owners are mailed when something begins to wait for them: soon, in one mail, not too often."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import MonthTotal, OutboxMessage, SpendEntry
from dubbing.states import SpendState

logger = logging.getLogger(__name__)

# What is sent in one go comes in one mail.
TOLD_AFTER = timedelta(minutes=1)
TOLD_AGAIN_AFTER = timedelta(hours=1)
TRIED_AGAIN_AFTER = timedelta(minutes=10)
NAMES_TOLD = 5


def ask_to_tell(total: MonthTotal) -> None:
    """Something of this month waits from now on. The total is locked by the caller."""
    if total.tell_due_at is not None:
        return
    due_at = timezone.now() + TOLD_AFTER
    if total.told_at is not None:
        due_at = max(due_at, total.told_at + TOLD_AGAIN_AFTER)
    total.tell_due_at = due_at
    MonthTotal.objects.filter(pk=total.pk).update(tell_due_at=due_at)
    wake.after_commit(wake.TELL, total.team_id, total.pk, at=due_at)


def tell_owners(*, total_id: uuid.UUID) -> None:
    """One mail to the team's owners; none where nothing waits any more."""
    now = timezone.now()
    total = _claim(total_id, now)
    if total is None:
        return
    if OutboxMessage.objects.held().exists() and not _mail(total):
        return
    with team_atomic():
        MonthTotal.objects.select_for_update().get(pk=total.pk)
        # Whatever began to wait while the mail was written found a mail on its way.
        newer = OutboxMessage.objects.held().filter(held_at__gt=now).exists()
        MonthTotal.objects.filter(pk=total.pk).update(
            told_at=now, tell_due_at=now + TOLD_AGAIN_AFTER if newer else None
        )


def _claim(total_id: uuid.UUID, now: datetime) -> MonthTotal | None:
    """Until it is done it is due again a little later: the mail server may be down."""
    with team_atomic():
        rows = MonthTotal.objects.to_tell(now).select_for_update(skip_locked=True, of=("self",))
        total: MonthTotal | None = rows.select_related("team").filter(pk=total_id).first()
        if total is not None:
            due_at = now + TRIED_AGAIN_AFTER
            MonthTotal.objects.filter(pk=total.pk).update(tell_due_at=due_at)
    return total


def _mail(total: MonthTotal) -> bool:
    """Whether it left, or there is nobody to mail."""
    owners = Membership.objects.filter(team_id=total.team_id, role=Role.OWNER, user__is_active=True)
    addresses = sorted(owners.values_list("user__email", flat=True))
    if not addresses:
        return True
    words = _words(total)
    mail = EmailMessage(
        subject=" ".join(render_to_string("mail/held_subject.txt", words).split()),
        body=render_to_string("mail/held_message.txt", words).strip() + "\n",
        to=addresses,
    )
    try:
        mail.send()
    except OSError as error:  # smtplib's own errors are OSErrors too
        logger.warning("Owners could not be mailed of what waits for them: %s", error)
        return False
    return True


def _words(total: MonthTotal) -> dict[str, Any]:
    held = OutboxMessage.objects.held()
    people = held.select_related("actor", "actor_key").order_by().distinct("actor", "actor_key")
    names = sorted({str(row.actor or row.actor_key or "The desk") for row in people})
    return {
        "team": total.team,
        "count": held.count(),
        "sums": _sums(),
        "names": names[:NAMES_TOLD],
        "more": len(names[NAMES_TOLD:]),
        "url": urljoin(settings.PUBLIC_URL, reverse("dubbing:money")),
    }


def _sums() -> list[tuple[Decimal, str]]:
    """One for each currency, with its letters."""
    lines = SpendEntry.objects.filter(state=SpendState.HELD).order_by("currency")
    rows = lines.values_list("currency").annotate(sum=Sum("amount"))
    return [(amount, currency) for currency, amount in rows]
