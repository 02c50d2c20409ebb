"""How a file's name can be read: which part names the video, which the language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from dubbing.subtitles.languages import Spoken, language_said

ENDING = re.compile(
    r"srt|vtt|webvtt|ass|ssa|sub|sbv|smi|sami|ttml|dfxp|xml|itt|stl|scc|mpl|txt|cap|"
    r"mp4|m4v|mov|mkv|webm|avi|mxf|ts|mpg|mpeg|wmv"
)
# Said of a file, never of a video or a language.
NOISE = re.compile(
    r"sdh|cc|forced|subs?|subtitles?|captions?|closed|srt|vtt|final|master|copy|kopie|copia|"
    r"translat(ed|ion)|edited|revised|rev\d*|v\d{1,3}|qc|utf8|dub(bed|bing)?|timed|"
    r"(480|576|720|1080|2160)[pi]|4k|uhd|hd|[xh]26[45]|hevc|prores|web(dl|rip)?|bluray"
)
TOKEN = re.compile(r"[^\s._\-–—()\[\]{}+,;|/]+")
EPISODES = (
    re.compile(r"\bs(\d{1,3})\s*e(\d{1,4})\b"),
    re.compile(r"\b(\d{1,2})x(\d{2,3})\b"),
    re.compile(
        r"\b(?:season|series|staffel|episode|episodio|epi|ep|e|part|pt|teil|folge|chapter|no)"
        r"\s*(\d{1,5})\b"
    ),
)
LONGEST_LANGUAGE = 4
CODE_AFTER = frozenset("._-–—([{")


@dataclass(frozen=True)
class Token:
    word: str  # as written
    plain: str  # in small letters
    before: str  # what stands between it and the token before


@dataclass(frozen=True)
class Reading:
    """One way to read a name; `weight` says how surely the language stands where it does."""

    title: str
    spoken: Spoken | None
    weight: float


def plain_words(text: str) -> str:
    """Comparable: small letters, no accents, single spaces, episode numbers bare."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = " ".join(TOKEN.findall(bare))
    for pattern in EPISODES:
        words = pattern.sub(
            lambda found: " ".join(str(int(part)) for part in found.groups()), words
        )
    kept = [word for word in words.split() if not NOISE.fullmatch(word)]
    return " ".join(str(int(word)) if word.isdecimal() else word for word in kept or words.split())


def file_stem(name: str) -> str:
    """The last part without its ending, if that is one of subtitles or videos."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem, dot, ending = last.rpartition(".")
    return stem if dot and ENDING.fullmatch(ending.lower()) else last


def readings(name: str) -> list[Reading]:
    """Every way to read it, the surest first. A name that is no path at all has one."""
    path = unicodedata.normalize("NFKC", name).replace("\\", "/")
    folders = [part for part in path.split("/")[:-1] if part not in ("", ".", "..")]
    tokens = _tokens(file_stem(path))
    found = [*_in_stem(tokens, folders), *_in_folders(tokens, folders)]
    found.append(Reading(_title(tokens), None, 0.0))
    return sorted(found, key=lambda reading: -reading.weight)


def _tokens(stem: str) -> list[Token]:
    tokens, end = [], 0
    for found in TOKEN.finditer(stem):
        tokens.append(Token(found[0], found[0].casefold(), stem[end : found.start()]))
        end = found.end()
    return _without_noise_at_end(tokens)


def _without_noise_at_end(tokens: Sequence[Token]) -> list[Token]:
    kept = list(tokens)
    while len(kept) > 1 and (_is_noise(kept[-1]) or _is_repeat(kept)):
        kept.pop()
    return kept


def _is_noise(token: Token) -> bool:
    is_counter = token.plain.isdecimal() and "(" in token.before
    return bool(NOISE.fullmatch(token.plain)) or is_counter


def _is_repeat(tokens: Sequence[Token]) -> bool:
    """“hi” after a language means “for the hard of hearing”, not Hindi."""
    return tokens[-1].plain == "hi" and _said(tokens[-2:-1]) is not None


def _said(tokens: Sequence[Token]) -> Spoken | None:
    return language_said(" ".join(token.plain for token in tokens))


def _title(tokens: Sequence[Token]) -> str:
    return " ".join(token.word for token in tokens)


def _in_stem(tokens: list[Token], folders: list[str]) -> Iterator[Reading]:
    for length in range(min(LONGEST_LANGUAGE, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            said = tokens[start : start + length]
            spoken = _said(said)
            if spoken is None:
                continue
            is_last, is_first = start + length == len(tokens), start == 0
            weight = _weight(said, spoken, is_last=is_last, is_first=is_first)
            rest = [*tokens[:start], *tokens[start + length :]]
            if not weight:
                continue
            # The longest naming of a language is its right one.
            weight += 0.01 * length
            title = _title(rest) if rest else _folder_title(folders)
            yield Reading(title, spoken, weight)


def _weight(said: Sequence[Token], spoken: Spoken, *, is_last: bool, is_first: bool) -> float:
    """A code in the midst of words is rather a word: “this is it”, “no way in”."""
    if not spoken.is_code:
        return 0.9 if is_last else 0.7 if is_first else 0.4
    first = said[0]
    stands_apart = bool(set(first.before) & CODE_AFTER) or (is_first and is_last)
    is_upper = first.word.isupper()
    if is_last:
        return 0.95 if stands_apart else 0.6 if is_upper else 0.3
    if is_first:
        return 0.6 if is_upper else 0.4
    return 0.5 if stands_apart else 0.0


def _in_folders(tokens: list[Token], folders: list[str]) -> Iterator[Reading]:
    for depth, folder in enumerate(reversed(folders)):
        spoken = _said(_tokens(folder))
        if spoken is None:
            continue
        others = folders[: len(folders) - depth - 1] + folders[len(folders) - depth :]
        yield Reading(_title(tokens), spoken, 0.85)
        if above := _folder_title(others):
            yield Reading(f"{above} {_title(tokens)}", spoken, 0.8)


def _folder_title(folders: Sequence[str]) -> str:
    """The nearest folder that names neither a language nor what lies in it."""
    for folder in reversed(folders):
        tokens = _tokens(folder)
        if tokens and not _said(tokens) and not all(_is_noise(token) for token in tokens):
            return _title(tokens)
    return ""
