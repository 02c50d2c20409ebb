"""Languages as people write them in file names: es, spa, es-MX, Spanish (Mexico), Español."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import langcodes
from langcodes.tag_parser import LanguageTagError

# Three-letter codes count only where a language has no shorter one: most of them are words too.
LONG_CODES = frozenset({"fil", "yue"})
ALIASES = {
    "chs": "zh-Hans",
    "cht": "zh-Hant",
    "cmn": "zh",
    "mandarin": "zh",
    "pob": "pt-BR",
    "ptbr": "pt-BR",
    "brazilian": "pt-BR",
    "latam": "es-419",
    "castellano": "es-ES",
    "castilian": "es-ES",
    "farsi": "fa",
    "tagalog": "fil",
    "jp": "ja",
    "kr": "ko",
    "cn": "zh",
    "gr": "el",
    "cz": "cs",
    "ua": "uk",
    "dk": "da",
}
QUALIFIERS = {
    "latin american": "419",
    "latin america": "419",
    "latinoamericano": "419",
    "mexican": "MX",
    "mexico": "MX",
    "méxico": "MX",
    "brazilian": "BR",
    "brazil": "BR",
    "brasil": "BR",
    "european": "",
    "spain": "ES",
    "españa": "ES",
    "castilian": "ES",
    "portugal": "PT",
    "canadian": "CA",
    "canada": "CA",
    "france": "FR",
    "germany": "DE",
    "austrian": "AT",
    "swiss": "CH",
    "british": "GB",
    "uk": "GB",
    "american": "US",
    "us": "US",
    "usa": "US",
    "uae": "AE",
    "simplified": "Hans",
    "traditional": "Hant",
    "mainland": "CN",
    "china": "CN",
    "taiwan": "TW",
    "hong kong": "HK",
    "india": "IN",
    "bokmal": "",
    "bokmål": "",
}
EUROPEAN = {"es": "ES", "pt": "PT", "fr": "FR"}
TAG = re.compile(r"([a-z]{2,3})(?: ([a-z]{4}))?(?: ([a-z]{2}|\d{3}))?")
# Languages that the desk and its files name differently.
SAME = {"no": "nb", "nn": "nb", "cmn": "zh", "tl": "fil", "iw": "he", "in": "id"}


@dataclass(frozen=True)
class Spoken:
    """A language as a name says it; `region` and `script` are empty where it does not."""

    language: str
    region: str = ""
    script: str = ""
    is_code: bool = False

    @property
    def name(self) -> str:
        tag = "-".join(filter(None, (self.language, self.script, self.region)))
        return str(langcodes.Language.get(tag).display_name())


@functools.lru_cache(maxsize=20_000)
def language_said(words: str) -> Spoken | None:
    """`words`: small letters, single spaces. None where they name no language we look for."""
    if alias := ALIASES.get(words):
        return _of_tag(alias, is_code=len(words) < 5)
    if parts := TAG.fullmatch(words):
        found = _of_tag("-".join(filter(None, parts.groups())), is_code=True)
        if found:
            return found
    return _of_qualified_name(words) or _of_name(words)


def _of_tag(tag: str, *, is_code: bool) -> Spoken | None:
    try:
        read = langcodes.Language.get(tag)
    except LanguageTagError:
        return None
    language = SAME.get(read.language or "", read.language or "")
    if not read.is_valid() or not (len(language) == 2 or language in LONG_CODES):
        return None
    return Spoken(language, read.territory or "", read.script or "", is_code)


def _of_name(words: str) -> Spoken | None:
    if len(words) < 3 and words.isascii():
        return None
    try:
        found = langcodes.find(words)
    except LookupError:
        return None
    return _of_tag(str(found), is_code=False)


def _of_qualified_name(words: str) -> Spoken | None:
    """A language with a word before or behind it: “brazilian portuguese”, “spanish mexico”."""
    for qualifier, meaning in QUALIFIERS.items():
        for rest in (words.removeprefix(f"{qualifier} "), words.removesuffix(f" {qualifier}")):
            spoken = language_said(rest) if rest != words else None
            if spoken is None or spoken.region:
                continue
            if qualifier == "european":
                meaning = EUROPEAN.get(spoken.language, "")
            if len(meaning) == 4:
                return Spoken(spoken.language, "", meaning)
            return Spoken(spoken.language, meaning, spoken.script)
    return None


def fits(spoken: Spoken, locale: str) -> bool:
    """Whether a locale is a reading of what was said; what was left unsaid fits everything."""
    read = langcodes.Language.get(locale)
    language = SAME.get(read.language or "", read.language or "")
    if language != spoken.language:
        return False
    if spoken.script and spoken.script != read.maximize().script:
        return False
    if spoken.region == "419":
        return language == "es" and read.territory != "ES"
    return not spoken.region or spoken.region == read.territory


def is_same_language(spoken: Spoken, locale: str) -> bool:
    return fits(Spoken(spoken.language), locale)
