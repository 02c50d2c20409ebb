"""How pre-flight gets to know which rows want another look."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from dubbing import wake
from dubbing.models import Batch, BatchItem


def wake_checks(items: Sequence[BatchItem]) -> None:
    """After the commit, once for all rows of a batch: `check_due_at` of each is the work."""
    for batch_id, team_id in {(item.batch_id, item.team_id) for item in items}:
        wake.after_commit(wake.PREFLIGHT, team_id, batch_id)


def check_twins_of(batch: Batch) -> None:
    """After rows left: those that were told of a twin in another row may have none any more."""
    twins = BatchItem.objects.unsent().filter(
        findings__contains=[{"other": {"kind": "row", "batch": str(batch.pk)}}], check_due_at=None
    )
    told = set(twins.values_list("team_id", "batch_id"))
    if told:
        twins.update(check_due_at=timezone.now())
    for team_id, batch_id in told:
        wake.after_commit(wake.PREFLIGHT, team_id, batch_id)
