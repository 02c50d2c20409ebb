"""From row to row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

NONE = "–"


def row_link(row: Model | None, words: object = "") -> SafeString | str:
    """To a row's own page; without words by its name."""
    if row is None:
        return NONE
    options = row._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, words or row)


def list_link(model: type[Model], words: str, **filters: Any) -> SafeString:
    """To the list of those rows: `list_link(Film, "Films", version__exact=version.pk)`."""
    return format_html('<a href="{}">{}</a>', list_url(model, **filters), words)


def list_url(model: type[Model], **filters: Any) -> str:
    options = model._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return f"{url}?{urlencode(filters)}" if filters else url
