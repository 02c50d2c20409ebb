from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned, TeamOwnedChild, TeamQuerySet
from dubbing.models.assets import Asset
from dubbing.models.dubbings import Dubbing
from dubbing.models.outbox import OutboxMessage
from dubbing.states import WORKING_BULK, BulkOutcome, BulkState, BulkVerb


class BulkActionQuerySet(TeamQuerySet):
    def begun(self) -> models.QuerySet[Any]:
        return self.exclude(state=BulkState.PREPARED)

    def to_work(self, now: datetime) -> models.QuerySet[Any]:
        """Somebody said yes, and no worker is at it."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state__in=sorted(WORKING_BULK))


class BulkAction(TeamOwned):
    """One verb for many videos or dubs. Its rows are those that were chosen, as they were then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    verb = models.CharField(max_length=20, choices=BulkVerb, editable=False)
    values = models.JSONField(
        null=True, editable=False, help_text="What is to be set; null: not said yet."
    )
    state = models.CharField(
        max_length=20, choices=BulkState, default=BulkState.PREPARED, editable=False
    )
    total = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(
        default=0, editable=False, help_text="Rows that have had their turn, of doing or undoing."
    )
    submission = models.UUIDField(
        null=True, editable=False, help_text="One request; its repeat finds the first."
    )
    lease_until = models.DateTimeField(
        null=True, editable=False, help_text="Until then somebody works on its rows."
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    undone_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    undone_at = models.DateTimeField(
        null=True, editable=False, help_text="When undoing was asked for."
    )

    objects: ClassVar[Any] = TeamManager.of(BulkActionQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["team", "submission"],
                condition=Q(submission__isnull=False),
                name="bulk_submission_unique",
            )
        ]
        indexes = [
            models.Index(fields=["team", "-id"], name="bulk_newest"),
            models.Index(
                fields=["id"], name="bulk_working", condition=Q(state__in=sorted(WORKING_BULK))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.total:,}"

    @property
    def rows(self) -> Any:
        """In the order in which they are worked on: those of one video together."""
        return BulkRow.objects.filter(action=self).order_by("id")


class BulkRow(TeamOwnedChild):
    """One chosen video or dub, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    action = models.ForeignKey(
        BulkAction, db_constraint=False, on_delete=models.CASCADE, related_name="+"
    )
    asset = models.ForeignKey(
        Asset, db_constraint=False, on_delete=models.CASCADE, related_name="+"
    )
    dubbing = models.ForeignKey(
        Dubbing, db_constraint=False, null=True, on_delete=models.CASCADE, related_name="+"
    )
    seen_stage = models.CharField(
        max_length=20, blank=True, editable=False, help_text="Of the dub, when it was chosen."
    )
    seen_revision = models.PositiveIntegerField(
        null=True, editable=False, help_text="Of people’s facts, when it was chosen."
    )
    outcome = models.CharField(
        max_length=20, choices=BulkOutcome, default=BulkOutcome.WAITING, editable=False
    )
    reason = models.TextField(blank=True, editable=False, help_text="A sentence for people.")
    before = models.JSONField(
        default=dict, editable=False, help_text="Of what was changed: the values until then."
    )
    message = models.ForeignKey(
        OutboxMessage,
        db_constraint=False,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        help_text="The command that it became.",
    )

    class Meta(TeamOwnedChild.Meta):
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["action", "dubbing"],
                condition=Q(dubbing__isnull=False),
                name="bulk_row_dubbing_unique",
            ),
            models.UniqueConstraint(
                fields=["action", "asset"],
                condition=Q(dubbing=None),
                name="bulk_row_asset_unique",
            ),
        ]
        indexes = [models.Index(fields=["action", "outcome", "id"], name="bulk_row_outcome")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.dubbing or self.asset}"
