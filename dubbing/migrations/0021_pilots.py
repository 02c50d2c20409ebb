from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Deferred: a team's rows may go in any order within one transaction.
TIES = (("asset", "promoted_from_id"), ("batchitem", "pilot_id"))


def tie(child: str, column: str) -> migrations.RunSQL:
    name = f"{child}_{column}_same_team"
    return migrations.RunSQL(
        f"ALTER TABLE dubbing_{child} ADD CONSTRAINT {name} FOREIGN KEY (team_id, {column}) "
        "REFERENCES dubbing_asset (team_id, id) ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE dubbing_{child} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dubbing", "0020_money"),
    ]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="is_pilot",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="A short piece, to look at before the full run.",
            ),
        ),
        migrations.AddField(
            model_name="asset",
            name="pilot_plan",
            field=models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                help_text="Of a pilot: title, reference, trim and languages of the full run.",
            ),
        ),
        migrations.AddField(
            model_name="asset",
            name="promoted_from",
            field=models.OneToOneField(
                editable=False,
                help_text="The pilot that was looked at first.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="full_run",
                to="dubbing.asset",
            ),
        ),
        migrations.AddField(
            model_name="batchitem",
            name="pilot",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="pilot_of",
                to="dubbing.asset",
            ),
        ),
        *(tie(*entry) for entry in TIES),
    ]
