"""Runs in the worker: other formats into plain cues, by libraries.

pysubs2 reads the formats of players, ttconv those of broadcasters and of the web.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pysubs2
import ttconv.imsc.reader
import ttconv.scc.reader
import ttconv.stl.reader
import ttconv.vtt.reader
from ttconv import model

from dubbing.subtitles.cues import Converted, PlainCue, SubtitlesError
from dubbing.subtitles.formats import SPRUCE_LINE, SUBVIEWER_TIMES, Format

STYLES_NOTE = "Colours, fonts and positions were left out; only the words are dubbed."
DRAWINGS_NOTE = "Drawings and comments of the ASS file were left out."
PROGRAMME_NOTE = "Times were counted from the programme’s own start, as the file names it."
# Places in the first block of an EBU STL file (EBU Tech 3264).
FRAME_RATE, TCP = slice(6, 8), slice(256, 264)
STYLED = re.compile(r"\{\\[^}]*\}|<[a-zA-Z/][^>]*>")
OLD_TTML = re.compile(r"http://www\.w3\.org/2006/(04|10)/ttaf1")
PYSUBS2_NAMES = {
    Format.ASS: "ass",
    Format.SAMI: "sami",
    Format.MPL2: "mpl2",
    Format.TMPLAYER: "tmp",
    Format.MICRODVD: "microdvd",
    Format.SRT: "srt",  # where our own reader is too strict and somebody agreed to a laxer one
}


def convert_text(text: str, kind: Format, *, fps: float | None) -> Converted:
    """Raises SubtitlesError, or whatever a library raises at a broken file."""
    readers: dict[Format, Callable[[str], Converted]] = {
        Format.VTT: lambda text: _from_model(ttconv.vtt.reader.to_model(io.StringIO(text)), text),
        Format.SCC: lambda text: _from_model(ttconv.scc.reader.to_model(text), ""),
        Format.TTML: _from_ttml,
        Format.SUBVIEWER: _from_subviewer,
        Format.SPRUCE_STL: lambda text: _from_spruce(text, fps or 25),
    }
    if kind in readers:
        return readers[kind](text)
    return _from_pysubs2(text, kind, fps)


def convert_ebu_stl(data: bytes) -> Converted:
    read = _from_model(ttconv.stl.reader.to_model(io.BytesIO(data)), "")
    begin = _programme_start(data)
    if not begin or any(cue.start < begin for cue in read.cues):
        return read
    cues = [
        replace(cue, start=cue.start - begin, end=max(cue.end, begin) - begin) for cue in read.cues
    ]
    return Converted(tuple(cues), (*read.notes, PROGRAMME_NOTE))


def _programme_start(data: bytes) -> int:
    """Milliseconds; 0 where the file says nothing of it. Broadcasters' programmes begin at 10:00:00
    or so, and cues count from midnight."""
    told, rate = data[TCP].decode("ascii", "replace"), data[FRAME_RATE].decode("ascii", "replace")
    if not (told.isdecimal() and rate.isdecimal() and int(rate)):
        return 0
    hours, minutes, seconds, frames = (int(told[place : place + 2]) for place in (0, 2, 4, 6))
    return round((hours * 3600 + minutes * 60 + seconds + frames / int(rate)) * 1000)


def _from_pysubs2(text: str, kind: Format, fps: float | None) -> Converted:
    read = pysubs2.SSAFile.from_string(text, PYSUBS2_NAMES[kind], fps=fps)
    spoken = [event for event in read.events if not event.is_comment and not event.is_drawing]
    cues = tuple(PlainCue(event.start, event.end, event.plaintext.strip()) for event in spoken)
    if kind is Format.SAMI:
        cues = _until_cleared(cues)
    notes = []
    if any(STYLED.search(event.text) for event in spoken) or kind is Format.ASS:
        notes.append(STYLES_NOTE)
    if len(spoken) < len(read.events):
        notes.append(DRAWINGS_NOTE)
    return Converted(_in_order(cues), tuple(notes))


def _until_cleared(cues: tuple[PlainCue, ...]) -> tuple[PlainCue, ...]:
    """SAMI ends a cue by an empty one; pysubs2 guesses an end from the text's length instead."""
    ended = [
        replace(cue, end=after.start) if not after.text else cue
        for cue, after in pairwise((*cues, *cues[-1:]))
    ]
    return tuple(cue for cue in ended if cue.text)


