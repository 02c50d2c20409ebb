from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0024_current_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="LearningMark",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "until",
                    models.UUIDField(
                        editable=False, help_text="Changes with a smaller id are counted."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="learning_mark_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedCallbacks",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("hour", models.DateTimeField(editable=False, help_text="Its begin.")),
                ("count", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "reason",
                    models.CharField(editable=False, help_text="Of the latest.", max_length=200),
                ),
                ("last_at", models.DateTimeField(editable=False)),
                (
                    "team",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "refused callbacks",
                "ordering": ("-hour",),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("team", "hour"), name="refused_callbacks_hour")
                ],
            },
        ),
        migrations.CreateModel(
            name="UsualTime",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("preparing", "Preparing the draft"),
                            ("generating", "Making the film"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Blank: all languages together.",
                        max_length=20,
                    ),
                ),
                (
                    "lips_model",
                    models.CharField(
                        choices=[("quality", "Best quality"), ("fast", "Fast")],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "length_group",
                    models.PositiveSmallIntegerField(
                        editable=False,
                        help_text="0: up to 1 min, then 5, 15, 30, 60, 120; 6: longer.",
                    ),
                ),
                (
                    "samples",
                    models.PositiveIntegerField(editable=False, help_text="Runs ever counted."),
                ),
                (
                    "recent",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(),
                        editable=False,
                        help_text="Seconds of the latest runs, newest last.",
                        size=None,
                    ),
                ),
                ("median_seconds", models.FloatField(editable=False)),
                (
                    "p80_seconds",
                    models.FloatField(editable=False, verbose_name="four of five within"),
                ),
                ("slow_seconds", models.FloatField(editable=False, verbose_name="slow after")),
                ("learnt_at", models.DateTimeField(editable=False)),
                (
                    "team",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("step", "lips_model", "length_group", "locale"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "step", "locale", "lips_model", "length_group"),
                        name="usual_time_unique",
                    )
                ],
            },
        ),
    ]
