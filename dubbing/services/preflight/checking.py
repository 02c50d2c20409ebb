"""Checks the rows of a batch that are due, some at a time, whoever asked for it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing import wake
from dubbing.models import BatchItem, LinkCheck
from dubbing.services.batches.locks import lock_batch, touch_batch
from dubbing.services.clock import database_now
from dubbing.services.linkchecks import looks_at
from dubbing.services.preflight.judgement import Judgement, judge_rows, targets_of
from dubbing.services.slots import CHECKING, free_slot
from dubbing.states import Verdict

CHUNK = 16
# Two rounds of eight looks, and the database: a dead worker's rows are free again after it.
CHUNK_LEASE = timedelta(seconds=60)
# One task does not keep a worker's thread from others for longer.
TASK_SECONDS = 20
CHECKS_AT_ONCE = 3
# A server that was in trouble is asked again by itself, then no more.
TRY_AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))


def check_batch(*, batch_id: uuid.UUID) -> None:
    """Checks what is due of it; what is left after a while goes to the next free worker."""
    until = time.monotonic() + TASK_SECONDS
    with free_slot(CHECKING, CHECKS_AT_ONCE) as free:
        while free and (items := _claim(batch_id)):
            _check(items)
            if time.monotonic() > until:
                wake.now(wake.PREFLIGHT, items[0].team_id, batch_id)
                return


def ask_check(*, item: BatchItem) -> None:
    """Has it looked at anew, the address as well, whatever was found before."""
    with team_atomic():
        digests = [target.digest for target in targets_of(item)]
        LinkCheck.objects.filter(digest__in=digests).delete()
        batch = lock_batch(item.batch_id)
        rows = BatchItem.objects.unsent().filter(pk=item.pk)
        if rows.update(check_due_at=timezone.now(), verdict=Verdict.CHECKING, facts={}):
            touch_batch(batch)
            wake.after_commit(wake.PREFLIGHT, item.team_id, item.batch_id)


def check_item(*, item: BatchItem) -> BatchItem:
    """Looks at this one now, due or not; the row as it is then."""
    BatchItem.objects.unsent().filter(pk=item.pk).update(check_due_at=database_now())
    if items := _claim(item.batch_id, only=item.pk):
        _check(items)
    fresh: BatchItem = BatchItem.objects.get(pk=item.pk)
    return fresh


def _claim(batch_id: uuid.UUID, *, only: uuid.UUID | None = None) -> list[BatchItem]:
    now = database_now()
    with team_atomic():
        due = BatchItem.objects.check_due(now).filter(batch_id=batch_id)
        if only is not None:
            due = due.filter(pk=only)
        due = due.select_related("batch", "upload", "background_upload").order_by("check_due_at")
        items = list(due.select_for_update(skip_locked=True, of=("self",))[:CHUNK])
        lease = now + CHUNK_LEASE
        ids = [item.pk for item in items]
        BatchItem.objects.filter(pk__in=ids).update(check_lease_until=lease)
    for item in items:
        item.check_lease_until = lease
    return items


def _check(items: Sequence[BatchItem]) -> None:
    targets = {target for item in items for target in targets_of(item)}
    judgements = judge_rows(items, looks_at(targets))
    now = timezone.now()
    with team_atomic():
        # The batch first, as whoever edits rows does: else two of us could wait for each other.
        batch = lock_batch(items[0].batch_id)
        for judgement in judgements:
            _write(judgement, now)
        _ask_about_others(items, judgements)
        touch_batch(batch)


def _write(judgement: Judgement, now: datetime) -> None:
    """Unless the row was edited meanwhile: then it is due again, and only given free."""
    item = judgement.item
    tries = judgement.facts.get("link_tries", 0)
    again = now + TRY_AGAIN_AFTER[tries - 1] if 0 < tries <= len(TRY_AGAIN_AFTER) else None
    row = BatchItem.objects.filter(pk=item.pk)
    written = row.filter(check_due_at=item.check_due_at).update(
        faults=judgement.faults,
        verdict=judgement.verdict,
        findings=[finding.as_json() for finding in judgement.findings],
        facts=judgement.facts,
        duration_seconds=judgement.duration,
        checked_at=now,
        check_due_at=again,
        check_lease_until=None,
    )
    if not written:
        row.filter(check_lease_until=item.check_lease_until).update(check_lease_until=None)


def _ask_about_others(items: Sequence[BatchItem], judgements: Sequence[Judgement]) -> None:
    """A row that has got or lost a twin here says so itself, too."""
    here = {str(item.pk) for item in items}
    others: set[str] = set()
    for judgement in judgements:
        before = {
            finding["other"]["id"]
            for finding in judgement.item.findings
            if finding.get("other", {}).get("kind") == "row"
        }
        others |= before ^ judgement.twin_rows
    rows = BatchItem.objects.unsent().filter(pk__in=others - here, check_due_at=None)
    for team_id, batch_id in set(rows.values_list("team_id", "batch_id")):
        wake.after_commit(wake.PREFLIGHT, team_id, batch_id)
    rows.update(check_due_at=timezone.now())
