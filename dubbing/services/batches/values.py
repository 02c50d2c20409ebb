"""A row's values as somebody typed them: kept whole, right or wrong.

Only what no column can hold is refused here; whether a value is right is the rules' to say.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import Upload
from dubbing.models.batches import (
    ADDRESS_LENGTH,
    CODE_LENGTH,
    FILE_NAME_LENGTH,
    TYPED_LENGTH,
)

# What a batch says once for all its new rows, and a template or a bulk edit may say.
SETTINGS = (
    "locale",
    "languages",
    "speakers_count",
    "lips_model",
    "background_audio_url",
    "project",
    "tags",
    "due",
    "owner",
    "reviewer",
    "priority",
)
OWN = ("title", "reference", "media_url", "start_time", "end_time")
FILES = ("file_name", "upload", "background_upload")
ROW = (*SETTINGS, *OWN, *FILES)

MOST_ENTRIES = 200
# Far outside of every rule, and inside of every column.
LARGEST_NUMBER = 1_000_000
# PostgreSQL keeps neither NUL nor halves of characters. What stands in for them is kept, and the
# rules refuse it in any text.
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
STAND_IN = "\x01"
BETWEEN_CODES = re.compile(r"[,;\s]+")


def read_values(given: Mapping[str, Any], *, names: Iterable[str] = ROW) -> dict[str, Any]:
    """What the columns take. Raises ValidationError with every fault under its field's name."""
    known = frozenset(names)
    values: dict[str, Any] = {}
    faults: dict[str, ValidationError] = {}
    for name, value in given.items():
        try:
            if name not in known:
                raise ValidationError("A row has no such field.", code="unknown_field")
            values[name] = READERS[name](value)
        except ValidationError as error:
            faults[name] = error
    if faults:
        raise ValidationError({name: error.error_list for name, error in faults.items()})
    return values


def _line(length: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _text(value).strip()
        if len(text) > length:
            raise ValidationError(
                f"At most {length:,} characters can be kept here; these are {len(text):,}.",
                code="max_length",
            )
        return text

    return read


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, dict, bool)):
        raise ValidationError("Text is expected.", code="invalid")
    return UNKEEPABLE.sub(STAND_IN, str(value))


def read_codes(value: Any) -> list[str]:
    """`["de-DE", "ja-JP"]`, also from “de-DE, ja-JP”; each once, in the order given."""
    return _entries(BETWEEN_CODES.split(value) if isinstance(value, str) else value, CODE_LENGTH)


def read_tags(value: Any) -> list[str]:
    return _entries(value.split(",") if isinstance(value, str) else value, TYPED_LENGTH)


def _entries(value: Any, length: int) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise ValidationError("A list is expected.", code="not_a_list")
    read = _line(length)
    entries = list(dict.fromkeys(text for entry in value if (text := read(entry))))
    if len(entries) > MOST_ENTRIES:
        raise ValidationError(f"At most {MOST_ENTRIES}, please.", code="max_length")
    return entries


def _number(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, (bool, float)):
            raise ValueError
        number = int(str(value).strip())
    except ValueError:
        raise ValidationError("A whole number is expected.", code="invalid") from None
    return max(-LARGEST_NUMBER, min(LARGEST_NUMBER, number))


def _upload(value: Any) -> Upload | None:
    """The upload itself or its id; one of another team is not there."""
    if value is None or value == "" or isinstance(value, Upload):
        return value or None
    try:
        found: Upload = Upload.objects.get(pk=uuid.UUID(str(value)))
    except (ValueError, Upload.DoesNotExist):
        message = "There is no such file here. Give it anew."
        raise ValidationError(message, code="unknown_upload") from None
    return found


READERS: dict[str, Callable[[Any], Any]] = {
    "locale": _line(CODE_LENGTH),
    "languages": read_codes,
    "speakers_count": _number,
    "lips_model": _line(CODE_LENGTH),
    "background_audio_url": _line(ADDRESS_LENGTH),
    "project": _line(TYPED_LENGTH),
    "tags": read_tags,
    "due": _line(CODE_LENGTH),
    "owner": _line(TYPED_LENGTH),
    "reviewer": _line(TYPED_LENGTH),
    "priority": _line(CODE_LENGTH),
    "title": _line(TYPED_LENGTH),
    "reference": _line(TYPED_LENGTH),
    "media_url": _line(ADDRESS_LENGTH),
    "start_time": _line(CODE_LENGTH),
    "end_time": _line(CODE_LENGTH),
    "file_name": _line(FILE_NAME_LENGTH),
    "upload": _upload,
    "background_upload": _upload,
}
