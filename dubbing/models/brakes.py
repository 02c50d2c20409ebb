"""What holds sending back: brakes that people pull, lanes that a connection's answers narrow."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import User
from accounts.scoping import TeamOwned
from dubbing.models.connections import Connection

REASON_LENGTH = 300
LONGEST_DELAY_SECONDS = 3600


class Pause(models.Model):
    """Who stopped sending, when and why; `paused_at` is empty while it goes on."""

    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class SendingBrake(Pause, TeamOwned):
    """One row per team, made when it is first needed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delay_seconds = models.PositiveSmallIntegerField(
        "time to take back",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_DELAY_SECONDS)],
        help_text="Seconds a command waits before it is sent. Blank: the installation’s own.",
    )

    class Meta(TeamOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["team"], name="brake_one_per_team")]

    def __str__(self) -> str:
        return f"Sending of {self.team}"


class InstallationBrake(Pause):
    """The one row that stops every team. It belongs to none of them."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="installation_brake_one_row")]

    def __str__(self) -> str:
        return "Sending of the whole installation"


class SendingLane(TeamOwned):
    """How fast a connection's key may be used, and what its last answers told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="lane")
    at_once = models.PositiveSmallIntegerField(
        "sends at once",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Blank: the installation’s own.",
    )
    per_minute = models.PositiveIntegerField(
        "sends per minute",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Blank: the installation’s own; the sandbox has no limit then.",
    )
    tokens = models.FloatField(
        default=0, editable=False, help_text="Below zero: places that are promised already."
    )
    filled_at = models.DateTimeField(null=True, editable=False)
    held_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Panjaya asked us to come later."
    )
    outages = models.PositiveIntegerField(
        default=0, editable=False, help_text="Attempts in a row that found nobody there."
    )
    down_since = models.DateTimeField(null=True, blank=True, editable=False)
    probe_at = models.DateTimeField(null=True, blank=True, editable=False)
    rejected_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the key was last refused."
    )
    rejected_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Digest of the sealed key of then."
    )
    rejected_reason = models.TextField(blank=True, editable=False)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Sending by {self.connection}"
