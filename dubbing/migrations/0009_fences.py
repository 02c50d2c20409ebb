from __future__ import annotations

from django.db import migrations, models

TOLD = "The number under which its state was told."
REOPENED = """
UPDATE dubbing_version SET was_reopened = true
WHERE id IN (SELECT version_id FROM dubbing_outboxmessage WHERE kind = 'revise' AND state = 'done')
   OR generation > 0 AND status <> 'Completed'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dubbing", "0008_ingest"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE dubbing_fence", "DROP SEQUENCE dubbing_fence"),
        migrations.AddField(
            model_name="asset",
            name="fence",
            field=models.BigIntegerField(editable=False, help_text=TOLD, null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="fence",
            field=models.BigIntegerField(editable=False, help_text=TOLD, null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="was_reopened",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="It came back to editing: a late callback may tell of its earlier life.",
            ),
        ),
        migrations.RunSQL(REOPENED, migrations.RunSQL.noop),
    ]
