from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned, TeamQuerySet
from dubbing.models.assets import Asset
from dubbing.models.batches import Batch
from dubbing.states import WORKING_SHEETS, LineOutcome, LineVerdict, SheetState

NAME_LENGTH = 255


def sheet_path(sheet: SheetImport, name: str) -> str:
    return f"{sheet.team_id}/sheets/{sheet.id}/{name}"


class SheetQuerySet(TeamQuerySet):
    def due(self, now: datetime) -> Self:
        """A worker should be at it, and none is."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state__in=WORKING_SHEETS)


class SheetImport(TeamOwned):
    """A spreadsheet on its way in: mapped, compared without a change, then carried out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    file = models.FileField(upload_to=sheet_path, max_length=300, editable=False)
    state = models.CharField(
        max_length=20, choices=SheetState, default=SheetState.MAPPING, editable=False
    )
    error_code = models.CharField(max_length=100, blank=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)

    reading = models.JSONField(
        default=dict, help_text="How the file is read: sheet, encoding, delimiter."
    )
    look = models.JSONField(
        default=dict, editable=False, help_text="Headings, first lines and sheets, as found."
    )
    headings_key = models.CharField(
        max_length=64, editable=False, help_text="The same headings in any order: the same key."
    )
    mapping = models.JSONField(default=dict, help_text="Column, from 0, as text → field.")
    mapped_at = models.DateTimeField(
        null=True, editable=False, help_text="When somebody agreed to the mapping."
    )
    blank_clears = models.BooleanField(
        default=False, help_text="An empty cell empties the field of a video that is here."
    )
    batch = models.ForeignKey(
        Batch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sheets",
        help_text="Where new videos go; without one a new batch is made.",
    )

    counts = models.JSONField(
        default=dict, editable=False, help_text="Of the whole file: lines by verdict, languages…"
    )
    include_new = models.BooleanField(default=True, editable=False)
    done = models.PositiveIntegerField(
        default=0, editable=False, help_text="Lines behind us, of what is being done."
    )
    lease_until = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveBigIntegerField(default=1, editable=False)
    submission = models.UUIDField(null=True, editable=False)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    confirmed_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    confirmed_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    compared_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = TeamManager.of(SheetQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["team", "submission"],
                condition=Q(submission__isnull=False),
                name="sheet_submission_unique",
            )
        ]
        indexes = [
            models.Index(
                fields=["team", "headings_key", "-id"],
                name="sheet_mapped",
                condition=Q(mapped_at__isnull=False),
            ),
            models.Index(
                fields=["id"], name="sheet_working", condition=Q(state__in=sorted(WORKING_SHEETS))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SheetLine(TeamOwned):
    """One line of a sheet: what it would do, and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="As a spreadsheet counts, from 1.")
    verdict = models.CharField(max_length=20, choices=LineVerdict, editable=False)
    title = models.CharField(max_length=200, blank=True, help_text="To find it by eye.")
    asset = models.ForeignKey(
        Asset, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    values = models.JSONField(
        default=dict, editable=False, help_text="Of a new video: batch item’s fields → values."
    )
    changes = models.JSONField(
        default=dict, editable=False, help_text="Of an update: field → [before, after]."
    )
    notes = models.JSONField(
        default=list, editable=False, help_text="[{level, field, code, message}]: error, warning."
    )
    outcome = models.CharField(
        max_length=20, choices=LineOutcome, default=LineOutcome.NONE, editable=False
    )
    outcome_message = models.TextField(blank=True, editable=False)

    class Meta(TeamOwned.Meta):
        ordering = ("number", "id")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_line_number_unique")
        ]
        indexes = [
            models.Index(fields=["sheet", "verdict", "number"], name="sheet_line_verdict"),
            models.Index(fields=["sheet", "outcome", "number"], name="sheet_line_outcome"),
        ]

    def __str__(self) -> str:
        return f"Line {self.number} of {self.sheet_id}"
