"""Many films as one download: what stands in it is fixed when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned, TeamOwnedChild, TeamQuerySet
from dubbing.models.assets import TITLE_LENGTH
from dubbing.models.films import Film
from dubbing.states import ArchiveState

NAME_LENGTH = 255
PATTERN_LENGTH = 300


class ArchiveQuerySet(TeamQuerySet):
    def to_prepare(self, now: datetime) -> Self:
        """A worker should be at it, and none is."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state=ArchiveState.PREPARING)

    def alive(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)


class DownloadArchive(TeamOwned):
    """One or several ZIP files that are never stored: edge composes them while it sends them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, help_text="Of the file, without its ending.")
    state = models.CharField(
        max_length=20, choices=ArchiveState, default=ArchiveState.PREPARING, editable=False
    )
    error_message = models.TextField(blank=True, editable=False)
    pattern = models.CharField(max_length=PATTERN_LENGTH, help_text="How its files are named.")
    include_srt = models.BooleanField("with subtitles", default=False)
    part_bytes = models.BigIntegerField(
        null=True, blank=True, help_text="No part is larger, unless one film is; none: one part."
    )
    parts = models.JSONField(
        default=list, editable=False, help_text="[{name, size, files}], in their order."
    )
    size = models.BigIntegerField(default=0, editable=False, help_text="Bytes of all parts.")
    films_count = models.PositiveIntegerField(default=0, editable=False)
    left_out = models.JSONField(
        default=list, editable=False, help_text="[{title, locale, reason}]: chosen without a film."
    )
    left_out_count = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    submission = models.UUIDField(null=True, editable=False)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)

    objects: ClassVar[Any] = TeamManager.of(ArchiveQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["team", "submission"],
                condition=Q(submission__isnull=False),
                name="archive_submission_unique",
            )
        ]
        indexes = [
            models.Index(fields=["team", "-id"], name="archive_of_team"),
            models.Index(fields=["expires_at"], name="archive_expires"),
            models.Index(
                fields=["id"],
                name="archive_preparing",
                condition=Q(state=ArchiveState.PREPARING),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_ready(self) -> bool:
        return self.state == ArchiveState.READY and not self.is_over


class ArchivedFile(TeamOwnedChild):
    """One file in it, as it was when the archive was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archive = models.ForeignKey(
        DownloadArchive, db_constraint=False, on_delete=models.CASCADE, related_name="files"
    )
    position = models.PositiveIntegerField()
    part = models.PositiveIntegerField(help_text="From 1.")
    name = models.CharField(max_length=NAME_LENGTH, help_text="With its folders.")
    film = models.ForeignKey(
        Film, db_constraint=False, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    stored_as = models.CharField(max_length=300, blank=True, help_text="The film, in our storage.")
    text = models.TextField(blank=True, help_text="Subtitles; a film has none.")
    size = models.BigIntegerField(help_text="Bytes.")
    crc32 = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    project = models.CharField(max_length=TITLE_LENGTH, blank=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    reference = models.CharField(max_length=TITLE_LENGTH, blank=True)
    locale = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField(help_text="When the film was finished.")

    class Meta(TeamOwnedChild.Meta):
        ordering = ("archive", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["archive", "position"], name="archived_file_position_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
