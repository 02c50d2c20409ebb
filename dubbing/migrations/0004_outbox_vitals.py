from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dubbing", "0003_documented_locales")]

    operations = [
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("state__in", ["refused", "unconfirmed"])),
                fields=["state", "-id"],
                name="outbox_troubled",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)),
                fields=["-sent_at"],
                name="outbox_claimed",
            ),
        ),
    ]
