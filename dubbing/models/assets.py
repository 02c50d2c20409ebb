from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned
from dubbing.models.connections import Connection, Locale
from dubbing.querysets import (
    ADDRESS_MARK,
    TITLE_MARK,
    AssetQuerySet,
)
from dubbing.states import (
    AssetStatus,
    LipsModel,
)
from dubbing.validators import validate_reference, validate_title

TITLE_LENGTH = 200
REMOTE_ID_LENGTH = 200
MAX_SPEAKERS = 99


def source_path(asset: Asset, name: str) -> str:
    return f"{asset.team_id}/{asset.id}/source/{name}"


def background_path(asset: Asset, name: str) -> str:
    return f"{asset.team_id}/{asset.id}/background/{name}"


def poster_path(asset: Asset, name: str) -> str:
    return f"{asset.team_id}/{asset.id}/{name}"


def new_callback_token() -> str:
    return secrets.token_urlsafe(32)


class Project(TeamOwned):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=TITLE_LENGTH, validators=[validate_title])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TeamOwned.Meta):
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="project_name_unique")]

    def __str__(self) -> str:
        return self.name


class Asset(TeamOwned):
    """A source video, and what it was sent with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="+", editable=False
    )

    # What people call it.
    title = models.CharField(max_length=TITLE_LENGTH, validators=[validate_title])
    reference = models.CharField(
        max_length=TITLE_LENGTH,
        blank=True,
        validators=[validate_reference],
        help_text="The caller’s own name for it, such as an id in another system.",
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)

    # What it is made of: an address or a file.
    media_url = models.CharField(max_length=2000, blank=True)
    media_file = models.FileField(upload_to=source_path, max_length=300, blank=True)
    media_name = models.CharField(max_length=255, blank=True)
    media_size = models.BigIntegerField(null=True, blank=True, help_text="Bytes.")
    duration_seconds = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="What probing the file told.")
    poster = models.FileField(upload_to=poster_path, max_length=300, blank=True)
    original_removed_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when the desk no longer keeps the given files."
    )

    made_elsewhere = models.BooleanField(
        default=False, editable=False, help_text="Made in Panjaya’s own studio, not sent by us."
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="replacements",
        editable=False,
        help_text="The failed video that it was sent in place of.",
    )
    is_pilot = models.BooleanField(
        default=False, editable=False, help_text="A short piece, to look at before the full run."
    )
    pilot_plan = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="Of a pilot: title, reference, trim and languages of the full run.",
    )
    promoted_from = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="full_run",
        editable=False,
        help_text="The pilot that was looked at first.",
    )

    # What the engine is told.
    locale = models.ForeignKey(
        Locale, on_delete=models.PROTECT, related_name="+", db_column="locale"
    )
    speakers_count = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MAX_SPEAKERS)]
    )
    start_time = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    end_time = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    lips_model = models.CharField(max_length=20, choices=LipsModel, blank=True)
    background_audio_url = models.CharField(max_length=2000, blank=True)
    background_audio_file = models.FileField(upload_to=background_path, max_length=300, blank=True)
    background_audio_name = models.CharField(max_length=255, blank=True)

    # What the engine says.
    submission = models.UUIDField(
        null=True, editable=False, help_text="One press of Send; its repeat finds the first."
    )
    callback_token = models.CharField(
        max_length=64, unique=True, default=new_callback_token, editable=False
    )
    remote_id = models.CharField(max_length=REMOTE_ID_LENGTH, blank=True, editable=False)
    status = models.CharField(
        max_length=20, choices=AssetStatus, default=AssetStatus.SENDING, editable=False
    )
    raw_status = models.CharField(max_length=100, blank=True, editable=False)
    error_code = models.CharField(max_length=100, blank=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)
    snapshot = models.JSONField(default=dict, blank=True, editable=False)

    # Our looks at the engine: an older look never overwrites a newer one.
    observed_at = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.BigIntegerField(
        null=True, editable=False, help_text="The number under which its state was told."
    )
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    refresh_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    refresh_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    refresh_failures = models.PositiveSmallIntegerField(default=0, editable=False)

    revision = models.PositiveBigIntegerField(default=1, editable=False)
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = TeamManager.of(AssetQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "remote_id"],
                condition=~Q(remote_id=""),
                name="asset_remote_id_unique",
            ),
            models.UniqueConstraint(
                fields=["team", "submission"],
                condition=Q(submission__isnull=False),
                name="asset_submission_unique",
            ),
            models.CheckConstraint(
                name="asset_one_source",
                # One made elsewhere was never given to us.
                condition=(Q(media_url="") ^ Q(media_file=""))
                | Q(made_elsewhere=True, media_url="", media_file=""),
            ),
            models.CheckConstraint(
                name="asset_trim_order",
                condition=Q(start_time=None)
                | Q(end_time=None)
                | Q(end_time__gt=models.F("start_time")),
            ),
        ]
        indexes = [
            # Lists page by keyset over the id (UUIDv7: newest last).
            models.Index(fields=["team", "-id"], name="asset_shown", condition=Q(hidden_at=None)),
            models.Index(fields=["team", "updated_at", "id"], name="asset_updated"),
            # Retention's question: which originals are still kept.
            models.Index(
                fields=["id"],
                name="asset_original",
                condition=Q(original_removed_at=None) & ~Q(media_file=""),
            ),
            models.Index(
                fields=["team", "reference"], name="asset_reference", condition=~Q(reference="")
            ),
            models.Index(
                fields=["refresh_due_at"],
                name="asset_refresh_due",
                condition=Q(refresh_due_at__isnull=False),
            ),
            models.Index(
                fields=["team", "project", "-id"],
                name="asset_in_project",
                condition=Q(hidden_at=None),
            ),
            GinIndex(fields=["tags"], name="asset_tags"),
            # Whether a video was sent before.
            models.Index(
                F("team"), ADDRESS_MARK, name="asset_by_address", condition=~Q(media_url="")
            ),
            models.Index(
                fields=["team", "media_file"], name="asset_by_file", condition=~Q(media_file="")
            ),
            models.Index(F("team"), TITLE_MARK, name="asset_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def can_add_languages(self) -> bool:
        """Panjaya knows the video and has not given it up."""
        return bool(self.remote_id) and self.status != AssetStatus.FAILED
