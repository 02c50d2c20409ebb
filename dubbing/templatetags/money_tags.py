"""Sums, rates and minutes, as people read them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from dubbing.models import OutboxMessage
from dubbing.screens.amounts import minutes_words
from dubbing.states import SPEND_BADGES, Badge, SpendState

register = template.Library()


@register.simple_tag
def money(amount: Decimal, currency: str) -> str:
    """`1,234.50 EUR`; a no-break space keeps both on one line."""
    return f"{number_format(amount, 2, force_grouping=True)}\N{NO-BREAK SPACE}{currency}".strip()


@register.filter
def rate(number: Decimal) -> str:
    """At least two decimals, and as many as somebody entered."""
    plain = f"{number.normalize():f}"
    decimals = len(plain.partition(".")[2])
    return number_format(number, max(2, decimals))


@register.filter
def minutes(number: Decimal | None) -> str:
    """`12.5 min`, to a tenth; `5 s` below a minute."""
    return "" if number is None else minutes_words(number)


@register.filter
def amount_of(message: OutboxMessage) -> Decimal:
    """What a command's dubs come to; its lines are fetched."""
    return sum((line.amount for line in message.spending.all()), Decimal(0))


@register.filter
def spend_badge(state: str) -> Badge:
    return SPEND_BADGES[SpendState(state)]
