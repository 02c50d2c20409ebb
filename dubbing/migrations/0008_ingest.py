from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids
import dubbing.models.uploads

# (child table, its column, parent table, what happens when the parent goes)
TIES = (
    ("batchitem", "batch_id", "batch", "CASCADE"),
    ("batchitem", "upload_id", "upload", "NO ACTION"),
    ("batchitem", "background_upload_id", "upload", "NO ACTION"),
    ("batchitem", "asset_id", "asset", "NO ACTION"),
    ("subtitlefile", "batch_id", "batch", "CASCADE"),
    ("subtitlefile", "item_id", "batchitem", "NO ACTION"),
)
PARENTS = ("batch", "batchitem", "upload")


def same_team_key(parent: str) -> migrations.RunSQL:
    name = f"{parent}_team_key"
    return migrations.RunSQL(
        f"ALTER TABLE dubbing_{parent} ADD CONSTRAINT {name} UNIQUE (team_id, id)",
        f"ALTER TABLE dubbing_{parent} DROP CONSTRAINT {name}",
    )


def tie(child: str, column: str, parent: str, on_delete: str) -> migrations.RunSQL:
    name = f"{child}_{column}_same_team"
    return migrations.RunSQL(
        f"ALTER TABLE dubbing_{child} ADD CONSTRAINT {name} FOREIGN KEY (team_id, {column}) "
        f"REFERENCES dubbing_{parent} (team_id, id) ON DELETE {on_delete} "
        "DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE dubbing_{child} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0007_tried_since"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
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
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Being prepared"),
                            ("sending", "Being taken over"),
                            ("sent", "Given to the desk"),
                            ("discarded", "Thrown away"),
                        ],
                        default="open",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "settings",
                    models.JSONField(
                        default=dict,
                        help_text="What new rows start with: field names → values as typed.",
                    ),
                ),
                ("revision", models.PositiveBigIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "ordering": ("-id",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
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
                ("position", models.PositiveIntegerField(help_text="From 1; gaps are harmless.")),
                ("media_url", models.CharField(blank=True, max_length=2000)),
                (
                    "file_name",
                    models.CharField(
                        blank=True,
                        help_text="The file it waits for, or had: finds it again when the same file is given.",
                        max_length=255,
                    ),
                ),
                ("background_audio_url", models.CharField(blank=True, max_length=2000)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(blank=True, max_length=200)),
                ("project", models.CharField(blank=True, max_length=200)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("locale", models.CharField(blank=True, max_length=20)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("speakers_count", models.IntegerField(blank=True, null=True)),
                ("start_time", models.CharField(blank=True, max_length=40)),
                ("end_time", models.CharField(blank=True, max_length=40)),
                ("lips_model", models.CharField(blank=True, max_length=20)),
                (
                    "faults",
                    models.JSONField(
                        default=dict,
                        editable=False,
                        help_text="Field → [{code, message}], of the rules.",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("unchecked", "Not checked"),
                            ("checking", "Being checked"),
                            ("green", "Fit to send"),
                            ("amber", "Look at it first"),
                            ("red", "Cannot be sent"),
                        ],
                        default="unchecked",
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "findings",
                    models.JSONField(
                        default=list,
                        editable=False,
                        help_text="[{level, code, field, message}], of pre-flight.",
                    ),
                ),
                (
                    "facts",
                    models.JSONField(
                        default=dict,
                        editable=False,
                        help_text="Length, size and the like, where known.",
                    ),
                ),
                (
                    "duration_seconds",
                    models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True),
                ),
                ("checked_at", models.DateTimeField(editable=False, null=True)),
                ("check_due_at", models.DateTimeField(editable=False, null=True)),
                ("check_lease_until", models.DateTimeField(editable=False, null=True)),
                ("removed_at", models.DateTimeField(editable=False, null=True)),
                ("revision", models.PositiveBigIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "asset",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="batch_item",
                        to="dubbing.asset",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="dubbing.batch",
                    ),
                ),
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
                "ordering": ("position", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="LanguageSet",
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
                ("name", models.CharField(max_length=100)),
                (
                    "locales",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Preset",
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
                ("name", models.CharField(max_length=100)),
                (
                    "settings",
                    models.JSONField(
                        default=dict, help_text="Field names of a batch item → values as typed."
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SubtitleFile",
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
                ("locale", models.CharField(blank=True, max_length=20)),
                ("name", models.CharField(help_text="With the folders it lay in.", max_length=255)),
                (
                    "format",
                    models.CharField(
                        blank=True, help_text="What it was before: SRT, VTT…", max_length=20
                    ),
                ),
                ("original", models.BinaryField(help_text="As given, at most 1 MB.")),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="SRT in UTF-8; empty where it cannot be read."
                    ),
                ),
                (
                    "findings",
                    models.JSONField(
                        default=list,
                        help_text="[{level, code, line, cue, message, mend}], see the checks.",
                    ),
                ),
                (
                    "notes",
                    models.JSONField(
                        default=list, help_text="What was changed on the way, in words."
                    ),
                ),
                ("matched_by_person", models.BooleanField(default=False)),
                ("removed_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subtitles",
                        to="dubbing.batch",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subtitles",
                        to="dubbing.batchitem",
                    ),
                ),
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
                "ordering": ("name", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Upload",
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
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.BigIntegerField(help_text="Bytes, as announced.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "Coming in"),
                            ("checking", "Being checked"),
                            ("ready", "Ready"),
                            ("refused", "Refused"),
                            ("given_up", "Given up"),
                        ],
                        default="receiving",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("error_code", models.CharField(blank=True, editable=False, max_length=100)),
                ("error_message", models.TextField(blank=True, editable=False)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        editable=False,
                        max_length=300,
                        upload_to=dubbing.models.uploads.upload_path,
                    ),
                ),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "facts",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        editable=False,
                        help_text="MediaFacts.as_json(), and sound.",
                    ),
                ),
                (
                    "poster",
                    models.FileField(
                        blank=True,
                        editable=False,
                        max_length=300,
                        upload_to=dubbing.models.uploads.upload_path,
                    ),
                ),
                (
                    "waveform",
                    models.FileField(
                        blank=True,
                        editable=False,
                        max_length=300,
                        upload_to=dubbing.models.uploads.upload_path,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
                (
                    "expires_at",
                    models.DateTimeField(
                        editable=False, help_text="When it is swept away if nothing was made of it."
                    ),
                ),
                ("revision", models.PositiveBigIntegerField(default=1, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by_key",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
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
                "ordering": ("-id",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="batchitem",
            name="background_upload",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="dubbing.upload",
            ),
        ),
        migrations.AddField(
            model_name="batchitem",
            name="upload",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="items",
                to="dubbing.upload",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["team", "state", "-id"], name="batch_by_state"),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["id"], name="batch_sending"
            ),
        ),
        migrations.AddConstraint(
            model_name="languageset",
            constraint=models.UniqueConstraint(
                fields=("team", "name"), name="language_set_name_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="preset",
            constraint=models.UniqueConstraint(fields=("team", "name"), name="preset_name_unique"),
        ),
        migrations.AddConstraint(
            model_name="subtitlefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("item__isnull", False),
                    ("removed_at", None),
                    models.Q(("locale", ""), _negated=True),
                ),
                fields=("item", "locale"),
                name="subtitle_one_per_language",
            ),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("sha256", ""), _negated=True),
                fields=["team", "sha256"],
                name="upload_sha",
            ),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["expires_at"], name="upload_expires"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0)), name="upload_has_size"
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(
                        models.Q(("file", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="upload_ready_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="batchitem",
            index=models.Index(fields=["batch", "position", "id"], name="batch_item_order"),
        ),
        migrations.AddIndex(
            model_name="batchitem",
            index=models.Index(
                condition=models.Q(("check_due_at__isnull", False)),
                fields=["check_due_at"],
                name="batch_item_check_due",
            ),
        ),
        *map(same_team_key, PARENTS),
        *(tie(*entry) for entry in TIES),
    ]
