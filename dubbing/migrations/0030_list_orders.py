from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0029_quick_grams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dubbing",
            index=models.Index(
                condition=models.Q(("is_hidden", False)),
                fields=["team", "stage_since", "id"],
                name="dubbing_since",
            ),
        ),
    ]
