from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0010_subtitle_mends"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="created_by_key",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.apikey",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="discarded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="lease_until",
            field=models.DateTimeField(
                editable=False,
                help_text="Until then a worker turns its rows into videos.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="pasted",
            field=models.TextField(
                blank=True,
                editable=False,
                help_text="Typed into the field for addresses, not yet rows.",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="sent_by_key",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.apikey",
            ),
        ),
        migrations.AddField(
            model_name="batchitem",
            name="send_asked_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Sending was asked for; a worker makes the video.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="batch",
            name="sent_at",
            field=models.DateTimeField(
                editable=False, help_text="When sending was asked for the last time.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="batchitem",
            index=models.Index(
                condition=models.Q(("asset", None), ("send_asked_at__isnull", False)),
                fields=["batch", "position", "id"],
                name="batch_item_to_send",
            ),
        ),
    ]
