"""Whole files on another clock: shifted by a constant, or made for another frame rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dubbing.subtitles.findings import WARNING, Finding, Mend
from dubbing.validators import Cue, format_timecode

HOUR = Decimal(3600)
# Programmes on tape begin at 01:00:00 or 10:00:00 by custom.
CUSTOMARY_STARTS = (HOUR, 10 * HOUR)
TOLERANCE = Decimal("0.5")
# A film of 24 pictures a second is played at 25 on European television, and its subtitles are not.
FRAME_RATES = (("25", "23.976"), ("25", "24"))
DRIFT_TOLERANCE = Decimal("0.012")
LEAST_SPAN = Decimal(30)


@dataclass(frozen=True)
class Span:
    """The part of the video that is dubbed, in seconds; None where nobody knows or has said."""

    start: Decimal | None = None
    end: Decimal | None = None
    duration: Decimal | None = None

    @property
    def begin(self) -> Decimal:
        return self.start or Decimal(0)

    @property
    def limit(self) -> Decimal | None:
        known = [moment for moment in (self.end, self.duration) if moment is not None]
        return min(known, default=None)


def clock_findings(cues: Sequence[Cue], span: Span) -> list[Finding]:
    """At most one: what explains the most is looked at first."""
    if not cues:
        return []
    first, last = min(cue.start for cue in cues), max(cue.end for cue in cues)
    found = (
        _tape_clock(first, last, span)
        or _trimmed_clock(first, last, span)
        or _other_frame_rate(first, last, span)
    )
    return [found] if found else []


def _tape_clock(first: Decimal, last: Decimal, span: Span) -> Finding | None:
    for start in CUSTOMARY_STARTS[::-1]:
        is_inside = span.limit is None or last <= span.limit
        if first < start or (is_inside and span.limit is not None):
            continue
        if span.limit is None and last - start > HOUR * 5:
            continue
        if span.limit is not None and last - start > span.limit + TOLERANCE:
            continue
        message = (
            f"Its first cue stands at {format_timecode(first)}: the file seems to count from "
            f"{format_timecode(start)}, as tapes do, and not from 0:00."
        )
        return _shifted(message, -start)
    return None


def _trimmed_clock(first: Decimal, last: Decimal, span: Span) -> Finding | None:
    """Made on the trimmed part: it begins before the trim and would end in time if moved."""
    if not span.begin or first >= span.begin:
        return None
    if span.limit is not None and last + span.begin > span.limit + TOLERANCE:
        return None
    message = (
        f"Its first cue stands at {format_timecode(first)}, before the part that is dubbed: the "
        f"file seems to count from the trim’s start, {format_timecode(span.begin)}."
    )
    return _shifted(message, span.begin)


def _shifted(message: str, by: Decimal) -> Finding:
    words = f"Move all cues {'later' if by > 0 else 'earlier'} by {format_timecode(abs(by))}"
    mend = Mend(f"shift:{round(by * 1000)}", words)
    return Finding(WARNING, "srt_shifted", message, mends=(mend,))


def _other_frame_rate(first: Decimal, last: Decimal, span: Span) -> Finding | None:
    if span.limit is None or last <= span.limit + TOLERANCE or last - first < LEAST_SPAN:
        return None
    if span.limit != span.duration:
        return None  # what goes on behind the trim's end is only a longer file
    mends = []
    for fast, slow in FRAME_RATES:
        stretched = last * Decimal(slow) / Decimal(fast)
        # The last cue then lies near the end, as it does where this is the cause.
        if span.limit * (1 - DRIFT_TOLERANCE * 2) <= stretched <= span.limit + TOLERANCE:
            words = f"Fit it to {fast} pictures a second instead of {slow}"
            mends.append(Mend(f"scale:{slow}/{fast}", words))
    if not mends:
        return None
    beyond = (last / span.limit - 1) * 100
    message = (
        f"The last cue ends {beyond:.1f} % after the video: the file seems to be made for another "
        "frame rate, so that its cues drift apart from the picture."
    )
    return Finding(WARNING, "srt_frame_rate_drift", message, mends=tuple(mends[:1]))
