"""What is looked at in a subtitle file beyond what makes it unfit to send.

The hard rules are `dubbing.validators.srt_faults`, the same that sending asks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import ftfy
import langcodes

from dubbing.subtitles.clocks import Span, clock_findings
from dubbing.subtitles.findings import ERROR, WARNING, Finding, Mend, at_cue, shortened
from dubbing.subtitles.reading import ENCODING, FRAME_RATE, FRAME_RATES, LENIENT, ReadFile
from dubbing.subtitles.scripts import (
    OLD_ENCODINGS,
    language_of,
    pace_of,
    script_name,
    script_of,
    wrong_script,
)
from dubbing.validators import Cue, format_timecode, locale_name, srt_faults

MARKUP = re.compile(r"</?[a-zA-Z][^>\n]{0,80}>|\{\\[^}\n]{0,80}\}")
# Nothing in it may be matched in two ways: a file must not buy hours by one line.
SOUND_ONLY = re.compile(r"\s*+(?:(?>\[[^\]]*\]|\([^)]*\)|[♪♫])\s*+)++")
SHORTEST = Decimal("0.3")
READ_AS_WESTERN = "Windows-1252"

HARD_MENDS = {
    "srt_cue_order": Mend("fix_ends", "Give these cues an end"),
    "srt_order": Mend("sort", "Put cues in order of time"),
    "srt_overlap": Mend("trim_overlaps", "End the earlier cue where the next begins"),
}


@dataclass(frozen=True)
class Context:
    """What a file is judged against. `twins`: digest of other files' words → what they are."""

    locale: str = ""
    span: Span = field(default_factory=Span)
    twins: Mapping[str, str] = field(default_factory=dict)


def judge(read: ReadFile, context: Context, data: bytes = b"") -> list[Finding]:
    """Findings, errors first; `data` is the file itself, for trying other encodings."""
    if read.error:
        return [_unreadable(read, context, data)]
    spoken = [cue for cue in read.cues if cue.text]
    if not spoken:
        return [Finding(ERROR, "srt_empty", "The file holds no cue with text.")]
    found = [
        *clock_findings(spoken, context.span),
        *_hard(spoken, context.span),
        *_of_words(spoken, context),
        *_of_cues(read.cues, context.locale),
        *_other_western(read, context, data),
    ]
    return sorted(shortened(found), key=lambda finding: finding.level != ERROR)


def words_digest(cues: Sequence[Cue]) -> str:
    words = " ".join(" ".join(cue.text.split()) for cue in cues)
    return hashlib.sha256(words.casefold().encode("utf-8", "replace")).hexdigest()


def _unreadable(read: ReadFile, context: Context, data: bytes) -> Finding:
    mends: list[Mend] = []
    message = read.error
    if read.remedy == FRAME_RATE:
        mends = [Mend(f"{FRAME_RATE}:{rate}", f"{rate} per second") for rate in FRAME_RATES]
    elif read.remedy == LENIENT:
        mends = [Mend(LENIENT, "Read what can be read")]
    elif read.remedy == ENCODING:
        mends = list(_encodings(data, context.locale))
        if not mends and not context.locale:
            message += " Or choose its language: then we can try that language’s old encodings."
    return Finding(ERROR, read.error_code, message, mends=tuple(mends))


def _encodings(data: bytes, locale: str) -> Iterator[Mend]:
    """Old encodings of the language in which the file makes sense, with a taste of each."""
    for encoding in OLD_ENCODINGS.get(language_of(locale), ()):
        text = data.decode(encoding, errors="replace")
        if text.count("\ufffd") > len(text) // 200 or wrong_script(text, locale):
            continue
        yield Mend(f"{ENCODING}:{encoding}", f"Read it as {encoding}: “{_taste(text)}”")


def _taste(text: str) -> str:
    for line in text.splitlines():
        if any(ord(character) > 127 for character in line):
            return " ".join(line.split())[:32]
    return ""


def _other_western(read: ReadFile, context: Context, data: bytes) -> Iterator[Finding]:
    """A guess at Windows-1252 where the language was never written in it."""
    if not any(READ_AS_WESTERN in note for note in read.notes):
        return
    mends = tuple(_encodings(data, context.locale))
    if mends:
        language = locale_name(context.locale)
        message = f"It was read as Windows-1252, in which {language} has not all of its letters."
        yield Finding(WARNING, "srt_encoding", message, mends=mends)


