from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dubbing", "0016_expected_checksum")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="original_removed_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when the desk no longer keeps the given files.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                condition=models.Q(
                    ("original_removed_at", None), models.Q(("media_file", ""), _negated=True)
                ),
                fields=["id"],
                name="asset_original",
            ),
        ),
    ]
