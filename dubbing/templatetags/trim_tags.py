"""The part of a page on which somebody chooses the part to dub brings what it shows."""

from __future__ import annotations

from django import template

from dubbing.models import BatchItem
from dubbing.screens.trim import TrimScreen

register = template.Library()


@register.simple_tag(takes_context=True)
def trim_of_item(context: template.Context, item: BatchItem) -> TrimScreen:
    return TrimScreen(item, str(context["request"].user.pk))
