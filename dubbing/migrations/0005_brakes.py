from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0004_outbox_vitals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InstallationBrake",
            fields=[
                ("paused_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reason", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SendingBrake",
            fields=[
                ("paused_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reason", models.CharField(blank=True, editable=False, max_length=300)),
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
                    "delay_seconds",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Seconds a command waits before it is sent. Blank: the installation's own.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(3600)],
                        verbose_name="time to take back",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SendingLane",
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
                    "at_once",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Blank: the installation's own.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="sends at once",
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Blank: the installation's own; the sandbox has no limit then.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="sends per minute",
                    ),
                ),
                (
                    "tokens",
                    models.FloatField(
                        default=0,
                        editable=False,
                        help_text="Below zero: places that are promised already.",
                    ),
                ),
                ("filled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "held_until",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Panjaya asked us to come later.",
                        null=True,
                    ),
                ),
                (
                    "outages",
                    models.PositiveIntegerField(
                        default=0,
                        editable=False,
                        help_text="Attempts in a row that found nobody there.",
                    ),
                ),
                ("down_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("probe_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "rejected_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When the key was last refused.",
                        null=True,
                    ),
                ),
                (
                    "rejected_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Digest of the sealed key of then.",
                        max_length=64,
                    ),
                ),
                ("rejected_reason", models.TextField(blank=True, editable=False)),
            ],
            options={
                "ordering": ("-id",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="callbackdelivery",
            name="signature_form",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="How its signature was written.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="absent_calls",
            field=models.JSONField(
                default=list,
                editable=False,
                help_text="Calls that the engine proved not to have: call, status_code and at.",
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="check_detail",
            field=models.TextField(blank=True, editable=False, verbose_name="what it found"),
        ),
        migrations.AddField(
            model_name="connection",
            name="check_result",
            field=models.CharField(
                choices=[
                    ("unchecked", "Not checked yet"),
                    ("accepted", "Accepted"),
                    ("unverified", "Not verified"),
                    ("refused", "Key refused"),
                ],
                default="unchecked",
                editable=False,
                max_length=20,
                verbose_name="last check",
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="checked_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="evidence",
            field=models.JSONField(
                default=dict, editable=False, help_text="What free looks at the engine have shown."
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="looks_booked_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="looks_per_minute",
            field=models.PositiveIntegerField(
                default=60,
                help_text="At most so many requests that only read, with this key.",
                validators=[
                    django.core.validators.MinValueValidator(20),
                    django.core.validators.MaxValueValidator(6000),
                ],
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="profile",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Where the engine spells things differently from what this desk assumes.",
                verbose_name="wire profile",
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="verified_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last accepted"),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="slot_at",
            field=models.DateTimeField(
                editable=False, help_text="When it has a place among the key's sends.", null=True
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="unknown_at",
            field=models.DateTimeField(
                editable=False, help_text="When an attempt's outcome was last unknown.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="dubbing",
            name="stage",
            field=models.CharField(
                choices=[
                    ("sending", "Being sent"),
                    ("not_sent", "Not sent"),
                    ("unconfirmed", "Unknown outcome"),
                    ("preparing", "Preparing"),
                    ("ready", "Ready for review"),
                    ("generating", "Generating"),
                    ("finished", "Finished"),
                    ("failed", "Failed"),
                    ("unknown", "Unknown state"),
                ],
                default="sending",
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be sent"),
                    ("sending", "Being sent"),
                    ("done", "Arrived"),
                    ("refused", "Refused"),
                    ("unconfirmed", "Unknown outcome"),
                    ("cancelled", "Taken back"),
                ],
                default="waiting",
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("state__in", ["sending", "unconfirmed", "waiting"])),
                fields=["team", "due_at", "id"],
                name="outbox_open",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("state", "sending")),
                fields=["lease_until"],
                name="outbox_under_way",
            ),
        ),
        migrations.AddField(
            model_name="installationbrake",
            name="paused_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sendingbrake",
            name="paused_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sendingbrake",
            name="team",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="sendinglane",
            name="connection",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lane",
                to="dubbing.connection",
            ),
        ),
        migrations.AddField(
            model_name="sendinglane",
            name="team",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="installationbrake",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="installation_brake_one_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingbrake",
            constraint=models.UniqueConstraint(fields=("team",), name="brake_one_per_team"),
        ),
        # A lane can never hang under another team's connection.
        migrations.RunSQL(
            "ALTER TABLE dubbing_sendinglane ADD CONSTRAINT sendinglane_connection_id_same_team "
            "FOREIGN KEY (team_id, connection_id) REFERENCES dubbing_connection (team_id, id) "
            "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE dubbing_sendinglane DROP CONSTRAINT sendinglane_connection_id_same_team",
        ),
    ]
