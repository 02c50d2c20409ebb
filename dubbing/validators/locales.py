from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import langcodes
from django.core.exceptions import ValidationError

TAG = re.compile(r"(?P<language>[A-Za-z]{2,3})(-[A-Za-z]{4})?-(?P<region>[A-Za-z]{2}|[0-9]{3})")
# Well-formed, but they name no language: undetermined, several, none, uncoded.
NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
PRIVATE_LANGUAGE = re.compile(r"q[a-t][a-z]")
# ISO 3166's user-assigned codes, and CLDR's pseudo regions among them.
PRIVATE_REGION = re.compile(r"AA|Q[M-Z]|X[A-JL-Z]|ZZ")
SHOWN_CHARACTERS = 40
FAULTS_SHOWN = 10

LocaleUses = Mapping[str, tuple[bool, bool]]
"""Locale code → (can be a source, can be a target)."""


def validate_locale_tag(code: str) -> None:
    """An IETF tag of language, maybe script, and region, spelled the canonical way: `pt-BR`."""
    parts = TAG.fullmatch(code) if isinstance(code, str) else None
    if parts is None:
        raise ValidationError(
            f"“{shown(code)}” is not a locale. Write language and region, like pt-BR.",
            code="invalid_locale",
        )
    canonical = langcodes.standardize_tag(code)
    if not _is_real(canonical):
        raise ValidationError(
            f"“{code}” names no language and region that exist. Write it like pt-BR.",
            code="invalid_locale",
        )
    if canonical != code:
        raise ValidationError(f"Write “{code}” as {canonical}.", code="invalid_locale")


def _is_real(canonical: str) -> bool:
    tag = langcodes.Language.get(canonical, normalize=False)
    language, region = tag.language or "und", tag.territory or "ZZ"
    return (
        tag.is_valid()
        and language not in NO_LANGUAGE
        and not PRIVATE_LANGUAGE.fullmatch(language)
        and not PRIVATE_REGION.fullmatch(region)
    )


def locale_name(code: str) -> str:
    """`Hebrew (Israel)`; the code itself where it is no tag at all."""
    if not TAG.fullmatch(code):
        return shown(code)
    return str(langcodes.Language.get(code, normalize=False).display_name())


def validate_source(*, source: str, known: LocaleUses) -> None:
    if not source:
        raise ValidationError("Choose the language spoken in the video.", code="unknown_locale")
    if source not in known:
        raise _unknown(source)
    can_source, _ = known[source]
    if not can_source:
        raise ValidationError(
            f"{named(source)} cannot be the language of a source video. Choose another.",
            code="target_only_locale",
        )


def validate_targets(*, source: str, targets: Sequence[str], known: LocaleUses) -> None:
    """The first faults of the targets, each once, in the order given."""
    if not targets:
        raise ValidationError("Choose at least one language to dub into.", code="no_target")
    faults: list[ValidationError] = []
    for code, times in Counter(targets).items():
        fault = _target_fault(code, source=source, known=known)
        if fault is not None:
            faults.append(fault)
        if times > 1:
            faults.append(_duplicate(code))
        if len(faults) >= FAULTS_SHOWN:
            break
    if faults:
        raise ValidationError(faults) if len(faults) > 1 else faults[0]


def _target_fault(code: str, *, source: str, known: LocaleUses) -> ValidationError | None:
    if code not in known:
        return _unknown(code)
    if code == source:
        return ValidationError(
            f"{named(code)} is the language of the video itself. Take it off the targets.",
            code="target_is_source",
        )
    _, can_target = known[code]
    if can_target:
        return None
    return ValidationError(
        f"Nothing can be dubbed into {locale_name(code)}: it works only as the source. "
        "Take it off the targets.",
        code="source_only_locale",
    )


def _unknown(code: str) -> ValidationError:
    return ValidationError(
        f"We do not know the locale “{shown(code)}”. Choose one of the list, like pt-BR.",
        code="unknown_locale",
    )


def _duplicate(code: str) -> ValidationError:
    return ValidationError(
        f"{named(code)} is chosen more than once. Keep it once.", code="duplicate_target"
    )


def named(code: str) -> str:
    return f"{locale_name(code)}, {code},"


def shown(value: object) -> str:
    """What somebody typed, short enough to repeat to them."""
    text = str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
