from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from dubbing.states import Priority


def parse_priority(given: Any) -> int:
    """By number or word. Raises ValidationError (code `unknown_priority`)."""
    text = str(given).strip().lower()
    for priority in Priority:
        if not isinstance(given, bool) and text in {str(priority.value), priority.label.lower()}:
            return int(priority)
    words = ", ".join(f"{priority.label.lower()} ({priority.value})" for priority in Priority)
    raise ValidationError(f"Priorities are {words}.", code="unknown_priority")
