from __future__ import annotations

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids

# (child table, its column, parent table, what happens when the parent goes)
TIES = (
    ("spendentry", "asset_id", "asset", "CASCADE"),
    ("spendentry", "dubbing_id", "dubbing", "CASCADE"),
    ("spendentry", "message_id", "outboxmessage", "NO ACTION"),
)


def tie(child: str, column: str, parent: str, on_delete: str) -> migrations.RunSQL:
    name = f"{child}_{column}_same_team"
    return migrations.RunSQL(
        f"ALTER TABLE dubbing_{child} ADD CONSTRAINT {name} FOREIGN KEY (team_id, {column}) "
        f"REFERENCES dubbing_{parent} (team_id, id) ON DELETE {on_delete} "
        "DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE dubbing_{child} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("dubbing", "0019_same_team_keys_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="held_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when it waits for an owner's release: above the month's ceiling.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="MonthTotal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.DateField(help_text="Its first day, in UTC.")),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=14),
                ),
                (
                    "minutes",
                    models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=14),
                ),
                (
                    "team",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("-month", "currency"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "month", "currency"), name="month_total_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RateCard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        help_text="ISO 4217, such as EUR.",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}\\Z",
                                "Give the currency's three letters, such as EUR.",
                                "currency",
                            )
                        ],
                    ),
                ),
                (
                    "per_minute",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="price per minute",
                    ),
                ),
                (
                    "per_minute_fast",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Blank: the same.",
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="price per minute with fast lips",
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("second", "By the second"),
                            ("started_minute", "Every started minute"),
                        ],
                        default="second",
                        max_length=20,
                    ),
                ),
                (
                    "monthly_ceiling",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="What would go above it waits for an owner's release. Blank: no ceiling.",
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["team", "-id"], name="rate_card_newest")],
            },
        ),
        migrations.CreateModel(
            name="SpendEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=accounts.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Waits for an owner's release"),
                            ("counted", "Counted"),
                            ("taken_back", "Given back"),
                        ],
                        max_length=20,
                    ),
                ),
                ("month", models.DateField(help_text="Its first day, in UTC.")),
                (
                    "minutes",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="As billed; empty: length unknown.",
                        max_digits=12,
                        null=True,
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="Empty: there was no rate card.",
                        max_digits=10,
                        null=True,
                    ),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("second", "By the second"),
                            ("started_minute", "Every started minute"),
                        ],
                        default="second",
                        max_length=20,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=14),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spending",
                        to="dubbing.asset",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by_key",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "dubbing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spending",
                        to="dubbing.dubbing",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="spending",
                        to="dubbing.outboxmessage",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["team", "month", "-id"], name="spend_of_month"),
                    models.Index(
                        condition=models.Q(("minutes__isnull", True)),
                        fields=["asset"],
                        name="spend_unknown_length",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("minutes__isnull", False), ("rate__isnull", False)),
                            ("amount", 0),
                            _connector="OR",
                        ),
                        name="spend_unknown_costs_nothing",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE dubbing_outboxmessage "
            "ADD CONSTRAINT outboxmessage_team_key UNIQUE (team_id, id)",
            "ALTER TABLE dubbing_outboxmessage DROP CONSTRAINT outboxmessage_team_key",
        ),
        *(tie(*entry) for entry in TIES),
    ]