def _in_order(cues: tuple[PlainCue, ...]) -> tuple[PlainCue, ...]:
    """These formats give no order of their own: players sort by time."""
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end)))


def _from_ttml(text: str) -> Converted:
    # Neither is needed for subtitles; both are how XML is made to explode.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SubtitlesError("The XML file brings definitions of its own, which we do not read.")
    modern = OLD_TTML.sub("http://www.w3.org/ns/ttml", text)
    modern = re.sub(r"^\s*<\?xml[^>]*\?>", "", modern)
    root = ET.fromstring(modern)  # noqa: S314 (no definitions, a limited process of its own)
    return _from_model(ttconv.imsc.reader.to_model(ET.ElementTree(root)), modern)


def _from_model(document: model.ContentDocument | None, text: str) -> Converted:
    body = document.get_body() if document is not None else None
    if body is None:
        raise SubtitlesError("The file holds no cues.", "srt_empty")
    cues = tuple(_paragraphs(body, Fraction(0), None))
    notes = (STYLES_NOTE,) if STYLED.search(text) and "style" in text.lower() else ()
    return Converted(_in_order(cues), notes)


Moment = Fraction | None


def _paragraphs(
    element: model.ContentElement, parent_start: Fraction, parent_end: Moment
) -> Iterator[PlainCue]:
    start, end = _span(element, parent_start, parent_end)
    if not isinstance(element, model.P):
        for child in element:
            yield from _paragraphs(child, start, end)
        return
    inner = [_span(child, start, end) for child in element if child.get_begin() is not None]
    if element.get_begin() is None and inner:
        start = min(moment for moment, _ in inner)
        ends = [moment for _, moment in inner if moment is not None]
        end = max(ends, default=end)
    words = "\n".join(" ".join(line.split()) for line in _text(element).split("\n"))
    yield PlainCue(
        round(start * 1000), round((start if end is None else end) * 1000), words.strip()
    )


def _span(
    element: model.ContentElement, parent_start: Fraction, parent_end: Moment
) -> tuple[Fraction, Moment]:
    """Times of an element count from its parent's start.

    The parent's end counts only where it has none itself: ttconv works out the ends of containers,
    and too early where they begin late.
    """
    begin, end = element.get_begin(), element.get_end()
    start = parent_start + (Fraction(begin) if begin is not None else 0)
    if end is None:
        return start, parent_end
    return start, parent_start + Fraction(end)


def _text(element: model.ContentElement) -> str:
    if isinstance(element, model.Br):
        return "\n"
    if isinstance(element, model.Text):
        return str(element.get_text())
    return "".join(_text(child) for child in element)


def _from_subviewer(text: str) -> Converted:
    """YouTube's SBV and SubViewer: times on a line of their own, `[br]` for a new line."""
    cues: list[PlainCue] = []
    spoken: list[str] = []
    times: tuple[int, int] | None = None
    for line in [*text.splitlines(), "0:00:00.00,0:00:00.00"]:
        parts = SUBVIEWER_TIMES.fullmatch(line.strip())
        if parts is None:
            spoken.append(line.strip().replace("[br]", "\n"))
            continue
        if times is not None:
            cues.append(PlainCue(*times, "\n".join(filter(None, spoken))))
        fields = [field for field in parts.groups() if field]
        times, spoken = (_clock(fields[:4]), _clock(fields[4:])), []
    return Converted(tuple(cues))


def _clock(fields: list[str]) -> int:
    hours, minutes, seconds, rest = fields
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int(rest.ljust(3, "0"))


def _from_spruce(text: str, fps: float) -> Converted:
    def moment(fields: tuple[str, ...]) -> int:
        hours, minutes, seconds, frames = (int(field) for field in fields)
        return round((hours * 3600 + minutes * 60 + seconds + frames / fps) * 1000)

    lines = [SPRUCE_LINE.fullmatch(line.strip()) for line in text.splitlines()]
    cues = (
        PlainCue(
            moment(parts.groups()[:4]),
            moment(parts.groups()[4:8]),
            re.sub(r"\^[BIU]", "", parts[9]).replace("|", "\n").strip(),
        )
        for parts in lines
        if parts is not None
    )
    return Converted(tuple(cues))
