from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0005_brakes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="asset",
            name="asset_one_source",
        ),
        migrations.AddField(
            model_name="asset",
            name="made_elsewhere",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Made in Panjaya's own studio, not sent by us.",
            ),
        ),
        migrations.AddField(
            model_name="asset",
            name="replaces",
            field=models.ForeignKey(
                editable=False,
                help_text="The failed video that it was sent in place of.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replacements",
                to="dubbing.asset",
            ),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("media_url", ""), ("media_file", ""), _connector="XOR"),
                    models.Q(("made_elsewhere", True), ("media_file", ""), ("media_url", "")),
                    _connector="OR",
                ),
                name="asset_one_source",
            ),
        ),
        # A replacement belongs to the team of what it replaces.
        migrations.RunSQL(
            "ALTER TABLE dubbing_asset ADD CONSTRAINT asset_replaces_id_same_team "
            "FOREIGN KEY (team_id, replaces_id) REFERENCES dubbing_asset (team_id, id) "
            "ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE dubbing_asset DROP CONSTRAINT asset_replaces_id_same_team",
        ),
    ]
