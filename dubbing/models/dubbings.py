from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import new_id
from accounts.models import User
from accounts.scoping import TeamManager, TeamOwned
from dubbing.models.assets import REMOTE_ID_LENGTH, Asset
from dubbing.models.connections import Locale
from dubbing.querysets import DubbingQuerySet, VersionQuerySet
from dubbing.states import DubbingStatus, Priority, ReviewState, Stage, VersionStatus

SHOWN = Q(is_hidden=False)
# What somebody may still have to do with: few rows, however much is finished.
OPEN = SHOWN & ~Q(stage=Stage.FINISHED)


class Dubbing(TeamOwned):
    """One target language of an asset."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The keys without an index of their own are found by those below, which hold no row in vain.
    asset = models.ForeignKey(
        Asset, on_delete=models.CASCADE, related_name="dubbings", db_index=False
    )
    locale = models.ForeignKey(
        Locale, on_delete=models.PROTECT, related_name="+", db_column="locale", db_index=False
    )
    srt = models.TextField("SRT", blank=True, help_text="UTF-8, times on the source’s clock.")
    srt_name = models.CharField(max_length=255, blank=True)
    remote_id = models.CharField(max_length=REMOTE_ID_LENGTH, blank=True, editable=False)
    status = models.CharField(
        max_length=20, choices=DubbingStatus, default=DubbingStatus.SENDING, editable=False
    )
    error_message = models.TextField(blank=True, editable=False)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.SENDING, editable=False)
    stage_since = models.DateTimeField(editable=False)
    failure_code = models.CharField(
        max_length=100,
        blank=True,
        editable=False,
        help_text="Why it is broken: the engine’s code, of the version or of the video.",
    )
    current = models.ForeignKey(
        "Version",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        help_text="The newest version, unless a person pinned another one.",
    )
    is_pinned = models.BooleanField(default=False, db_default=False, editable=False)
    versions_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    is_hidden = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="As its video is."
    )

    # What people have to do with it.
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reviewer = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_on = models.DateField("due", null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    review = models.CharField(
        max_length=20,
        choices=ReviewState,
        default=ReviewState.NOT_STARTED,
        db_default=ReviewState.NOT_STARTED,
        editable=False,
    )
    reviewed_by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        db_index=False,
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)
    review_reason = models.TextField(blank=True, db_default="", editable=False)
    work_revision = models.PositiveIntegerField(
        default=1,
        db_default=1,
        editable=False,
        help_text="Counts people’s edits: an edit of an older one is shown beside the newer.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = TeamManager.of(DubbingQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("locale__name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "locale"],
                name="dubbing_locale_unique",
                violation_error_message="The video has this language already.",
            )
        ]
        indexes = [
            models.Index(fields=["team", "stage", "-id"], name="dubbing_by_stage"),
            # Rows of the matrix are videos, newest first: whose dubs are in this stage, language,
            # hand. An index brings them in that order for one value of each.
            models.Index(
                fields=["team", "-asset"],
                name="dubbing_finished",
                condition=SHOWN & Q(stage=Stage.FINISHED),
            ),
            models.Index(
                fields=["team", "stage", "-asset"],
                name="dubbing_stage_open",
                include=["stage_since"],
                condition=OPEN,
            ),
            models.Index(
                fields=["team", "locale", "-asset"], name="dubbing_locale_asset", condition=SHOWN
            ),
            models.Index(
                fields=["team", "owner", "-asset"],
                name="dubbing_owner_asset",
                condition=SHOWN & Q(owner__isnull=False),
            ),
            models.Index(
                fields=["team", "-asset"],
                name="dubbing_owner_none",
                condition=SHOWN & Q(owner__isnull=True),
            ),
            models.Index(
                fields=["team", "reviewer", "-asset"],
                name="dubbing_reviewer_asset",
                condition=SHOWN & Q(reviewer__isnull=False),
            ),
            models.Index(
                fields=["team", "-asset"],
                name="dubbing_reviewer_none",
                condition=SHOWN & Q(reviewer__isnull=True),
            ),
            models.Index(
                fields=["team", "priority", "-asset"],
                name="dubbing_priority_asset",
                condition=SHOWN & ~Q(priority=Priority.NORMAL),
            ),
            # What waits or failed, of somebody, in a language, of a priority.
            models.Index(
                fields=["team", "owner", "stage", "-asset"],
                name="dubbing_owner_stage",
                condition=OPEN,
            ),
            models.Index(
                fields=["team", "reviewer", "stage", "-asset"],
                name="dubbing_reviewer_stage",
                condition=OPEN,
            ),
            models.Index(
                fields=["team", "locale", "stage", "-asset"],
                name="dubbing_locale_stage",
                condition=OPEN,
            ),
            models.Index(
                fields=["team", "priority", "stage", "-asset"],
                name="dubbing_priority_stage",
                condition=OPEN & ~Q(priority=Priority.NORMAL),
            ),
            models.Index(
                fields=["team", "failure_code", "-asset"],
                name="dubbing_failures",
                include=["stage"],
                condition=SHOWN & ~Q(failure_code=""),
            ),
            # For the day on which somebody leaves. Not of nobody: an index that holds the
            # millions without an owner is one that a plan may walk.
            models.Index(
                fields=["owner"], name="dubbing_of_owner", condition=Q(owner__isnull=False)
            ),
            models.Index(
                fields=["reviewer"],
                name="dubbing_of_reviewer",
                condition=Q(reviewer__isnull=False),
            ),
            models.Index(
                fields=["reviewed_by"],
                name="dubbing_of_judge",
                condition=Q(reviewed_by__isnull=False),
            ),
            models.Index(
                fields=["team", "due_on", "id"],
                name="dubbing_due",
                condition=SHOWN & Q(due_on__isnull=False),
            ),
            # What is past due is asked with every page; what is finished is due no more.
            models.Index(
                fields=["team", "due_on"],
                name="dubbing_due_open",
                condition=SHOWN & Q(due_on__isnull=False) & ~Q(stage=Stage.FINISHED),
            ),
            # Who has been where for how long.
            models.Index(
                fields=["team", "stage", "stage_since"], name="dubbing_waits", condition=SHOWN
            ),
            # The list, by how long each has been where it is.
            models.Index(
                fields=["team", "stage_since", "id"], name="dubbing_since", condition=SHOWN
            ),
            models.Index(
                fields=["team", "remote_id"], name="dubbing_remote_id", condition=~Q(remote_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} in {self.locale_id}"

    @property
    def is_overdue(self) -> bool:
        """Past its date and not made: an approved draft is not a film yet."""
        is_open = self.stage != Stage.FINISHED
        return self.due_on is not None and self.due_on < timezone.localdate() and is_open


class Version(TeamOwned):
    """A dub as it can be edited, generated and downloaded; a language may have several."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="versions")
    dubbing = models.ForeignKey(Dubbing, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(editable=False)
    remote_id = models.CharField(max_length=REMOTE_ID_LENGTH, editable=False)
    status = models.CharField(
        max_length=20, choices=VersionStatus, default=VersionStatus.NOT_READY, editable=False
    )
    raw_status = models.CharField(max_length=100, blank=True, editable=False)
    error_code = models.CharField(max_length=100, blank=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)
    snapshot = models.JSONField(default=dict, blank=True, editable=False)
    observed_at = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.BigIntegerField(
        null=True, editable=False, help_text="The number under which its state was told."
    )
    was_reopened = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="It came back to editing: a late callback may tell of its earlier life.",
    )
    generation = models.PositiveIntegerField(
        default=0, editable=False, help_text="How many films it has finished."
    )
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = TeamManager.of(VersionQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("dubbing", "-number")
        constraints = [
            models.UniqueConstraint(fields=["asset", "remote_id"], name="version_remote_id_unique"),
            models.UniqueConstraint(fields=["dubbing", "number"], name="version_number_unique"),
        ]
        indexes = [models.Index(fields=["team", "remote_id"], name="version_remote_id")]

    def __str__(self) -> str:
        return f"{self.dubbing}, version {self.number}"
