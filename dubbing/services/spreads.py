"""One value for all languages of a video, and others for some of them, in one line of text.

`anna@example.com; Nordics: ben@example.com; ja-JP: none`: what a sheet's cell, a template and our
own export say of reviewers, owners and dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

BETWEEN = ";"
OF = ":"
NONE = "none"
BETWEEN_LANGUAGES = ","


@dataclass(frozen=True)
class Spread:
    """`of_all` is None where nothing is said of the languages that are not named."""

    of_all: str | None = None
    by_locale: Mapping[str, str] = field(default_factory=dict)

    def of(self, locale: str) -> str | None:
        return self.by_locale.get(locale, self.of_all)


def read_spread(text: str, find: Callable[[str], Sequence[str]]) -> Spread:
    """`find`: the locales a word means, such as a code or a language set; none if unknown.

    Raises ValidationError (codes `unclear_reviewers`, `unknown_locale`).
    """
    of_all: str | None = None
    by_locale: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.replace("\n", BETWEEN).split(BETWEEN))):
        words, mark, value = part.partition(OF)
        if not mark:
            if of_all is not None:
                raise _unclear(part)
            of_all = part
            continue
        if not words.strip() or not value.strip():
            raise _unclear(part)
        for locale in _locales(words, find):
            by_locale[locale] = value.strip()
    return Spread(of_all, by_locale)


def _locales(words: str, find: Callable[[str], Sequence[str]]) -> list[str]:
    if found := find(words.strip()):
        return list(found)
    locales: list[str] = []
    for word in filter(None, (word.strip() for word in words.split(BETWEEN_LANGUAGES))):
        found = find(word)
        if not found:
            raise ValidationError(
                f"“{word[:60]}” is neither a language here nor one of your language sets.",
                code="unknown_locale",
            )
        locales += found
    return locales


def _unclear(part: str) -> ValidationError:
    return ValidationError(
        f"“{part[:60]}” is not clear. Write one person for all, and “languages: person” for some, "
        "with ; between them.",
        code="unclear_reviewers",
    )


def write_spread(values: Mapping[str, str]) -> str:
    """By locale → one line; the most frequent value is that of all. A blank one is “none”."""
    given = {locale: value or NONE for locale, value in values.items()}
    if not any(values.values()):
        return ""
    (usual, _), *others = Counter(given.values()).most_common()
    if not others:
        return usual
    told = [f"{locale}{OF} {value}" for locale, value in given.items() if value != usual]
    return f"{BETWEEN} ".join([usual, *told])
