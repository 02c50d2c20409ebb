"""How languages are written: which letters, how fast they are read, how long a line may be."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass

import langcodes
from langcodes.tag_parser import LanguageTagError

# ISO 15924 → first words of its characters' Unicode names, and the script's English name.
LETTERS: dict[str, tuple[frozenset[str], str]] = {
    "Latn": (frozenset({"LATIN"}), "Latin"),
    "Cyrl": (frozenset({"CYRILLIC"}), "Cyrillic"),
    "Grek": (frozenset({"GREEK"}), "Greek"),
    "Arab": (frozenset({"ARABIC"}), "Arabic"),
    "Hebr": (frozenset({"HEBREW"}), "Hebrew"),
    "Deva": (frozenset({"DEVANAGARI"}), "Devanagari"),
    "Beng": (frozenset({"BENGALI"}), "Bengali"),
    "Taml": (frozenset({"TAMIL"}), "Tamil"),
    "Telu": (frozenset({"TELUGU"}), "Telugu"),
    "Thai": (frozenset({"THAI"}), "Thai"),
    "Geor": (frozenset({"GEORGIAN"}), "Georgian"),
    "Armn": (frozenset({"ARMENIAN"}), "Armenian"),
    "Kore": (frozenset({"HANGUL", "CJK"}), "Korean"),
    "Jpan": (frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK"}), "Japanese"),
    "Hans": (frozenset({"CJK"}), "Chinese"),
    "Hant": (frozenset({"CJK"}), "Chinese"),
}
ENOUGH_LETTERS = 20
LEAST_SHARE = 0.5

# Old encodings by language, the likeliest first. None of them says which it is.
OLD_ENCODINGS = {
    "ru": ("cp1251", "koi8-r"),
    "uk": ("cp1251", "koi8-u"),
    "bg": ("cp1251",),
    "sr": ("cp1251", "cp1250"),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "ar": ("cp1256",),
    "fa": ("cp1256",),
    "lt": ("cp1257",),
    "lv": ("cp1257",),
    "vi": ("cp1258",),
    "th": ("cp874",),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    "zh": ("gb18030", "big5"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "ro", "sl"), ("cp1250", "iso8859-2")),
}


@dataclass(frozen=True)
class Pace:
    """Characters that are read in a second at ease and at most, and on one line."""

    easy: int
    most: int
    line: int
    wrapped: int


DENSE_PACE = {
    "Hans": Pace(9, 12, 25, 16),
    "Hant": Pace(9, 12, 25, 16),
    "Jpan": Pace(8, 11, 25, 16),
    "Kore": Pace(12, 16, 30, 20),
}
PACE = Pace(20, 25, 60, 42)


def script_of(locale: str) -> str:
    """ISO 15924, such as `Cyrl`; empty for what is no locale."""
    try:
        return str(langcodes.Language.get(locale).maximize().script or "")
    except LanguageTagError:
        return ""


def pace_of(locale: str) -> Pace:
    return DENSE_PACE.get(script_of(locale), PACE)


def language_of(locale: str) -> str:
    return locale.partition("-")[0]


def script_name(script: str) -> str:
    return LETTERS[script][1] if script in LETTERS else script


def wrong_script(text: str, locale: str) -> str:
    """The name of the letters that prevail instead of the language's own; else empty."""
    expected = script_of(locale)
    if expected not in LETTERS:
        return ""
    found = _letters(text)
    total = found.total()
    own = sum(found[word] for word in LETTERS[expected][0])
    if total < ENOUGH_LETTERS or own >= LEAST_SHARE * total:
        return ""
    word = found.most_common(1)[0][0]
    return next((name for words, name in LETTERS.values() if word in words), word.capitalize())


def _letters(text: str) -> Counter[str]:
    """First words of the letters' Unicode names; a sample is enough."""
    return Counter(
        unicodedata.name(character, "?").partition(" ")[0]
        for character in text[:20_000]
        if character.isalpha()
    )
