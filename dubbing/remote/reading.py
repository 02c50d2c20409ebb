"""Reading JSON whose exact shape is not certain. Knows no remote spelling: wire.py has them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .errors import BadAnswerError
from .types import JsonObject

LONGEST_TEXT_CHARACTERS = 2000
LONGEST_ID_CHARACTERS = 200
DEEPEST_LEVEL = 12

NOT_A_WORD = re.compile(r"[\W_]+")
QUERY_OF_LINK = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def parse_json(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        raise BadAnswerError("The answer is not JSON.") from None


def parse_object(raw: bytes) -> JsonObject:
    value = parse_json(raw)
    if not isinstance(value, dict):
        raise BadAnswerError("The answer is not a JSON object.")
    return value


def first(source: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The value under the first of these names that has one; None when none has."""
    for name in names:
        value = source.get(name)
        if value is not None:
            return value
    return None


def unwrap(source: JsonObject, names: Iterable[str]) -> JsonObject:
    """The object inside an envelope like {"asset": {...}}, or the object itself."""
    inner = first(source, names)
    return inner if isinstance(inner, dict) else source


def as_text(value: Any) -> str:
    """Text fit for a database column: no NUL, no half characters, not endless."""
    if not isinstance(value, str):
        return "" if value is None or isinstance(value, dict | list) else str(value)
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return CONTROL_CHARACTERS.sub("\ufffd", whole)[:LONGEST_TEXT_CHARACTERS]


def as_id(value: Any) -> str:
    """An opaque id, also when it came as a number; empty when there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = as_text(str(value)).strip()
    return text if len(text) <= LONGEST_ID_CHARACTERS else ""


def as_link(value: Any) -> str:
    """An absolute web address as it came, however long; empty when it is none."""
    if not isinstance(value, str) or re.search(r"[\s\x00-\x1f\x7f]", value):
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in ("http", "https") and parts.netloc else ""


def as_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_count(value: Any) -> int | None:
    number = as_number(value)
    return int(number) if number is not None and number >= 0 else None


def plain(word: str) -> str:
    """A word without case and separators: ReadyToEdit, ready_to_edit and READY-TO-EDIT agree."""
    return NOT_A_WORD.sub("", word).lower()


def trimmed(value: Any, secret_names: Collection[str], level: int = 0) -> Any:
    """A copy fit to be stored: without these names, without the signed part of any link."""
    if isinstance(value, dict):
        if level >= DEEPEST_LEVEL:
            return {}
        return {
            as_text(name): trimmed(item, secret_names, level + 1)
            for name, item in value.items()
            if name not in secret_names
        }
    if isinstance(value, list):
        if level >= DEEPEST_LEVEL:
            return []
        return [trimmed(item, secret_names, level + 1) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _without_signature(value) if isinstance(value, str) else value


def without_permits(text: str) -> str:
    """A reason in words may quote the link to a source, whose query may be its permit."""
    return QUERY_OF_LINK.sub(r"\1?…", text)


def _without_signature(text: str) -> str:
    if text.startswith(("http://", "https://")):
        text = re.split(r"[?#]", text, maxsplit=1)[0]
    return as_text(text)
