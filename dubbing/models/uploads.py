from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned, TeamQuerySet
from dubbing.states import UploadState


def upload_path(upload: Upload, name: str) -> str:
    return f"{upload.team_id}/uploads/{upload.id}/{name}"


class UploadQuerySet(TeamQuerySet):
    def whole(self) -> models.QuerySet[Any]:
        """Every byte is here, whether or not it was looked into."""
        return self.exclude(file="")

    def to_measure(self, now: datetime) -> models.QuerySet[Any]:
        """Ready, but nobody has listened to it yet, nor is at it."""
        free = Q(measure_lease_until=None) | Q(measure_lease_until__lt=now)
        return self.filter(free, state=UploadState.READY, measured_at=None)


class Upload(TeamOwned):
    """A file that comes in piece by piece, and lies in the storage once it is whole.

    Several assets may be made from one upload (a pilot and its full run): they name its file.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField(help_text="Bytes, as announced.")
    fingerprint = models.CharField(
        max_length=200,
        blank=True,
        help_text="The sender’s own mark of the file: finds it again when it is chosen anew.",
    )
    expected_sha256 = models.CharField(
        max_length=64, blank=True, editable=False, help_text="As the sender told it beforehand."
    )
    state = models.CharField(
        max_length=20, choices=UploadState, default=UploadState.RECEIVING, editable=False
    )
    error_code = models.CharField(max_length=100, blank=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)

    # Known once it is whole.
    file = models.FileField(upload_to=upload_path, max_length=300, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    facts = models.JSONField(
        default=dict, blank=True, editable=False, help_text="MediaFacts.as_json(), and sound."
    )
    poster = models.FileField(upload_to=upload_path, max_length=300, blank=True, editable=False)

    # Found out after it is ready, since it takes its time: `facts["sound"]` as well.
    waveform = models.FileField(
        upload_to=upload_path,
        max_length=300,
        blank=True,
        editable=False,
        help_text='JSON: {"peaks_per_second", "seconds", "peaks": 0 to 100 each}.',
    )
    strip = models.FileField(
        upload_to=upload_path,
        max_length=300,
        blank=True,
        editable=False,
        help_text="Twelve small pictures in one row, each from the middle of its twelfth.",
    )
    measured_at = models.DateTimeField(null=True, editable=False)
    measure_attempts = models.PositiveIntegerField(default=0, editable=False)
    measure_lease_until = models.DateTimeField(null=True, editable=False)

    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(
        editable=False, help_text="When it is swept away if nothing was made of it."
    )
    used_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when a video names its file: it is kept then."
    )
    revision = models.PositiveBigIntegerField(default=1, editable=False)

    # The claim of the worker that looks into it.
    attempts = models.PositiveIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = TeamManager.of(UploadQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="upload_has_size", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="upload_ready_is_whole",
                condition=~Q(state=UploadState.READY) | (~Q(file="") & ~Q(sha256="")),
            ),
        ]
        indexes = [
            models.Index(fields=["team", "sha256"], name="upload_sha", condition=~Q(sha256="")),
            models.Index(
                fields=["expires_at"], name="upload_expires", condition=Q(used_at__isnull=True)
            ),
            # What sweeps and quotas ask for: never more than what is on its way just now.
            models.Index(
                fields=["team", "state"], name="upload_unused", condition=Q(used_at__isnull=True)
            ),
            models.Index(
                fields=["finished_at"],
                name="upload_to_measure",
                condition=Q(state=UploadState.READY, measured_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
