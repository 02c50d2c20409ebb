"""Which kind of subtitles a file holds, told by its content: names lie."""

from __future__ import annotations

import re
from enum import Enum

MICRODVD_LINE = re.compile(r"\{\d+\}\{\d*\}")
MPL2_LINE = re.compile(r"\[\d+\]\[\d*\]")
SUBVIEWER_TIMES = re.compile(
    r"(\d{1,3}):(\d\d):(\d\d)\.(\d{2,3}),(\d{1,3}):(\d\d):(\d\d)\.(\d{2,3})"
)
SPRUCE_LINE = re.compile(
    r"(\d\d):(\d\d):(\d\d)[:;](\d\d)\s*,\s*(\d\d):(\d\d):(\d\d)[:;](\d\d)\s*,(.*)"
)
TMPLAYER_LINE = re.compile(r"\d{1,2}:\d\d:\d\d[:=].+")
LINES_LOOKED_AT = 60
HEAD_CHARACTERS = 4_000


class Format(Enum):
    """The value is what people call it."""

    SRT = "SRT"
    VTT = "WebVTT"
    ASS = "ASS"
    TTML = "TTML"
    SAMI = "SAMI"
    SCC = "SCC"
    EBU_STL = "EBU STL"
    SPRUCE_STL = "STL"
    SUBVIEWER = "SBV"
    MICRODVD = "MicroDVD"
    MPL2 = "MPL2"
    TMPLAYER = "TMPlayer"


# Files that count frames say nothing of their rate: somebody must.
NEEDS_FRAME_RATE = frozenset({Format.MICRODVD, Format.SPRUCE_STL})

# First bytes of what is no subtitle file, however it is called.
STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document: unpack it, or export subtitles from it"),
    (b"{\\rtf", "a formatted document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x1f\x8b", "a packed archive"),
    (b"Rar!", "a packed archive"),
    (b"\x00\x00\x01\xba", "picture subtitles of a DVD; they hold no text"),
)


def stranger(data: bytes) -> str:
    """What it is instead, in words; empty where nothing is known against it."""
    if data[4:8] == b"ftyp":
        return "a video"
    return next((words for start, words in STRANGERS if data.startswith(start)), "")


def is_ebu_stl(data: bytes) -> bool:
    return data[3:6] == b"STL" and data[8:10] == b".0"


def format_of(text: str) -> Format | None:
    """None where nothing of any kind is recognised."""
    head = text[:HEAD_CHARACTERS].lstrip("\ufeff \t\r\n")
    for is_it, found in (
        (head.startswith("WEBVTT"), Format.VTT),
        (head.startswith("Scenarist_SCC"), Format.SCC),
        ("[Script Info]" in head or "[V4" in head, Format.ASS),
        ("<sami" in head.lower(), Format.SAMI),
        (re.search(r"<(\w+:)?tt[\s>]", head) is not None, Format.TTML),
        ("-->" in text, Format.SRT),
    ):
        if is_it:
            return found
    return _format_by_lines(text)


def _format_by_lines(text: str) -> Format | None:
    patterns = {
        Format.MICRODVD: MICRODVD_LINE,
        Format.MPL2: MPL2_LINE,
        Format.SUBVIEWER: SUBVIEWER_TIMES,
        Format.SPRUCE_STL: SPRUCE_LINE,
        Format.TMPLAYER: TMPLAYER_LINE,
    }
    for line in text[:HEAD_CHARACTERS].splitlines()[:LINES_LOOKED_AT]:
        for kind, pattern in patterns.items():
            if pattern.match(line.strip()):
                return kind
    return None