def _hard(spoken: Sequence[Cue], span: Span) -> Iterator[Finding]:
    start, end, duration = span.start, span.end, span.duration
    for fault in srt_faults(spoken, start=start, end=end, duration=duration):
        mend = HARD_MENDS.get(fault.code) or _cut(spoken, span)
        yield Finding(ERROR, fault.code, fault.message, fault.cue.line, fault.cue.number, (mend,))


def _cut(spoken: Sequence[Cue], span: Span) -> Mend:
    limit = span.limit
    outside = [
        cue for cue in spoken if cue.end <= span.begin or (limit is not None and cue.start >= limit)
    ]
    crossing = [
        cue
        for cue in spoken
        if cue not in outside
        and (cue.start < span.begin or (limit is not None and cue.end > limit))
    ]
    parts = []
    if outside:
        parts.append(f"leave out {_count(len(outside))}")
    if crossing:
        parts.append(f"shorten {_count(len(crossing))}")
    until = "" if limit is None else str(round(limit * 1000))
    return Mend(f"cut:{round(span.begin * 1000)}-{until}", " and ".join(parts).capitalize())


def _count(cues: int) -> str:
    return f"{cues:,} cue{'' if cues == 1 else 's'}"


def _of_words(spoken: Sequence[Cue], context: Context) -> Iterator[Finding]:
    """Of the file as a whole."""
    text = "\n".join(cue.text for cue in spoken)
    if context.locale and (found := wrong_script(text, context.locale)):
        language = langcodes.Language.get(context.locale).language_name()
        expected = script_name(script_of(context.locale))
        message = (
            f"Its letters are {found}, but {language} is written in {expected}. "
            "Check that it is the right file for the language."
        )
        yield Finding(WARNING, "srt_script", message)
    if twin := context.twins.get(words_digest(spoken)):
        message = f"Its words are the same as those of {twin}. One of them is the wrong file."
        yield Finding(WARNING, "srt_same_words", message)
    if garbled := [cue for cue in spoken if ftfy.fix_encoding(cue.text) != cue.text]:
        broken, whole = _example(garbled[0])
        message = (
            f"Letters are garbled in {_count(len(garbled))}: “{broken}” should read “{whole}”. "
            "The file was saved in a wrong encoding once."
        )
        mend = Mend("repair_letters", "Repair the letters")
        first = garbled[0]
        yield Finding(WARNING, "srt_garbled", message, first.line, first.number, (mend,))


def _example(cue: Cue) -> tuple[str, str]:
    for line in cue.text.split("\n"):
        if (whole := ftfy.fix_encoding(line)) != line:
            return line[:40], whole[:40]
    return cue.text[:40], ftfy.fix_encoding(cue.text)[:40]


def _of_cues(cues: Sequence[Cue], locale: str) -> Iterator[Finding]:
    for cue in cues:
        if not cue.text:
            mend = Mend("drop_empty", "Leave out empty cues")
            yield at_cue(WARNING, "srt_cue_empty", cue, "has no text.", [mend])
            continue
        yield from _markup_and_sounds(cue)
        yield from _pace(cue, locale)


def _markup_and_sounds(cue: Cue) -> Iterator[Finding]:
    if MARKUP.search(cue.text):
        mend = Mend("strip_markup", "Take out the markup")
        yield at_cue(WARNING, "srt_markup", cue, "holds markup, which might be spoken.", [mend])
    if SOUND_ONLY.fullmatch(cue.text):
        mend = Mend("drop_sounds", "Leave out cues that only name a sound")
        message = f"only names a sound, “{cue.text[:40]}”, which would be spoken."
        yield at_cue(WARNING, "srt_sound_only", cue, message, [mend])


def _pace(cue: Cue, locale: str) -> Iterator[Finding]:
    pace, length = pace_of(locale), cue.end - cue.start
    words = MARKUP.sub("", cue.text)
    if 0 < length < SHORTEST:
        yield at_cue(WARNING, "srt_cue_short", cue, f"lasts only {format_timecode(length)}.")
    elif length > 0 and (speed := len(words.replace("\n", " ")) / length) > pace.easy:
        degree = "too fast to be spoken" if speed > pace.most else "hardly spoken in time"
        message = f"has {speed:.0f} characters a second: {degree}; {pace.easy} are at ease."
        yield at_cue(WARNING, "srt_fast", cue, message)
    if max(len(line) for line in words.split("\n")) > pace.line:
        mend = Mend(f"wrap:{pace.wrapped}", f"Break lines at {pace.wrapped} characters")
        yield at_cue(WARNING, "srt_long_line", cue, "has a very long line.", [mend])
