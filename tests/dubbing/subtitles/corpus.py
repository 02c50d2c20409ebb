"""Subtitle files as they arrive: odd, broken, in every format. Made by code, kept nowhere."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO

from dubbing.subtitles.clocks import Span
from tests.dubbing.subtitles.ebu import make_ebu_stl

Cues = list[tuple[float, float, str]]
MINUTE = Span(duration=Decimal(60))
HALF = Span(start=Decimal(20), end=Decimal(40), duration=Decimal(60))
FEATURE = Span(duration=Decimal(1000))


def clock(seconds: float, point: str = ",") -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{rest:03}"


def srt(*cues: tuple[float, float, str]) -> str:
    return "\n".join(
        f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    )


def talk(words: str, *, start: float = 1, end: float = 50, every: float = 4) -> Cues:
    times = [start + every * index for index in range(int((end - start) / every))]
    return [(at, at + every - 1, f"{words} {index}") for index, at in enumerate(times, start=1)]


def zipped() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("show.srt", srt((1, 2, "Hello")))
    return held.getvalue()


@dataclass(frozen=True)
class Sample:
    """`codes`: what the checks must say, errors first. None of them: the file is fine."""

    data: bytes
    codes: set[str] = field(default_factory=set)
    locale: str = "es-ES"
    span: Span = MINUTE
    name: str = "show.srt"


HELLO = "Hola a todos y gracias"
RUSSIAN = srt(*talk("Привет, как дела сегодня"))
JAPANESE = srt(*talk("こんにちは皆さん", every=6))
POLISH = srt(*talk("Zażółć gęślą jaźń, proszę państwa"))
VTT_HEAD = "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE a note\n\n"
VTT = VTT_HEAD + "one\n00:01.000 --> 00:03.000 line:80%\n<v Ann>Hola <i>a todos</i>\n"
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.00,0:00:07.00,Default,,0,0,0,,Adiós
Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\i1}Hola{\\i0}\\Na todos
Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,a comment
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}
"""
TTML = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
    ' xml:lang="es"><body><div><p begin="00:00:01.000" end="00:00:03.000">Hola<br/>'
    '<span tts:fontStyle="italic">a todos</span></p></div></body></tt>'
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><tt><body>&b;</body></tt>'
)
SAMI = (
    "<SAMI><HEAD></HEAD><BODY><SYNC Start=1000><P Class=ESCC>Hola<br>a todos"
    "<SYNC Start=3000><P Class=ESCC>&nbsp;</BODY></SAMI>"
)
SBV = "0:00:01.000,0:00:03.000\nHola\na todos\n"
SCC = (
    "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 9470 9470 c845 4c4c 4f80 942f 942f\n\n"
    "00:00:03:00\t942c 942c\n"
)

