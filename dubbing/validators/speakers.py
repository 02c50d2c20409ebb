from __future__ import annotations

from django.core.exceptions import ValidationError

MAX_SPEAKERS = 99


def validate_speakers_count(count: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_SPEAKERS:
        raise ValidationError(
            f"The number of speakers is a whole number from 1 to {MAX_SPEAKERS}; "
            "leave it blank if you do not know.",
            code="speakers_range",
        )
