from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0021_pilots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="monthtotal",
            name="tell_due_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When the owners are to be told that something waits for them.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="monthtotal",
            name="told_at",
            field=models.DateTimeField(editable=False, help_text="When they last were.", null=True),
        ),
        migrations.AddIndex(
            model_name="monthtotal",
            index=models.Index(
                condition=models.Q(("tell_due_at__isnull", False)),
                fields=["tell_due_at"],
                name="month_total_to_tell",
            ),
        ),
        migrations.AddIndex(
            model_name="spendentry",
            index=models.Index(fields=["team", "-id"], name="spend_newest"),
        ),
        migrations.AddIndex(
            model_name="spendentry",
            index=models.Index(
                condition=models.Q(("state__in", ["held", "taken_back"])),
                fields=["state", "team", "-id"],
                name="spend_uncounted",
            ),
        ),
    ]
