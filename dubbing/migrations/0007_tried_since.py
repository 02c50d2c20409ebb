from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dubbing", "0006_replaced_and_adopted"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="tried_since",
            field=models.DateTimeField(
                editable=False, help_text="The first attempt of this round of tries.", null=True
            ),
        ),
    ]
