from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0031_failures_found"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(
                    ("is_hidden", False),
                    ("due_on__isnull", False),
                    models.Q(("stage", "finished"), _negated=True),
                ),
                fields=["team", "due_on"],
                name="dubbing_due_open",
            ),
        ),
    ]
