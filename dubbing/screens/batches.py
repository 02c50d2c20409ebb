"""The drafts and the sent batches of a team."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, TextChoices
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dubbing.models import Batch, BatchItem
from dubbing.screens.batch import OF_SHOWN, Counts, Shown
from dubbing.services.loose_files import loose_files
from dubbing.states import BatchState

ROWS = 50
COUNTED_AT_MOST = 100
LEFT_LATELY = timedelta(days=1)
COUNTED_WORDS = (Shown.RED, Shown.AMBER, Shown.CHECKING, Shown.GREEN)


class Kept(TextChoices):
    DRAFTS = "", "Drafts"
    SENT = "sent", "Sent"
    DISCARDED = "discarded", "Thrown away"


STATES: dict[Kept, tuple[BatchState, ...]] = {
    Kept.DRAFTS: (BatchState.OPEN, BatchState.SENDING),
    Kept.SENT: (BatchState.SENT,),
    Kept.DISCARDED: (BatchState.DISCARDED,),
}


@dataclass(frozen=True)
class BatchRow:
    batch: Batch
    counts: Counts

    @property
    def is_sending(self) -> bool:
        return bool(self.batch.state == BatchState.SENDING)

    @property
    def is_discarded(self) -> bool:
        return bool(self.batch.state == BatchState.DISCARDED)

    @property
    def may_be_discarded(self) -> bool:
        return bool(self.batch.state == BatchState.OPEN)

    @property
    def who(self) -> str:
        return str(self.batch.created_by or self.batch.created_by_key or "")


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class BatchesScreen:
    kept: Kept
    rows: list[BatchRow]
    next_url: str

    @property
    def tabs(self) -> list[Tab]:
        return batch_tabs(current=self.kept.value)


FILES = "files"


def batch_tabs(*, current: str) -> list[Tab]:
    """`current`: a Kept's value, or FILES for the files that no batch holds."""
    here = reverse("dubbing:batch-list")
    tabs = [
        Tab(
            label=kept.label,
            url=f"{here}?show={kept.value}" if kept else here,
            is_current=kept.value == current,
            count=count_drafts() if kept == Kept.DRAFTS else None,
        )
        for kept in Kept
    ]
    files = loose_files()[:COUNTED_AT_MOST].count()
    url = reverse("dubbing:file-list")
    return [*tabs, Tab("Files without a video", url, current == FILES, files)]


def list_batches(given: Mapping[str, str]) -> BatchesScreen:
    """Newest first."""
    word = given.get("show", "")
    kept = Kept(word) if word in Kept.values else Kept.DRAFTS
    batches = Batch.objects.filter(state__in=STATES[kept])
    batches = batches.select_related("created_by", "created_by_key").order_by("-pk")
    before = _uuid(given.get("before", ""))
    if before is not None:
        batches = batches.filter(pk__lt=before)
    found = list(batches[: ROWS + 1])
    shown = found[:ROWS]
    counts = _counts(shown)
    query = f"?show={kept.value}&before={shown[-1].pk}" if len(found) > ROWS else ""
    return BatchesScreen(
        kept=kept,
        rows=[BatchRow(batch, counts.get(batch.pk, Counts())) for batch in shown],
        next_url=reverse("dubbing:batch-list") + query if query else "",
    )


def draft_left_by(user: User) -> Batch | None:
    """What somebody was at within the last day and has not sent: a closed browser loses nothing."""
    since = timezone.now() - LEFT_LATELY
    drafts = Batch.objects.filter(state=BatchState.OPEN, created_by=user, updated_at__gt=since)
    left: Batch | None = drafts.order_by("-updated_at").first()
    return left


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _counts(batches: Iterable[Batch]) -> dict[uuid.UUID, Counts]:
    """All of them in one query."""
    conditions: dict[str, Any] = {
        word.value: Count("pk", filter=OF_SHOWN[word]) for word in COUNTED_WORDS
    }
    conditions["asked"] = Count("pk", filter=Q(asset=None, send_asked_at__isnull=False))
    conditions["made"] = Count("pk", filter=Q(asset__isnull=False))
    rows = BatchItem.objects.kept().filter(batch__in=[batch.pk for batch in batches])
    counted = rows.order_by().values("batch_id").annotate(total=Count("pk"), **conditions)
    return {row.pop("batch_id"): Counts(**row) for row in counted}


def count_drafts() -> int:
    return int(Batch.objects.filter(state__in=STATES[Kept.DRAFTS])[:COUNTED_AT_MOST].count())
