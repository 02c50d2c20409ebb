"""What waits to be sent, for the pages it is about."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dubbing.models import Asset, Version
from dubbing.remote.types import AssetSnapshot
from dubbing.screens.outcome import languages_of
from dubbing.screens.queue import Send
from dubbing.screens.waiting import waiting_sends

register = template.Library()

MINUTE = 60


@register.simple_tag(name="waiting_sends")
def waiting_sends_tag(asset: Asset, version: Version | None = None) -> list[Send]:
    return waiting_sends(asset, version)


@register.simple_tag
def countdown(at: datetime) -> SafeString:
    """“in 24 s”; js/countdown.js counts on."""
    seconds = max(0, round((at - timezone.now()).total_seconds()))
    words = f"in {seconds} s" if seconds < 2 * MINUTE else f"in {seconds // MINUTE} min"
    text = words if seconds else "now"
    return format_html('<time datetime="{}" data-countdown>{}</time>', at.isoformat(), text)


@register.simple_tag
def replacement_of(asset: Asset) -> Asset | None:
    found: Asset | None = asset.replacements.order_by("-pk").first()
    return found


@register.filter
def of(known: dict[str, Asset], remote_id: str) -> Asset | None:
    return known.get(remote_id)


@register.filter
def entry_languages(entry: AssetSnapshot) -> str:
    return languages_of(entry)
