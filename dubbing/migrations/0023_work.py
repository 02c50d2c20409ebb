from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0022_owners_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberDesk",
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
                    "columns",
                    models.JSONField(blank=True, default=list, help_text="Of the list, in order."),
                ),
                (
                    "is_comfortable",
                    models.BooleanField(default=False, verbose_name="comfortable density"),
                ),
                ("seen_at", models.DateTimeField(editable=False, null=True)),
                (
                    "last_here_at",
                    models.DateTimeField(
                        editable=False, help_text="When the visit before this one ended.", null=True
                    ),
                ),
                (
                    "wants_digest",
                    models.BooleanField(default=True, verbose_name="daily digest by mail"),
                ),
                ("digest_sent_on", models.DateField(editable=False, null=True)),
            ],
            options={
                "ordering": ("team", "user"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Note",
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
                    "at_seconds",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="On the film's clock; none: the note is about all of it.",
                        max_digits=12,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("edited_at", models.DateTimeField(editable=False, null=True)),
                ("resolved_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("at_seconds", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                ("name", models.CharField(max_length=200)),
                ("page", models.CharField(help_text="“matrix” or “list”.", max_length=20)),
                (
                    "query",
                    models.CharField(
                        blank=True, help_text="Without the question mark.", max_length=2000
                    ),
                ),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="for the whole team"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("name", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="dubbing",
            name="current",
            field=models.ForeignKey(
                editable=False,
                help_text="The newest version, unless a person pinned another one.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="dubbing.version",
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="due"),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="failure_code",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Why it is broken: the engine's code, of the version or of the video.",
                max_length=100,
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="is_hidden",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, help_text="As its video is."
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="is_pinned",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")],
                db_default=2,
                default=2,
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="review",
            field=models.CharField(
                choices=[
                    ("not_started", "Not started"),
                    ("in_review", "In review"),
                    ("approved", "Approved"),
                    ("revision_asked", "Revision asked"),
                ],
                db_default="not_started",
                default="not_started",
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="review_reason",
            field=models.TextField(blank=True, db_default="", editable=False),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="reviewed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="reviewed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="reviewer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="versions_count",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="dubbing",
            name="work_revision",
            field=models.PositiveIntegerField(
                db_default=1,
                default=1,
                editable=False,
                help_text="Counts people's edits: an edit of an older one is shown beside the newer.",
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
                    ("in_review", "In review"),
                    ("revision_asked", "Revision asked"),
                    ("approved", "Approved"),
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
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False)),
                fields=["team", "stage", "-asset"],
                name="dubbing_stage_asset",
            ),
        ),
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False)),
                fields=["team", "locale", "-asset"],
                name="dubbing_locale_asset",
            ),
        ),
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), ("owner__isnull", False)),
                fields=["team", "owner", "-asset"],
                name="dubbing_owner_asset",
            ),
        ),
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), ("reviewer__isnull", False)),
                fields=["team", "reviewer", "-asset"],
                name="dubbing_reviewer_asset",
            ),
        ),
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), ("due_on__isnull", False)),
                fields=["team", "due_on", "id"],
                name="dubbing_due",
            ),
        ),
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False)),
                fields=["team", "stage", "stage_since"],
                name="dubbing_waits",
            ),
        ),
        migrations.AddField(
            model_name="memberdesk",
            name="team",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="memberdesk",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="asset",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="dubbing.asset",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="author_key",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.apikey",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="dubbing",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="dubbing.dubbing",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="reply_to",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replies",
                to="dubbing.note",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="resolved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="The version that was looked at.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="dubbing.version",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="team",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="memberdesk",
            name="start_view",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="dubbing.savedview",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["dubbing", "id"], name="note_of_dubbing"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["team", "dubbing"],
                name="note_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("team", "user", "name"), name="saved_view_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="memberdesk",
            constraint=models.UniqueConstraint(fields=("team", "user"), name="member_desk_unique"),
        ),
    ]
