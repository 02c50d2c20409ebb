"""Mends of cues: each is safe in that it says what it does, and the original is kept."""

from __future__ import annotations

import textwrap
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import ftfy

from dubbing.subtitles.checks import MARKUP, SOUND_ONLY
from dubbing.subtitles.reading import ENCODING, FRAME_RATE, LENIENT, ReadFile, renumbered
from dubbing.validators import Cue, format_timecode, write_srt

Cues = Sequence[Cue]
READING_MENDS = frozenset({ENCODING, FRAME_RATE, LENIENT})
CHARACTERS_A_SECOND = 15
LEAST_SECONDS = Decimal(1)
# What would be shorter is not cut but joined with the next cue.
LEAST_LEFT = Decimal("0.2")
MILLISECOND = Decimal("0.001")


def mended(read: ReadFile, mends: Sequence[str]) -> ReadFile:
    """The file after its mends, in their order. Raises ValueError for one we do not know."""
    if read.error:
        return read
    cues: Cues = read.cues
    is_changed = False
    for mend in mends:
        name, _, value = mend.partition(":")
        if name not in READING_MENDS:
            cues, is_changed = _made(name, value, cues), True
    if not is_changed:
        return read
    cues = renumbered(cues)
    return replace(read, cues=cues, text=write_srt(cues))


def _made(name: str, value: str, cues: Cues) -> Cues:
    if name not in MENDS:
        raise ValueError(f"{name} is no mend.")
    return MENDS[name](cues, value)


def _sort(cues: Cues, value: str) -> Cues:
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def _fix_ends(cues: Cues, value: str) -> Cues:
    """As long as its words take, but not into the next cue."""
    starts = sorted(cue.start for cue in cues)
    made = []
    for cue in cues:
        if cue.end <= cue.start:
            needed = max(LEAST_SECONDS, Decimal(len(cue.text)) / CHARACTERS_A_SECOND)
            end, later = cue.start + needed.quantize(MILLISECOND), bisect_right(starts, cue.start)
            cue = replace(cue, end=min(end, starts[later]) if later < len(starts) else end)
        made.append(cue)
    return made


def _trim_overlaps(cues: Cues, value: str) -> Cues:
    """The earlier cue ends where the next begins; where nothing is left of it, both are one."""
    made: list[Cue] = []
    for cue in _sort([cue for cue in cues if cue.text], ""):
        before = made[-1] if made else None
        if before is None or cue.start >= before.end:
            made.append(cue)
        elif cue.start - before.start >= LEAST_LEFT:
            made[-1:] = [replace(before, end=cue.start), cue]
        else:
            text = before.text if before.text == cue.text else f"{before.text}\n{cue.text}"
            made[-1] = replace(before, end=max(before.end, cue.end), text=text)
    return made


def _cut(cues: Cues, value: str) -> Cues:
    """`from-until` in milliseconds."""
    first, _, last = value.partition("-")
    until = Decimal(int(last)) / 1000 if last else None
    return cut_cues(cues, begin=Decimal(int(first)) / 1000, until=until)


def cut_cues(cues: Cues, *, begin: Decimal, until: Decimal | None) -> Cues:
    """In seconds; what crosses an edge is shortened, the rest left out."""
    made = []
    for cue in cues:
        end = cue.end if until is None else min(cue.end, until)
        start = max(cue.start, begin)
        if end > start:
            made.append(replace(cue, start=start, end=end))
    return made


def _shift(cues: Cues, value: str) -> Cues:
    by = Decimal(int(value)) / 1000
    zero = Decimal(0)
    return [
        replace(cue, start=max(cue.start + by, zero), end=max(cue.end + by, zero)) for cue in cues
    ]


def _scale(cues: Cues, value: str) -> Cues:
    above, _, below = value.partition("/")
    factor = Decimal(above) / Decimal(below)

    def scaled(moment: Decimal) -> Decimal:
        return (moment * factor).quantize(MILLISECOND)

    return [replace(cue, start=scaled(cue.start), end=scaled(cue.end)) for cue in cues]


def _drop_empty(cues: Cues, value: str) -> Cues:
    return [cue for cue in cues if cue.text]


def _drop_sounds(cues: Cues, value: str) -> Cues:
    return [cue for cue in cues if not SOUND_ONLY.fullmatch(cue.text)]


def _repair_letters(cues: Cues, value: str) -> Cues:
    return [replace(cue, text=ftfy.fix_encoding(cue.text)) for cue in cues]


def _strip_markup(cues: Cues, value: str) -> Cues:
    return [replace(cue, text=MARKUP.sub("", cue.text).strip()) for cue in cues]


def _wrap(cues: Cues, value: str) -> Cues:
    width = int(value)

    def wrapped(line: str) -> str:
        # Languages without spaces have no word that could be kept whole.
        return "\n".join(textwrap.wrap(line, width, break_on_hyphens=False)) or line

    made = []
    for cue in cues:
        lines = cue.text.split("\n")
        made.append(replace(cue, text="\n".join(wrapped(line) for line in lines)))
    return made


def mend_words(mend: str) -> str:
    """What a mend has done, for whoever looks at the file later."""
    name, _, value = mend.partition(":")
    if name == "shift":
        by = Decimal(int(value)) / 1000
        return f"moved {'later' if by > 0 else 'earlier'} by {format_timecode(abs(by))}"
    if name == "cut":
        first, _, last = value.partition("-")
        end = format_timecode(Decimal(int(last)) / 1000) if last else "the end"
        return f"cut to {format_timecode(Decimal(int(first)) / 1000)} – {end}"
    return WORDS[name].format(value)


WORDS = {
    "drop_empty": "empty cues left out",
    "drop_sounds": "cues that only name a sound left out",
    "encoding": "read as {}",
    "fix_ends": "missing ends set",
    "fps": "read at {} pictures a second",
    "lenient": "read leniently",
    "repair_letters": "letters repaired",
    "scale": "stretched by {}",
    "sort": "put in order",
    "strip_markup": "markup taken out",
    "trim_overlaps": "overlaps ended",
    "wrap": "lines broken at {} characters",
}
MENDS: dict[str, Callable[[Cues, str], Cues]] = {
    "cut": _cut,
    "drop_empty": _drop_empty,
    "drop_sounds": _drop_sounds,
    "fix_ends": _fix_ends,
    "repair_letters": _repair_letters,
    "scale": _scale,
    "shift": _shift,
    "sort": _sort,
    "strip_markup": _strip_markup,
    "trim_overlaps": _trim_overlaps,
    "wrap": _wrap,
}
