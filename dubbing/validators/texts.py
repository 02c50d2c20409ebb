from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError

MAX_TITLE_CHARACTERS = 200
MAX_REFERENCE_CHARACTERS = 200
MAX_TAG_CHARACTERS = 50
MAX_TAGS = 20
# Control characters, halves of surrogate pairs (no database takes them), line and paragraph ends.
NOT_ONE_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
INVISIBLE = NOT_ONE_LINE | {"Cf", "Zs"}


def validate_title(text: str) -> None:
    _require_text(text, noun="title")
    if len(text) > MAX_TITLE_CHARACTERS:
        raise _too_long("title", len(text), MAX_TITLE_CHARACTERS)
    _require_one_line(text, noun="title")
    if not _is_visible(text):
        raise ValidationError("Give it a title, so that others find it.", code="title_empty")


def validate_reference(text: str) -> None:
    """The caller's own word for the asset; may be empty."""
    _require_text(text, noun="reference")
    if len(text) > MAX_REFERENCE_CHARACTERS:
        raise _too_long("reference", len(text), MAX_REFERENCE_CHARACTERS)
    _require_one_line(text, noun="reference")


def clean_tags(tags: Iterable[str] | str) -> list[str]:
    """Trimmed, empty ones dropped, each once whatever its case, in the order given."""
    given = tags.split(",") if isinstance(tags, str) else tags
    distinct: dict[str, str] = {}
    for tag in given:
        cleaned = _clean_tag(tag)
        if cleaned:
            distinct.setdefault(cleaned.casefold(), cleaned)
        if len(distinct) > MAX_TAGS:
            raise ValidationError(
                f"At most {MAX_TAGS} tags, please. Take some off.", code="too_many_tags"
            )
    return list(distinct.values())


def _clean_tag(tag: str) -> str:
    _require_text(tag, noun="tag")
    cleaned = tag.strip()
    if len(cleaned) > MAX_TAG_CHARACTERS:
        raise _too_long("tag", len(cleaned), MAX_TAG_CHARACTERS)
    _require_one_line(cleaned, noun="tag")
    if "," in cleaned:
        raise ValidationError(
            f"The tag “{cleaned}” contains a comma. Give two tags instead.", code="invalid_tag"
        )
    return cleaned if _is_visible(cleaned) else ""


def _require_text(text: object, *, noun: str) -> None:
    if not isinstance(text, str):
        raise ValidationError(f"A {noun} is text.", code=f"invalid_{noun}")


def _require_one_line(text: str, *, noun: str) -> None:
    if any(unicodedata.category(character) in NOT_ONE_LINE for character in text):
        raise ValidationError(
            f"A {noun} is one line without control characters. Take line breaks out.",
            code=f"invalid_{noun}",
        )


def _too_long(noun: str, length: int, limit: int) -> ValidationError:
    return ValidationError(
        f"A {noun} has at most {limit} characters; this one has {length:,}. Shorten it.",
        code=f"{noun}_too_long",
    )


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(character) not in INVISIBLE for character in text)