CORPUS: dict[str, Sample] = {
    # Fine as they are, whatever they look like.
    "plain": Sample(srt(*talk(HELLO)).encode()),
    "with a mark and carriage returns": Sample(
        b"\xef\xbb\xbf" + srt(*talk(HELLO)).replace("\n", "\r\n").encode()
    ),
    "UTF-16": Sample(srt(*talk("¿Qué tal va todo?")).encode("utf-16")),
    "Latin-1": Sample(srt(*talk("Qué mañana más fría")).encode("latin-1")),
    "WebVTT": Sample(VTT.encode(), name="show.vtt"),
    "ASS with comments and drawings": Sample(ASS.encode(), name="show.ass"),
    "TTML": Sample(TTML.encode(), name="show.ttml"),
    "SAMI": Sample(SAMI.encode(), name="show.smi"),
    "SBV": Sample(SBV.encode(), name="show.sbv"),
    "SCC": Sample(SCC.encode(), locale="en-US", name="show.scc"),
    "EBU STL": Sample(make_ebu_stl([(1, 3, "Hola\na todos"), (5, 7, "Adi\xc2os")]), name="a.stl"),
    "EBU STL from ten o'clock": Sample(
        make_ebu_stl([(1, 3, "Hola"), (5, 7, "Adios")], begins="10000000"), name="a.stl"
    ),
    "EBU STL without a programme's start": Sample(
        make_ebu_stl([(1, 3, "Hola")]).replace(b"00000000" * 2, b" " * 16), name="a.stl"
    ),
    "EBU STL without cues": Sample(make_ebu_stl([]), {"srt_empty"}, name="a.stl"),
    "EBU STL cut short": Sample(
        make_ebu_stl([(1, 3, "Hola"), (5, 7, "Adios")])[:-60], {"srt_unreadable"}, name="a.stl"
    ),
    "MPL2": Sample(b"[10][30]Hola|a todos\n", name="show.txt"),
    "TMPlayer": Sample(b"00:00:01:Hola|a todos\n00:00:05:Adios\n", name="show.txt"),
    "a WebVTT file called SRT": Sample(VTT.encode()),
    "Japanese": Sample(JAPANESE.encode(), locale="ja-JP"),
    # Not subtitles, or not to be read.
    "empty": Sample(b"", {"srt_empty"}),
    "only blanks": Sample(b" \n\r\n\t", {"srt_empty"}),
    "cues without a word": Sample(srt((1, 2, ""), (3, 4, "")).encode(), {"srt_empty"}),
    "WebVTT without cues": Sample(b"WEBVTT\n", {"srt_empty"}),
    "too large": Sample(b"x" * 1_000_001, {"srt_too_large"}),
    "a letter": Sample(b"Dear all, see attached.", {"srt_unreadable"}),
    "a PDF": Sample(b"%PDF-1.7\n" + bytes(range(256)), {"srt_unreadable"}),
    "a ZIP archive": Sample(zipped(), {"srt_unreadable"}),
    "a video": Sample(b"\x00\x00\x00\x20ftypisom" + bytes(500), {"srt_unreadable"}),
    "random bytes": Sample(bytes(range(256)) * 20, {"srt_unreadable"}),
    "half of UTF-16": Sample(srt((1, 2, "a")).encode("utf-16")[:-1], {"srt_unreadable"}),
    "broken times": Sample(srt((1, 2, "a")).replace(",000", ",5").encode(), {"srt_unreadable"}),
    "a control character": Sample(srt((1, 2, "a\x07b")).encode(), {"srt_unreadable"}),
    "broken TTML": Sample(b"<tt><body><p></tt>", {"srt_unreadable"}, name="a.ttml"),
    "an XML bomb": Sample(BOMB.encode(), {"srt_unreadable"}, name="a.ttml"),
    "half an EBU STL": Sample(b"850STL25.01" + b"0" * 90, {"srt_unreadable"}, name="a.stl"),
    "Cyrillic in an old encoding": Sample(RUSSIAN.encode("cp1251"), {"srt_unreadable"}, "ru-RU"),
    "Japanese in Shift-JIS": Sample(JAPANESE.encode("cp932"), {"srt_unreadable"}, "ja-JP"),
    "MicroDVD": Sample(b"{25}{75}Hola|a todos\n", {"srt_frame_rate"}, name="show.sub"),
    "STL as text": Sample(
        b"$FontName = Arial\n00:00:01:00 , 00:00:03:12 , Hola|a todos\n",
        {"srt_frame_rate"},
        name="show.stl",
    ),
    # Readable, and not to be sent as they are.
    "an end before its start": Sample(srt((3, 2, "a"), (5, 7, "b")).encode(), {"srt_cue_order"}),
    "out of order": Sample(srt((9, 10, "b"), (1, 2, "a")).encode(), {"srt_order"}),
    "overlapping": Sample(srt((1, 4, "a"), (3, 6, "b")).encode(), {"srt_overlap"}),
    "past the end": Sample(srt(*talk(HELLO), (70, 72, "tarde")).encode(), {"srt_outside_trim"}),
    "outside the trim": Sample(srt(*talk(HELLO)).encode(), {"srt_outside_trim"}, span=HALF),
    "on the clock of a tape": Sample(
        srt(*talk(HELLO, start=3601, end=3650)).encode(), {"srt_shifted", "srt_outside_trim"}
    ),
    "on the clock of the trim": Sample(
        srt(*talk(HELLO, end=18)).encode(), {"srt_shifted", "srt_outside_trim"}, span=HALF
    ),
    "for another frame rate": Sample(
        srt(*talk(HELLO, end=1042, every=10)).encode(),
        {"srt_frame_rate_drift", "srt_outside_trim"},
        span=FEATURE,
    ),
    # To be looked at.
    "an empty cue": Sample(srt(*talk(HELLO), (51, 52, "")).encode(), {"srt_cue_empty"}),
    "too fast": Sample(srt((1, 2, "palabra " * 5)).encode(), {"srt_fast"}),
    "fast for Japanese": Sample(
        srt((1, 2, "こんにちは皆さんお元気ですか")).encode(), {"srt_fast"}, "ja-JP"
    ),
    "a flash": Sample(srt((1, 1.2, "Sí")).encode(), {"srt_cue_short"}),
    "a very long line": Sample(srt((1, 9, "palabra " * 12)).encode(), {"srt_long_line"}),
    "markup": Sample(srt((1, 4, "<i>Hola</i>{\\an8} a todos")).encode(), {"srt_markup"}),
    "only a sound": Sample(srt((1, 4, "[puerta]"), (5, 8, "Hola")).encode(), {"srt_sound_only"}),
    "letters of another script": Sample(
        srt(*talk("Hola a todos y gracias")).encode(), {"srt_script"}, "ru-RU"
    ),
    "garbled letters": Sample(
        srt(*talk("¿Qué tal, señora?")).encode().decode("latin-1").encode(), {"srt_garbled"}
    ),
    "Polish read as Western": Sample(POLISH.encode("cp1250"), {"srt_encoding"}, "pl-PL"),
}
