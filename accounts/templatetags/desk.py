"""Tags for every page: icons, times, form controls, and the components that hold content."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Membership
from accounts.rail import Rail, membership_of, rail_for
from config.sizes import size_words

register = template.Library()
register.filter("filesize", size_words)

ICON_FOLDER = settings.NODE_MODULES / "@tabler" / "icons" / "icons"
FILLED = "-filled"
# Not to be drawn: the set puts an invisible square beneath every outline.
ICON_GROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
ICON_BODY = re.compile(r"<svg[^>]*>(?P<body>.*)</svg>", re.DOTALL)
CHOICE_INPUTS = {"checkbox", "radio"}
MINUTE, HOUR, DAY = 60, 3600, 86_400
UNITS = ((DAY, "day"), (HOUR, "h"), (MINUTE, "min"))
RELATIVE_DAYS = 30


@lru_cache(maxsize=256)
def icon_body(name: str) -> str:
    folder = "filled" if name.endswith(FILLED) else "outline"
    drawing = (ICON_FOLDER / folder / f"{name.removesuffix(FILLED)}.svg").read_text()
    found = ICON_BODY.search(drawing)
    if found is None:
        raise ValueError(f"The icon {name} is no SVG.")
    return " ".join(ICON_GROUND.sub("", found["body"]).split())


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing of Tabler's set, inline. It says nothing to screen readers: a word stands by it.

    An unknown name raises FileNotFoundError: a page never shows less than it means to.
    """
    filled = name.endswith(FILLED)
    paint = 'fill="currentColor"' if filled else 'fill="none" stroke="currentColor"'
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" {} stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        f" {extra}" if extra else "",
        mark_safe(paint),  # noqa: S308 (our own constant)
        mark_safe(icon_body(name)),  # noqa: S308 (a file of the pinned package)
    )


@register.filter
def ago(at: datetime) -> str:
    """“5 min ago”, “in 3 days”; static/js/times.js says the same words."""
    return relative(at, timezone.now())


def relative(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    if abs(seconds) < MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    unit, word = next((size, word) for size, word in UNITS if abs(seconds) >= size)
    # What is over has fully passed; what comes is rounded: a link made for 7 days says 7.
    amount = int(seconds // unit) if seconds >= 0 else round(-seconds / unit)
    if unit == DAY and amount > RELATIVE_DAYS:
        return f"{at.day} {at:%b %Y}"
    if word == "day" and amount != 1:
        word = "days"
    return f"{amount} {word} ago" if seconds >= 0 else f"in {amount} {word}"


@register.simple_tag
def control(field: BoundField, hint: str = "", bare: bool = False) -> SafeString:
    """The field's widget with Tabler's class, tied to its hint and its error.

    `bare` leaves out what the form itself says beside the label: hint and placeholder.
    """
    kind = getattr(field.field.widget, "input_type", "textarea")
    name = "form-select" if kind == "select" else "form-control"
    attrs: dict[str, Any] = {"class": "form-check-input" if kind in CHOICE_INPUTS else name}
    if bare:
        attrs["placeholder"] = False
    notes = []
    if hint or (field.help_text and not bare):
        notes.append(f"{field.auto_id}_helptext")
    if field.errors:
        notes.append(f"{field.auto_id}_error")
    if notes and not field.use_fieldset:
        attrs["aria-describedby"] = " ".join(notes)
    if field.use_fieldset:
        return _choices(field, attrs)
    return field.as_widget(attrs=attrs)


def _choices(field: BoundField, attrs: dict[str, Any]) -> SafeString:
    """Each with its label. Django's own list would wear the class of a box itself."""
    for choice in field.subwidgets:
        choice.data["attrs"].update(attrs)
    rows = ((one.id_for_label, one.tag(), one.choice_label) for one in field.subwidgets)
    return format_html_join("", '<label for="{}">{}<span>{}</span></label>', rows)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.simple_block_tag(takes_context=True)
def panel(context: template.Context, content: str, title: str = "", **options: Any) -> SafeString:
    """templates/components/panel.html around what stands between the tags."""
    return render_to_string(
        "components/panel.html", {"title": title, "content": content, **options}
    )


@register.simple_block_tag(takes_context=True)
def table(context: template.Context, content: str, *columns: str, **options: Any) -> SafeString:
    """templates/components/table.html around rows; a column “-Minutes” stands at the end."""
    heads = [{"label": name.lstrip("-"), "number": name.startswith("-")} for name in columns]
    return render_to_string(
        "components/table.html", {"columns": heads, "content": content, **options}
    )


@register.simple_tag(takes_context=True)
def membership_here(context: template.Context) -> Membership | None:
    """The membership that the rail speaks for, also on pages outside any team's door."""
    request = context.get("request")
    return membership_of(request) if request is not None else None


@register.simple_tag(takes_context=True)
def rail_here(context: template.Context, membership: Membership) -> Rail:
    return rail_for(context["request"], membership)
