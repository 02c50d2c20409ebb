"""What the matrix's pages need to say."""

from __future__ import annotations

from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.desk import icon_body
from dubbing.short_ids import short_id

register = template.Library()
register.filter(short_id)


@register.simple_tag
def icon_address(name: str) -> SafeString:
    """A drawing as an address that holds it, to be used as a mask."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000"'
        ' stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round">'
        f"{icon_body(name)}</svg>"
    )
    return mark_safe(f"data:image/svg+xml,{quote(drawing)}")  # noqa: S308 (a pinned package's file)
