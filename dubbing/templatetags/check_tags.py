from __future__ import annotations

from django import template

from dubbing.models import BatchItem
from dubbing.screens.checks import ItemChecks

register = template.Library()


@register.simple_tag
def checks_of(item: BatchItem) -> ItemChecks:
    return ItemChecks(item)
