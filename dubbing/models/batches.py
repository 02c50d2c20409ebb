from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned, TeamQuerySet
from dubbing.models.assets import Asset
from dubbing.models.uploads import Upload
from dubbing.querysets import ADDRESS_MARK, TITLE_MARK, SameVideo
from dubbing.states import BatchState, Verdict

NAME_LENGTH = 100
# Roomier than any rule allows: what is wrong is kept as typed until somebody mends it.
TYPED_LENGTH = 1000
CODE_LENGTH = 100
ADDRESS_LENGTH = 4000
FILE_NAME_LENGTH = 255


class Preset(TeamOwned):
    """A template: what a batch or a video starts with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    settings = models.JSONField(
        default=dict, help_text="Field names of a batch item → values as typed."
    )
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TeamOwned.Meta):
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="preset_name_unique")]

    def __str__(self) -> str:
        return self.name


class LanguageSet(TeamOwned):
    """Target languages under one name, such as “Nordics”."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    locales = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TeamOwned.Meta):
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="language_set_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class BatchQuerySet(TeamQuerySet):
    def to_expand(self, now: datetime) -> models.QuerySet[Any]:
        """Sending was asked for, and no worker is at it."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        return self.filter(free, state=BatchState.SENDING)


class Batch(TeamOwned):
    """Videos that are prepared, reviewed and sent together. A draft until then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=TYPED_LENGTH, blank=True)
    state = models.CharField(
        max_length=20, choices=BatchState, default=BatchState.OPEN, editable=False
    )
    settings = models.JSONField(
        default=dict, help_text="What new rows start with: field names → values as typed."
    )
    pasted = models.TextField(
        blank=True, editable=False, help_text="Typed into the field for addresses, not yet rows."
    )
    revision = models.PositiveBigIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    discarded_at = models.DateTimeField(null=True, editable=False)
    sent_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    sent_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    sent_at = models.DateTimeField(
        null=True, editable=False, help_text="When sending was asked for the last time."
    )
    lease_until = models.DateTimeField(
        null=True, editable=False, help_text="Until then a worker turns its rows into videos."
    )

    objects: ClassVar[Any] = TeamManager.of(BatchQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["team", "state", "-id"], name="batch_by_state"),
            models.Index(
                fields=["id"], name="batch_sending", condition=Q(state=BatchState.SENDING)
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Batch of {self.created_at:%-d %B %Y, %H:%M}"

    @property
    def rows(self) -> Any:
        """Its items, with the questions that they answer."""
        return BatchItem.objects.filter(batch=self)


class BatchItemQuerySet(SameVideo):
    def kept(self) -> models.QuerySet[Any]:
        return self.filter(removed_at=None)

    def unsent(self) -> models.QuerySet[Any]:
        return self.filter(removed_at=None, asset=None)

    def check_due(self, now: datetime) -> models.QuerySet[Any]:
        """Something that pre-flight looks at has changed, and no worker is at it."""
        free = Q(check_lease_until=None) | Q(check_lease_until__lt=now)
        return self.filter(free, check_due_at__lte=now, removed_at=None, asset=None)

    def to_send(self) -> models.QuerySet[Any]:
        """Asked for, and no video yet: what expanding a batch has still to do."""
        return self.filter(send_asked_at__isnull=False, asset=None, removed_at=None)

    def editable(self) -> models.QuerySet[Any]:
        """Neither sent nor on its way."""
        return self.filter(removed_at=None, asset=None, send_asked_at=None)


class BatchItem(TeamOwned):
    """One video to be made: values as typed, right or wrong. Rules judge it, they never lose it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(help_text="From 1; gaps are harmless.")

    media_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    upload = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    file_name = models.CharField(
        max_length=FILE_NAME_LENGTH,
        blank=True,
        help_text="The file it waits for, or had: finds it again when the same file is given.",
    )
    background_audio_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    background_upload = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    title = models.CharField(max_length=TYPED_LENGTH, blank=True)
    reference = models.CharField(max_length=TYPED_LENGTH, blank=True)
    project = models.CharField(max_length=TYPED_LENGTH, blank=True)
    tags = ArrayField(models.CharField(max_length=TYPED_LENGTH), default=list, blank=True)
    locale = models.CharField(max_length=CODE_LENGTH, blank=True)
    languages = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list, blank=True)
    speakers_count = models.IntegerField(null=True, blank=True)
    start_time = models.CharField(max_length=CODE_LENGTH, blank=True)
    end_time = models.CharField(max_length=CODE_LENGTH, blank=True)
    lips_model = models.CharField(max_length=CODE_LENGTH, blank=True)
    due = models.CharField(
        max_length=CODE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="A date, or days after sending: “5 working days”.",
    )
    owner = models.CharField(max_length=TYPED_LENGTH, blank=True, default="", db_default="")
    reviewer = models.CharField(
        max_length=TYPED_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="One person, or also others for some languages: “a@b.c; Nordics: d@e.f”.",
    )
    priority = models.CharField(max_length=CODE_LENGTH, blank=True, default="", db_default="")

    # What the rules and pre-flight say of it, kept so that a table of thousands opens at once.
    faults = models.JSONField(
        default=dict, editable=False, help_text="Field → [{code, message}], of the rules."
    )
    verdict = models.CharField(
        max_length=20, choices=Verdict, default=Verdict.UNCHECKED, editable=False
    )
    findings = models.JSONField(
        default=list, editable=False, help_text="[{level, code, field, message}], of pre-flight."
    )
    facts = models.JSONField(
        default=dict, editable=False, help_text="Length, size and the like, where known."
    )
    duration_seconds = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, editable=False
    )
    checked_at = models.DateTimeField(null=True, editable=False)
    check_due_at = models.DateTimeField(null=True, editable=False)
    check_lease_until = models.DateTimeField(null=True, editable=False)

    send_asked_at = models.DateTimeField(
        null=True, editable=False, help_text="Sending was asked for; a worker makes the video."
    )
    pilot = models.ForeignKey(
        Asset, null=True, on_delete=models.SET_NULL, related_name="pilot_of", editable=False
    )
    asset = models.OneToOneField(
        Asset, null=True, on_delete=models.SET_NULL, related_name="batch_item", editable=False
    )
    removed_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveBigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = TeamManager.of(BatchItemQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("position", "id")
        indexes = [
            models.Index(fields=["batch", "position", "id"], name="batch_item_order"),
            # Whether another draft holds the same video.
            models.Index(
                F("team"),
                ADDRESS_MARK,
                name="batch_item_by_address",
                condition=Q(asset=None, removed_at=None) & ~Q(media_url=""),
            ),
            models.Index(
                F("team"),
                TITLE_MARK,
                name="batch_item_by_title",
                condition=Q(asset=None, removed_at=None),
            ),
            models.Index(
                fields=["check_due_at"],
                name="batch_item_check_due",
                condition=Q(check_due_at__isnull=False),
            ),
            models.Index(
                fields=["batch", "position", "id"],
                name="batch_item_to_send",
                condition=Q(send_asked_at__isnull=False, asset=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.file_name or self.media_url or f"Row {self.position}"


class SubtitleFile(TeamOwned):
    """A subtitle file dropped onto a batch; it belongs to a video and a language once matched."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="subtitles")
    item = models.ForeignKey(
        BatchItem, null=True, on_delete=models.SET_NULL, related_name="subtitles"
    )
    locale = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=FILE_NAME_LENGTH, help_text="With the folders it lay in.")
    format = models.CharField(max_length=20, blank=True, help_text="What it was before: SRT, VTT…")
    original = models.BinaryField(help_text="As given, at most 1 MB.")
    text = models.TextField(blank=True, help_text="SRT in UTF-8; empty where it cannot be read.")
    findings = models.JSONField(
        default=list, help_text="[{level, code, line, cue, message, mend}], see the checks."
    )
    notes = models.JSONField(default=list, help_text="What was changed on the way, in words.")
    mends = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Mends made, in their order: what leads from the original to the text.",
    )
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it has its place, or has none, in words."
    )
    guess = models.UUIDField(null=True, help_text="The video it most likely belongs to.")
    matched_by_person = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TeamOwned.Meta):
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "locale"],
                condition=Q(item__isnull=False, removed_at=None) & ~Q(locale=""),
                name="subtitle_one_per_language",
            )
        ]

    def __str__(self) -> str:
        return self.name
