"""Reads SubRip text. Lenient about dress (BOM, line ends, tags), strict about times."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TIMES = re.compile(
    r"^\s*(\d{1,3}):([0-5]\d):([0-5]\d)[,.](\d{1,3})\s*-->\s*"
    r"(\d{1,3}):([0-5]\d):([0-5]\d)[,.](\d{1,3})(?:\s.*)?$"
)
_MARKUP = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


class BadSrtError(Exception):
    """The text is no SRT; the message names the line."""


@dataclass(frozen=True)
class Cue:
    """One spoken passage; times are seconds on the clock of the whole source video."""

    start: float
    end: float
    text: str


def parse_srt(text: str) -> list[Cue]:
    """The cues in order of time. Raises BadSrtError; an SRT without any cue is one too."""
    cues: list[Cue] = []
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        number = _skip_counter(lines, number)
        times = _times(lines, number)
        end = _end_of_block(lines, number + 1)
        spoken = _MARKUP.sub("", " ".join(lines[number + 1 : end])).strip()
        if spoken:
            cues.append(Cue(*times, spoken))
        number = end
    if not cues:
        raise BadSrtError("the SRT has no cue with text")
    return sorted(cues, key=lambda cue: cue.start)


def _skip_counter(lines: list[str], number: int) -> int:
    is_counter = lines[number].strip().isdecimal()
    return number + 1 if is_counter and number + 1 < len(lines) else number


def _end_of_block(lines: list[str], number: int) -> int:
    while number < len(lines) and lines[number].strip():
        number += 1
    return number


def _times(lines: list[str], number: int) -> tuple[float, float]:
    found = _TIMES.match(lines[number])
    if found is None:
        raise BadSrtError(
            f"line {number + 1} of the SRT should read like 00:00:01,000 --> 00:00:02,500"
        )
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if end <= start:
        raise BadSrtError(f"line {number + 1} of the SRT ends before it starts")
    return start, end


def _seconds(parts: tuple[str, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(fraction.ljust(3, "0")) / 1000
