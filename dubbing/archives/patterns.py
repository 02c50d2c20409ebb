"""How downloaded files are named: `{project}/{video}_{locale}.{ext}`."""

from __future__ import annotations

import re
from dataclasses import dataclass

USUAL_PATTERN = "{project}/{video}_{locale}_v{version}_{date}.{ext}"
# Word → what it stands for: the page explains them in this order.
TOKENS = {
    "project": "the video’s project",
    "video": "the video’s title",
    "reference": "your own name for the video",
    "locale": "the language’s code, such as de-DE",
    "language": "the language’s name",
    "version": "the version’s number",
    "date": "the day the film was finished, as 2026-11-23",
    "ext": "the file’s own ending",
}
LONGEST_PATTERN = 300
MOST_FOLDERS = 8
ENDING = ".{ext}"
WORD = re.compile(r"\{([^{}]*)\}")


class PatternError(ValueError):
    """The pattern cannot be used; the text says why."""


@dataclass(frozen=True)
class Pattern:
    """`folders` and `stem` still hold their words in braces."""

    text: str
    folders: tuple[str, ...]
    stem: str

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Raises PatternError."""
        text = text.strip()
        _refuse_odd(text)
        body = text.removesuffix(ENDING)
        if "{ext}" in body:
            raise PatternError("{ext} stands once, at the end: “.{ext}”.")
        *folders, stem = (piece.strip() for piece in body.split("/"))
        if not stem or not all(folders):
            raise PatternError("A folder or the file would have no name: look at the slashes.")
        if len(folders) > MOST_FOLDERS:
            raise PatternError(f"At most {MOST_FOLDERS} folders may lie in each other.")
        return cls(body + ENDING, tuple(folders), stem)

    def fill(self, values: dict[str, str]) -> list[str]:
        """Folders and stem, with values whose slashes are no folders."""
        return [_filled(piece, values) for piece in (*self.folders, self.stem)]


def _refuse_odd(text: str) -> None:
    if not text:
        raise PatternError("Say how the files are to be named.")
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"A pattern has at most {LONGEST_PATTERN} characters.")
    if not text.isprintable() or "\\" in text:
        raise PatternError("A pattern is one line; folders are parted by “/”.")
    for word in WORD.findall(text):
        if word not in TOKENS:
            raise PatternError(f"There is no {{{word}}}. Use {', '.join(map(braced, TOKENS))}.")
    if set(WORD.sub("", text)) & set("{}"):
        raise PatternError("A brace is not closed, or was never opened.")
    if not WORD.search(text.removesuffix(ENDING)):
        raise PatternError("Without a word in braces all files would have the same name.")


def braced(word: str) -> str:
    return f"{{{word}}}"


def _filled(piece: str, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        return values.get(found[1], "").replace("/", "_")

    return WORD.sub(value, piece)
