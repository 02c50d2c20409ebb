"""Indexes for each filter, in the order of pages; those that none needs are taken away.

One at a time and beside the work that goes on: on ten million rows each takes seconds. Whoever is
interrupted begins anew: what was half made is dropped first.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

NEW = (
    "asset_in_project",
    "dubbing_finished",
    "dubbing_stage_open",
    "dubbing_owner_none",
    "dubbing_reviewer_none",
    "dubbing_priority_asset",
    "dubbing_owner_stage",
    "dubbing_reviewer_stage",
    "dubbing_locale_stage",
    "dubbing_priority_stage",
    "dubbing_failures",
    "dubbing_of_owner",
    "dubbing_of_reviewer",
    "dubbing_of_judge",
)
# Of keys, by the names that Django gave them. Altering the fields by Django would also drop each
# key and prove it over all rows again.
UNUSED = {
    "dubbing_dubbing_asset_id_0c48105a": "asset_id",
    "dubbing_dubbing_locale_0ccbb12a": "locale",
    "dubbing_dubbing_locale_0ccbb12a_like": "locale varchar_pattern_ops",
    "dubbing_dubbing_owner_id_61af74a9": "owner_id",
    "dubbing_dubbing_reviewed_by_id_37db8e6e": "reviewed_by_id",
    "dubbing_dubbing_reviewer_id_431fba28": "reviewer_id",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0034_row_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in NEW], migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            model_name="asset",
            index=models.Index(
                condition=models.Q(("hidden_at", None)),
                fields=["team", "project", "-id"],
                name="asset_in_project",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), ("stage", "finished")),
                fields=["team", "-asset"],
                name="dubbing_finished",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False), models.Q(("stage", "finished"), _negated=True)
                ),
                fields=["team", "stage", "-asset"],
                include=("stage_since",),
                name="dubbing_stage_open",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), ("owner__isnull", True)),
                fields=["team", "-asset"],
                name="dubbing_owner_none",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), ("reviewer__isnull", True)),
                fields=["team", "-asset"],
                name="dubbing_reviewer_none",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False), models.Q(("priority", 2), _negated=True)),
                fields=["team", "priority", "-asset"],
                name="dubbing_priority_asset",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False), models.Q(("stage", "finished"), _negated=True)
                ),
                fields=["team", "owner", "stage", "-asset"],
                name="dubbing_owner_stage",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False), models.Q(("stage", "finished"), _negated=True)
                ),
                fields=["team", "reviewer", "stage", "-asset"],
                name="dubbing_reviewer_stage",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False), models.Q(("stage", "finished"), _negated=True)
                ),
                fields=["team", "locale", "stage", "-asset"],
                name="dubbing_locale_stage",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False),
                    models.Q(("stage", "finished"), _negated=True),
                    models.Q(("priority", 2), _negated=True),
                ),
                fields=["team", "priority", "stage", "-asset"],
                name="dubbing_priority_stage",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False), models.Q(("failure_code", ""), _negated=True)
                ),
                fields=["team", "failure_code", "-asset"],
                include=("stage",),
                name="dubbing_failures",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)),
                fields=["owner"],
                name="dubbing_of_owner",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("reviewer__isnull", False)),
                fields=["reviewer"],
                name="dubbing_of_reviewer",
            ),
        ),
        AddIndexConcurrently(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("reviewed_by__isnull", False)),
                fields=["reviewed_by"],
                name="dubbing_of_judge",
            ),
        ),
        RemoveIndexConcurrently(model_name="asset", name="asset_by_project"),
        RemoveIndexConcurrently(model_name="dubbing", name="dubbing_stage_asset"),
        RemoveIndexConcurrently(model_name="dubbing", name="dubbing_failure_asset"),
        RemoveIndexConcurrently(model_name="dubbing", name="dubbing_owner_open"),
        RemoveIndexConcurrently(model_name="dubbing", name="dubbing_reviewer_open"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in UNUSED],
                    [
                        f"CREATE INDEX CONCURRENTLY {name} ON dubbing_dubbing ({column})"
                        for name, column in UNUSED.items()
                    ],
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="dubbing",
                    name="asset",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dubbings",
                        to="dubbing.asset",
                    ),
                ),
                migrations.AlterField(
                    model_name="dubbing",
                    name="locale",
                    field=models.ForeignKey(
                        db_column="locale",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dubbing.locale",
                    ),
                ),
                migrations.AlterField(
                    model_name="dubbing",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="dubbing",
                    name="reviewed_by",
                    field=models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="dubbing",
                    name="reviewer",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
