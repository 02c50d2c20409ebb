from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError

from dubbing.validators.srt_cues import Cue, parse_cues
from dubbing.validators.srt_decoding import DecodedText, decode_srt
from dubbing.validators.times import format_timecode

MAX_SRT_BYTES = 1_000_000
FAULTS_SHOWN = 5


@dataclass(frozen=True)
class Srt:
    text: str  # clean SRT in UTF-8: cues numbered from 1, line feeds, commas in the times
    cues: tuple[Cue, ...]
    notes: tuple[str, ...]  # what we changed, for the person who gave the file


def read_srt(
    data: bytes | str,
    *,
    name: str = "",
    start: Decimal | None = None,
    end: Decimal | None = None,
    duration: Decimal | None = None,
) -> Srt:
    """Read and judge an SRT file whose times run on the source video's clock.

    `start` and `end` are the trim, `duration` the video's length, all in seconds. The error
    lists the first five faults, each with its own code; `name` stands before each.
    """
    try:
        decoded = decode_subtitles(data)
        given = tuple(parse_cues(decoded.text))
        spoken = tuple(cue for cue in given if cue.text)
        _require_cues(spoken)
        _require_faultless(srt_faults(spoken, start=start, end=end, duration=duration))
    except ValidationError as error:
        raise _named(error, name) from None
    notes = (decoded.note, _omission_note(len(given) - len(spoken)))
    return Srt(text=write_srt(spoken), cues=spoken, notes=tuple(filter(None, notes)))


def decode_subtitles(data: bytes | str) -> DecodedText:
    """The file as text, without a mark at its front. Raises srt_too_large, _empty, _unreadable."""
    size = len(data)
    # Text is counted in characters first: what is far too large is never copied.
    if isinstance(data, str) and size <= MAX_SRT_BYTES:
        size = len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_SRT_BYTES:
        raise ValidationError(
            f"An SRT file has at most {MAX_SRT_BYTES:,} bytes; this one has {size:,}. "
            "Check that it is the right file.",
            code="srt_too_large",
        )
    decoded = DecodedText(data, "") if isinstance(data, str) else decode_srt(data)
    text = decoded.text.removeprefix("\ufeff")
    if not text.strip():
        raise ValidationError("The SRT file is empty.", code="srt_empty")
    return DecodedText(text, decoded.note)


def _earlier(end: Decimal | None, duration: Decimal | None) -> Decimal | None:
    return min((moment for moment in (end, duration) if moment is not None), default=None)


def _require_cues(spoken: Sequence[Cue]) -> None:
    if not spoken:
        raise ValidationError("The SRT file holds no cue with text.", code="srt_empty")


class Fault(NamedTuple):
    """What Panjaya would not take, and where."""

    cue: Cue
    code: str
    message: str


def srt_faults(
    spoken: Sequence[Cue],
    *,
    start: Decimal | None = None,
    end: Decimal | None = None,
    duration: Decimal | None = None,
) -> list[Fault]:
    """Every fault of cues that have text, in the order of their lines. All in seconds."""
    edges = _faults_at_edges(spoken, start=start or Decimal(0), end=_earlier(end, duration))
    faults = [*_faults_in_sequence(spoken), *edges]
    return sorted(faults, key=lambda fault: fault.cue.line)


def _require_faultless(faults: Sequence[Fault]) -> None:
    errors = [ValidationError(fault.message, code=fault.code) for fault in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        errors[-1].message += f" ({len(faults) - FAULTS_SHOWN:,} more not listed.)"
    if errors:
        raise ValidationError(errors)


def _faults_in_sequence(cues: Sequence[Cue]) -> Iterator[Fault]:
    """`latest` is the cue that ends last so far: a long cue may overlap more than the next."""
    previous: Cue | None = None
    latest: Cue | None = None
    for cue in cues:
        if cue.end <= cue.start:
            message = f"{cue_place(cue)} ends before it has begun. Correct its times."
            yield Fault(cue, "srt_cue_order", message)
            continue
        if previous and cue.start < previous.start:
            before = cue_place(previous)
            message = f"{cue_place(cue)} starts before {before}. Put cues in order of time."
            yield Fault(cue, "srt_order", message)
        elif latest and cue.start < latest.end:
            running = cue_place(latest)
            message = f"{cue_place(cue)} starts while {running} still runs. Move one of them."
            yield Fault(cue, "srt_overlap", message)
        previous = cue
        latest = cue if latest is None or cue.end > latest.end else latest


def _faults_at_edges(
    cues: Sequence[Cue], *, start: Decimal, end: Decimal | None
) -> Iterator[Fault]:
    """At most one for each edge: of a long file half may lie behind the trim's end."""
    early = [cue for cue in cues if cue.start < start]
    late = [cue for cue in cues if cue.start >= start and end is not None and cue.end > end]
    if early:
        edge = f"before the part that is dubbed, from {format_timecode(start)} on"
        yield _fault_at_edge(early, "starts", "start", edge)
    if late and end is not None:
        edge = f"beyond the end of what is dubbed, {format_timecode(end)}"
        yield _fault_at_edge(late, "runs", "run", edge)


def _fault_at_edge(outside: Sequence[Cue], one: str, many: str, edge: str) -> Fault:
    first, rest = outside[0], len(outside) - 1
    does = f"and {rest:,} more {many}" if rest else one
    message = (
        f"{cue_place(first)} {does} {edge}. SRT times count from the start of the whole video."
    )
    return Fault(first, "srt_outside_trim", message)


def cue_place(cue: Cue) -> str:
    return f"Cue {cue.number} (line {cue.line}, {srt_clock(cue.start)} --> {srt_clock(cue.end)})"


def _named(error: ValidationError, name: str) -> ValidationError:
    before = f"{name[:80]}: " if name else ""
    named = [
        ValidationError(f"{before}{fault.message}", code=fault.code) for fault in error.error_list
    ]
    return named[0] if len(named) == 1 else ValidationError(named)


def _omission_note(omitted: int) -> str:
    if not omitted:
        return ""
    return f"{omitted:,} {'cue' if omitted == 1 else 'cues'} without text left out."


def write_srt(cues: Sequence[Cue]) -> str:
    return "\n".join(
        f"{number}\n{srt_clock(cue.start)} --> {srt_clock(cue.end)}\n{cue.text}\n"
        for number, cue in enumerate(cues, start=1)
    )


def srt_clock(seconds: Decimal) -> str:
    whole, milliseconds = divmod(int(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02},{milliseconds:03}"
