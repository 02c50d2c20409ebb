"""Words that people read: curly apostrophes, and “spend entries”. No column changes."""

from __future__ import annotations

from decimal import Decimal

import django.core.validators
from django.db import migrations, models

import dubbing.validators.texts


class Migration(migrations.Migration):
    dependencies = [
        ("dubbing", "0036_hidden_words"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="spendentry",
            options={
                "base_manager_name": "objects",
                "ordering": ("-id",),
                "verbose_name_plural": "spend entries",
            },
        ),
        migrations.AlterField(
            model_name="asset",
            name="made_elsewhere",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Made in Panjaya’s own studio, not sent by us.",
            ),
        ),
        migrations.AlterField(
            model_name="asset",
            name="reference",
            field=models.CharField(
                blank=True,
                help_text="The caller’s own name for it, such as an id in another system.",
                max_length=200,
                validators=[dubbing.validators.texts.validate_reference],
            ),
        ),
        migrations.AlterField(
            model_name="bulkrow",
            name="seen_revision",
            field=models.PositiveIntegerField(
                editable=False, help_text="Of people’s facts, when it was chosen.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="dubbing",
            name="failure_code",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Why it is broken: the engine’s code, of the version or of the video.",
                max_length=100,
            ),
        ),
        migrations.AlterField(
            model_name="dubbing",
            name="srt",
            field=models.TextField(
                blank=True, help_text="UTF-8, times on the source’s clock.", verbose_name="SRT"
            ),
        ),
        migrations.AlterField(
            model_name="dubbing",
            name="work_revision",
            field=models.PositiveIntegerField(
                db_default=1,
                default=1,
                editable=False,
                help_text="Counts people’s edits: an edit of an older one is shown beside the newer.",
            ),
        ),
        migrations.AlterField(
            model_name="note",
            name="at_seconds",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="On the film’s clock; none: the note is about all of it.",
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="held_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when it waits for an owner’s release: above the month’s ceiling.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="slot_at",
            field=models.DateTimeField(
                editable=False, help_text="When it has a place among the key’s sends.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="unknown_at",
            field=models.DateTimeField(
                editable=False, help_text="When an attempt’s outcome was last unknown.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="ratecard",
            name="currency",
            field=models.CharField(
                help_text="ISO 4217, such as EUR.",
                max_length=3,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Z]{3}\\Z",
                        "Give the currency’s three letters, such as EUR.",
                        "currency",
                    )
                ],
            ),
        ),
        migrations.AlterField(
            model_name="ratecard",
            name="monthly_ceiling",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="What would go above it waits for an owner’s release. Blank: no ceiling.",
                max_digits=14,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
            ),
        ),
        migrations.AlterField(
            model_name="sendingbrake",
            name="delay_seconds",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Seconds a command waits before it is sent. Blank: the installation’s own.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(3600)],
                verbose_name="time to take back",
            ),
        ),
        migrations.AlterField(
            model_name="sendinglane",
            name="at_once",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Blank: the installation’s own.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="sends at once",
            ),
        ),
        migrations.AlterField(
            model_name="sendinglane",
            name="per_minute",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Blank: the installation’s own; the sandbox has no limit then.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="sends per minute",
            ),
        ),
        migrations.AlterField(
            model_name="sheetline",
            name="values",
            field=models.JSONField(
                default=dict,
                editable=False,
                help_text="Of a new video: batch item’s fields → values.",
            ),
        ),
        migrations.AlterField(
            model_name="spendentry",
            name="state",
            field=models.CharField(
                choices=[
                    ("held", "Waits for an owner’s release"),
                    ("counted", "Counted"),
                    ("taken_back", "Given back"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="statuschange",
            name="cause",
            field=models.CharField(
                choices=[
                    ("person", "A person"),
                    ("api", "An API key"),
                    ("sent", "Panjaya’s answer"),
                    ("callback", "Panjaya’s callback"),
                    ("snapshot", "A look at Panjaya"),
                    ("desk", "The desk"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="upload",
            name="fingerprint",
            field=models.CharField(
                blank=True,
                help_text="The sender’s own mark of the file: finds it again when it is chosen anew.",
                max_length=200,
            ),
        ),
    ]
