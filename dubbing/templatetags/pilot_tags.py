from __future__ import annotations

from django import template

from dubbing.models import BatchItem
from dubbing.screens.pilots import ItemPilot

register = template.Library()


@register.simple_tag
def pilot_of(item: BatchItem) -> ItemPilot:
    return ItemPilot(item)
