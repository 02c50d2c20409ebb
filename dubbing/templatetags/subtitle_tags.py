"""The panels about subtitles bring what they show: whichever page or fragment they stand on."""

from __future__ import annotations

from django import template

from dubbing.models import Batch, BatchItem
from dubbing.screens.batch_subtitles import BatchSubtitles
from dubbing.screens.item_subtitles import ItemSubtitles

register = template.Library()


@register.simple_tag
def subtitles_of_batch(batch: Batch) -> BatchSubtitles:
    return BatchSubtitles(batch)


@register.simple_tag(takes_context=True)
def subtitles_of_item(context: template.Context, item: BatchItem) -> ItemSubtitles:
    """The language that the address asks for by `srt` is the one shown in full."""
    request = context["request"]
    wanted = request.POST.get("srt") or request.GET.get("srt", "")
    return ItemSubtitles(item, wanted, str(request.user.pk))
