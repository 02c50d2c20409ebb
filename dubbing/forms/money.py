from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from dubbing.forms.fields import add_service_errors
from dubbing.models import RateCard
from dubbing.states import Rounding

NUMBER = {"inputmode": "decimal", "autocomplete": "off", "step": "any"}


class RatesForm(forms.Form):
    """What the team pays, and from what sum on an owner is asked first."""

    currency = forms.CharField(
        label="Currency",
        max_length=10,
        help_text="Its three letters, such as EUR or USD.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    per_minute = forms.DecimalField(
        label="Price per minute",
        max_digits=10,
        decimal_places=4,
        widget=forms.NumberInput(attrs=NUMBER),
        help_text="For each minute in each language.",
    )
    per_minute_fast = forms.DecimalField(
        label="With fast lip movements",
        required=False,
        max_digits=10,
        decimal_places=4,
        widget=forms.NumberInput(attrs=NUMBER),
        help_text="Left blank: the same price.",
    )
    rounding = forms.ChoiceField(label="What is paid", choices=Rounding)
    monthly_ceiling = forms.DecimalField(
        label="Ceiling of a month",
        required=False,
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs=NUMBER),
        help_text="What would go above it waits for an owner. Left blank: no ceiling.",
    )

    add_service_errors = add_service_errors

    @classmethod
    def of(cls, card: RateCard | None, data: QueryDict | None = None) -> RatesForm:
        return cls(data, initial=_values(card) if card else {"rounding": Rounding.SECOND})


def _values(card: RateCard) -> dict[str, Any]:
    return {
        "currency": card.currency,
        "per_minute": _plain(card.per_minute),
        "per_minute_fast": _plain(card.per_minute_fast),
        "rounding": card.rounding,
        "monthly_ceiling": card.monthly_ceiling,
    }


def _plain(number: Decimal | None) -> str:
    """`1.5` for 1.5000: as somebody would type it."""
    return "" if number is None else f"{number.normalize():f}"
