"""From bytes to cues, whatever the format: what every check and mend starts from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from dubbing.subtitles.cues import Converted, SubtitlesError
from dubbing.subtitles.formats import (
    NEEDS_FRAME_RATE,
    Format,
    format_of,
    is_ebu_stl,
    stranger,
)
from dubbing.subtitles.running import Asked, convert_files
from dubbing.validators import MAX_SRT_BYTES, Cue, decode_subtitles, parse_cues, write_srt

FRAME_RATES = ("23.976", "24", "25", "29.97", "30", "50", "59.94")
ENCODING, FRAME_RATE, LENIENT = "encoding", "fps", "lenient"
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
ENTITY_SPACE = "\xa0"


@dataclass(frozen=True)
class Given:
    """A file as it came, and how somebody said it is to be read."""

    name: str
    data: bytes
    encoding: str = ""
    fps: str = ""
    is_lenient: bool = False

    @classmethod
    def of(cls, name: str, data: bytes, mends: Sequence[str]) -> Given:
        said = dict(mend.partition(":")[::2] for mend in mends)
        return cls(name, data, said.get(ENCODING, ""), said.get(FRAME_RATE, ""), LENIENT in said)


@dataclass(frozen=True)
class ReadFile:
    """Cues with their lines in `text`; a file that cannot be read has an error and no text."""

    format: str = ""
    text: str = ""
    cues: tuple[Cue, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    error_code: str = ""
    remedy: str = ""  # ENCODING, FRAME_RATE or LENIENT: which answer of a person would help


def read_files(given: Sequence[Given]) -> list[ReadFile]:
    """One result per file, in order; other formats go through one process together."""
    first = [_look(one) for one in given]
    asked = [look for look in first if isinstance(look, _Waiting)]
    converted = iter(convert_files([look.asked for look in asked]))
    return [look if isinstance(look, ReadFile) else _taken(look, next(converted)) for look in first]


@dataclass(frozen=True)
class _Waiting:
    asked: Asked
    note: str


def _look(given: Given) -> ReadFile | _Waiting:
    if len(given.data) > MAX_SRT_BYTES:
        message = (
            f"A subtitle file has at most {MAX_SRT_BYTES:,} bytes; this one has "
            f"{len(given.data):,}. Check that it is the right file."
        )
        return ReadFile(error=message, error_code="srt_too_large")
    if what := stranger(given.data):
        return _refused(f"This is {what}, not a subtitle file.")
    if is_ebu_stl(given.data):
        return _Waiting(Asked(Format.EBU_STL, given.data), "")
    try:
        text, note = _decoded(given)
    except ValidationError as error:
        code = error.error_list[0].code or ""
        remedy = ENCODING if code == "srt_unreadable" else ""
        return ReadFile(error=" ".join(error.messages), error_code=code, remedy=remedy)
    return _look_at_text(given, text, note)


def _decoded(given: Given) -> tuple[str, str]:
    if not given.encoding:
        decoded = decode_subtitles(given.data)
        return decoded.text, decoded.note
    text = given.data.decode(given.encoding, errors="replace")
    return decode_subtitles(text).text, f"Read in the encoding {given.encoding}, as somebody chose."


def _look_at_text(given: Given, text: str, note: str) -> ReadFile | _Waiting:
    kind = format_of(text)
    if kind is None:
        line = CONTROLS.sub("", text.strip().splitlines()[0])[:40]
        return _refused(f"No subtitle format begins like this: “{line}”. Export it as SRT.")
    if kind is Format.SRT and not given.is_lenient:
        return _read_srt(text, note)
    if kind in NEEDS_FRAME_RATE and not given.fps:
        message = (
            f"{kind.value} files count frames and do not say how many make a second. "
            "Choose the frame rate of the video."
        )
        return ReadFile(kind.value, "", (), (), message, "srt_frame_rate", FRAME_RATE)
    if given.is_lenient:
        text = CONTROLS.sub("", text)
    return _Waiting(Asked(kind, text, float(given.fps) if given.fps else None), note)


def _read_srt(text: str, note: str) -> ReadFile:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        cues = tuple(parse_cues(lines))
    except ValidationError as error:
        return ReadFile("SRT", "", (), (), " ".join(error.messages), "srt_unreadable", LENIENT)
    return ReadFile("SRT", lines, cues, (note,) if note else ())


def _taken(waiting: _Waiting, converted: Converted | SubtitlesError) -> ReadFile:
    name = waiting.asked.kind.value
    if isinstance(converted, SubtitlesError):
        return ReadFile(name, error=str(converted), error_code=converted.code)
    if not any(cue.text for cue in converted.cues):
        return ReadFile(name, error="The file holds no cue with text.", error_code="srt_empty")
    cues = renumbered(
        Cue(0, 0, Decimal(cue.start) / 1000, Decimal(cue.end) / 1000, _plain(cue.text))
        for cue in converted.cues
    )
    is_srt = waiting.asked.kind is Format.SRT
    change = "Read leniently." if is_srt else f"Converted from {name}; styling was left out."
    notes = tuple(filter(None, (waiting.note, change)))
    return ReadFile(name, write_srt(cues), cues, notes)


def _plain(text: str) -> str:
    """Without what would end a cue in SRT: blank lines, arrows, characters that no text has."""
    clean = CONTROLS.sub("", text).replace("-->", "→").replace(ENTITY_SPACE, " ")
    return "\n".join(line for line in map(str.strip, clean.splitlines()) if line)


def renumbered(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """With the numbers and lines that `write_srt` gives them."""
    numbered: list[Cue] = []
    line = 1
    for number, cue in enumerate(cues, start=1):
        numbered.append(Cue(number, line + 1, cue.start, cue.end, cue.text))
        line += cue.text.count("\n") + 4  # number, times, the text's lines and a blank one
    return tuple(numbered)


def _refused(message: str) -> ReadFile:
    return ReadFile(error=message, error_code="srt_unreadable")
