from __future__ import annotations

import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError

from dubbing.validators.times import format_timecode, parse_timecode

MAX_NOTE_CHARACTERS = 5000
# Line breaks and tabs belong into a note; what no database or screen takes does not.
KEPT = frozenset("\n\t")
# A player may stand a breath behind the length that was measured.
GRACE_SECONDS = Decimal(2)


def clean_note(text: object, *, noun: str = "note") -> str:
    """Trimmed, line ends as `\\n`. Codes: `note_empty`, `note_too_long`, `invalid_note`."""
    if not isinstance(text, str):
        raise ValidationError(f"A {noun} is text.", code="invalid_note")
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kinds = {unicodedata.category(letter) for letter in cleaned if letter not in KEPT}
    if kinds & {"Cc", "Cs"}:
        raise ValidationError(
            f"The {noun} holds control characters. Take them out.", code="invalid_note"
        )
    if not kinds - {"Cf", "Zs", "Zl", "Zp"}:
        raise ValidationError(f"Write the {noun} first.", code="note_empty")
    if len(cleaned) > MAX_NOTE_CHARACTERS:
        raise ValidationError(
            f"A {noun} has at most {MAX_NOTE_CHARACTERS:,} characters; "
            f"this one has {len(cleaned):,}.",
            code="note_too_long",
        )
    return cleaned


def clean_moment(
    given: str | float | int | Decimal | None, *, length: Decimal | None
) -> Decimal | None:
    """Seconds of the film from `1:02:03.5` or a number; None and "" mean all of it.

    `length`: seconds of the film, None while nobody knows. Codes: those of parse_timecode, and
    `time_outside`.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    moment = parse_timecode(given)
    if length is not None and moment > length + GRACE_SECONDS:
        raise ValidationError(
            f"{format_timecode(moment)} lies beyond the film, which is "
            f"{format_timecode(round(length))} long.",
            code="time_outside",
        )
    return moment
