from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

CLOCK = r"([0-9]{1,3}):([0-5]?[0-9]):([0-5]?[0-9])[,.]([0-9]{3})"
# What may follow the times (positions of old players) is let through and left out.
TIMES = re.compile(rf"{CLOCK}[ \t]*-->[ \t]*{CLOCK}(?:[ \t].*)?")
NUMBER = re.compile(r"[0-9]{1,9}")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
OTHER_FORMATS = (
    ("WEBVTT", "a WebVTT file"),
    ("[Script Info]", "an ASS or SSA file"),
    ("<?xml", "an XML file"),
    ("{\\rtf", "a formatted document"),
    ("{", "a MicroDVD or JSON file"),
)
EXAMPLE = "00:01:02,500 --> 00:01:04,000"


@dataclass(frozen=True)
class Cue:
    number: int  # as the file numbers it
    line: int  # of the times, from 1
    start: Decimal  # seconds on the source video's clock
    end: Decimal
    text: str


def parse_cues(text: str) -> Iterator[Cue]:
    """Cues as written, not judged. Raises srt_unreadable at the first line that is no SRT."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    _require_printable(lines)
    heads = [index for index, line in enumerate(lines) if "-->" in line]
    bodies = [_first_line(lines, head) for head in heads] + [len(lines)]
    _require_nothing_before(lines, bodies[0])
    for order, head in enumerate(heads, start=1):
        number = int(lines[head - 1]) if bodies[order - 1] < head else order
        spoken = "\n".join(line for line in lines[head + 1 : bodies[order]] if line)
        start, end = _times(lines[head], at=head + 1)
        yield Cue(number=number, line=head + 1, start=start, end=end, text=spoken)


def _first_line(lines: list[str], head: int) -> int:
    """The number above the times belongs to the cue, if it stands apart from the text above."""
    numbered = head > 0 and NUMBER.fullmatch(lines[head - 1])
    return head - 1 if numbered and (head == 1 or not lines[head - 2]) else head


def _times(line: str, *, at: int) -> tuple[Decimal, Decimal]:
    parts = TIMES.fullmatch(line)
    if parts is None:
        raise _unreadable(f"Line {at} is “{line[:60]}”; times look like {EXAMPLE}.")
    fields = [int(field) for field in parts.groups()]
    return _seconds(*fields[:4]), _seconds(*fields[4:])


def _seconds(hours: int, minutes: int, seconds: int, milliseconds: int) -> Decimal:
    return (hours * 3600 + minutes * 60 + seconds) + Decimal(milliseconds) / 1000


def _require_printable(lines: list[str]) -> None:
    for index, line in enumerate(lines, start=1):
        if UNPRINTABLE.search(line):
            raise _unreadable(f"Line {index} holds characters that no text has.")


def _require_nothing_before(lines: list[str], first: int) -> None:
    for index, line in enumerate(lines[:first], start=1):
        if line:
            raise _unreadable(_explain(index, line))


def _explain(index: int, line: str) -> str:
    for beginning, name in OTHER_FORMATS:
        if line.startswith(beginning):
            return f"It is {name}: export it as SRT."
    return f"Line {index} is “{line[:40]}”, where a number and times like {EXAMPLE} should be."


def _unreadable(why: str) -> ValidationError:
    return ValidationError(f"This is not an SRT file. {why}", code="srt_unreadable")
