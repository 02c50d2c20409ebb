"""How long things take here, and what was refused at the door."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.scoping import TeamOwned
from dubbing.states import LipsModel, Step


class UsualTime(TeamOwned):
    """How long a step took lately for videos of a kind. Learnt from finished runs alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.CharField(max_length=20, choices=Step, editable=False)
    locale = models.CharField(
        max_length=20, blank=True, editable=False, help_text="Blank: all languages together."
    )
    lips_model = models.CharField(max_length=20, choices=LipsModel, editable=False)
    length_group = models.PositiveSmallIntegerField(
        editable=False, help_text="0: up to 1 min, then 5, 15, 30, 60, 120; 6: longer."
    )
    samples = models.PositiveIntegerField(editable=False, help_text="Runs ever counted.")
    recent = ArrayField(
        models.FloatField(), editable=False, help_text="Seconds of the latest runs, newest last."
    )
    median_seconds = models.FloatField(editable=False)
    p80_seconds = models.FloatField("four of five within", editable=False)
    slow_seconds = models.FloatField("slow after", editable=False)
    learnt_at = models.DateTimeField(editable=False)

    class Meta(TeamOwned.Meta):
        ordering = ("step", "lips_model", "length_group", "locale")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "step", "locale", "lips_model", "length_group"],
                name="usual_time_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} of {self.locale or 'any language'}"


class LearningMark(models.Model):
    """The one row that says up to which change of history has been learnt from."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    until = models.UUIDField(editable=False, help_text="Changes with a smaller id are counted.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="learning_mark_one_row")]

    def __str__(self) -> str:
        return "How far history has been learnt from"


class RefusedCallbacks(TeamOwned):
    """How many callbacks to a team's own addresses were refused in one hour; nothing of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hour = models.DateTimeField(editable=False, help_text="Its begin.")
    count = models.PositiveIntegerField(default=0, editable=False)
    reason = models.CharField(max_length=200, editable=False, help_text="Of the latest.")
    last_at = models.DateTimeField(editable=False)

    class Meta(TeamOwned.Meta):
        ordering = ("-hour",)
        verbose_name_plural = "refused callbacks"
        constraints = [
            models.UniqueConstraint(fields=["team", "hour"], name="refused_callbacks_hour")
        ]

    def __str__(self) -> str:
        return f"{self.count} refused at {self.hour:%Y-%m-%d %H}:00"
