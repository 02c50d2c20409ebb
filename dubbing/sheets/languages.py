"""Languages as people write them in sheets: codes, names, native names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

SEPARATORS = re.compile(r"[,;|/\n\r\t]+| {2,}| (?=[a-z]{2,3}[-_][A-Z])")
YES = frozenset(
    {"x", "✓", "✔", "☑", "✅", "1", "y", "yes", "true", "ja", "j", "oui", "si", "sí", "o"}
)
NO = frozenset({"", "-", "–", "—", "0", "n", "no", "false", "nein", "non", "☐", "✗", "✘"})
CHOICES_SHOWN = 4


class Found(NamedTuple):
    """The locale, or those that the word may mean; neither: it is no language we know."""

    locale: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """A locale and what it is called."""

    code: str
    name: str
    native_name: str
    can_target: bool
    full_name: str = ""  # with its region, even where no other needs telling apart


class LanguageFinder:
    """Finds locales by code, name, native name, or language alone where only one region fits."""

    def __init__(self, locales: Iterable[Known]) -> None:
        self._exact: dict[str, str] = {}
        self._loose: dict[str, list[Known]] = {}
        for known in locales:
            for word in (known.code, known.name, known.native_name, known.full_name):
                if word:
                    self._exact.setdefault(_key(word), known.code)
            language = re.split(r"[ (]", known.name)[0]
            native = known.native_name.split(" (")[0]
            bare = known.name.split(" (")[0]
            for word in {known.code.split("-")[0], language, native, bare} - {""}:
                self._loose.setdefault(_key(word), []).append(known)

    def find(self, word: str, *, as_source: bool = False) -> Found:
        """A whole code or name first, then a language whose region needs no saying."""
        key = _key(word)
        if not key:
            return Found("")
        if code := self._exact.get(key):
            return Found(code)
        fitting = [known for known in self._loose.get(key, ()) if as_source or known.can_target]
        codes = tuple(dict.fromkeys(known.code for known in fitting))
        return Found(codes[0]) if len(codes) == 1 else Found("", codes)

    def split(self, text: str) -> list[str]:
        """The single words of a cell that lists languages; a whole name with a comma is one."""
        if self.find(text).locale:
            return [text.strip()]
        return [word.strip() for word in SEPARATORS.split(text) if word.strip()]


def is_marked(text: str) -> bool | None:
    """Whether a cell of a language's own column says yes; None: it says neither."""
    word = text.strip().casefold()
    if word in YES:
        return True
    return False if word in NO else None


def _key(word: str) -> str:
    bare = unicodedata.normalize("NFKC", word).casefold().strip()
    return re.sub(r"[\s_]+", " ", bare.replace("_", "-") if len(bare) <= 12 else bare)
