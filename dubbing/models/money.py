from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from accounts.ids import new_id
from accounts.models import ApiKey, User
from accounts.scoping import TeamManager, TeamOwned
from dubbing.models.assets import Asset
from dubbing.models.dubbings import Dubbing
from dubbing.models.outbox import OutboxMessage
from dubbing.querysets import MonthTotalQuerySet
from dubbing.states import Rounding, SpendState

CURRENCY_LENGTH = 3


class RateCard(TeamOwned):
    """What the team pays, as somebody entered it. Every change is a new row; the newest counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    currency = models.CharField(
        max_length=CURRENCY_LENGTH,
        validators=[
            RegexValidator(
                r"^[A-Z]{3}\Z", "Give the currency’s three letters, such as EUR.", "currency"
            )
        ],
        help_text="ISO 4217, such as EUR.",
    )
    per_minute = models.DecimalField(
        "price per minute",
        max_digits=10,
        decimal_places=4,
        validators=[MinValueValidator(Decimal(0))],
    )
    per_minute_fast = models.DecimalField(
        "price per minute with fast lips",
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Blank: the same.",
    )
    rounding = models.CharField(max_length=20, choices=Rounding, default=Rounding.SECOND)
    monthly_ceiling = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="What would go above it waits for an owner’s release. Blank: no ceiling.",
    )
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TeamOwned.Meta):
        ordering = ("-id",)
        indexes = [models.Index(fields=["team", "-id"], name="rate_card_newest")]

    def __str__(self) -> str:
        return f"{self.per_minute.normalize():f} {self.currency} per minute"


class MonthTotal(TeamOwned):
    """A month's sum of what is counted, kept in step with the entries; locked near a ceiling."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.DateField(help_text="Its first day, in UTC.")
    currency = models.CharField(max_length=CURRENCY_LENGTH, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    minutes = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    tell_due_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When the owners are to be told that something waits for them.",
    )
    told_at = models.DateTimeField(null=True, editable=False, help_text="When they last were.")

    objects: ClassVar[Any] = TeamManager.of(MonthTotalQuerySet)

    class Meta(TeamOwned.Meta):
        ordering = ("-month", "currency")
        constraints = [
            models.UniqueConstraint(fields=["team", "month", "currency"], name="month_total_unique")
        ]
        indexes = [
            models.Index(
                fields=["tell_due_at"],
                name="month_total_to_tell",
                condition=Q(tell_due_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}: {self.amount} {self.currency}"


class SpendEntry(TeamOwned):
    """What one dub is expected to cost: a line of the team's own ledger, not the engine's bill."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="spending")
    dubbing = models.OneToOneField(Dubbing, on_delete=models.CASCADE, related_name="spending")
    message = models.ForeignKey(
        OutboxMessage, null=True, on_delete=models.SET_NULL, related_name="spending"
    )
    state = models.CharField(max_length=20, choices=SpendState)
    month = models.DateField(help_text="Its first day, in UTC.")
    minutes = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, help_text="As billed; empty: length unknown."
    )
    currency = models.CharField(max_length=CURRENCY_LENGTH, blank=True)
    rate = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, help_text="Empty: there was no rate card."
    )
    rounding = models.CharField(max_length=20, choices=Rounding, default=Rounding.SECOND)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_by_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TeamOwned.Meta):
        verbose_name_plural = "spend entries"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="spend_unknown_costs_nothing",
                condition=Q(minutes__isnull=False, rate__isnull=False) | Q(amount=0),
            )
        ]
        indexes = [
            models.Index(fields=["team", "month", "-id"], name="spend_of_month"),
            models.Index(fields=["team", "-id"], name="spend_newest"),
            models.Index(
                fields=["state", "team", "-id"],
                name="spend_uncounted",
                condition=Q(state__in=[SpendState.HELD, SpendState.TAKEN_BACK]),
            ),
            models.Index(
                fields=["asset"], name="spend_unknown_length", condition=Q(minutes__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
