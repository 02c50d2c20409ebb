"""What was found, in words that say what to do, and how much it weighs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from dubbing.models import LinkCheck
from dubbing.states import Verdict

ERROR, WARNING, HINT = "error", "warning", "hint"
ORDER = (ERROR, WARNING, HINT)
SHORTEST_SECONDS = Decimal(3)
# LUFS, for speech: broadcasters ask for -23, the web for -14.
QUIET_BELOW, LOUD_ABOVE = -36.0, -8.0
LITTLE_SPEECH = 0.05


@dataclass(frozen=True)
class Finding:
    """`level`: error (nothing can be sent so), warning (look first) or hint (good to know).

    `other` names the thing it is about, such as the video that was sent before:
    {"kind": "asset" or "row", "id", "batch", "label"}.
    """

    level: str
    code: str
    field: str
    message: str
    other: dict[str, str] = dataclasses.field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "level": self.level,
            "code": self.code,
            "field": self.field,
            "message": self.message,
        }
        return told | ({"other": self.other} if self.other else {})


def verdict_of(findings: Iterable[Finding], *, has_faults: bool, is_waiting: bool) -> Verdict:
    """`is_waiting`: something is still being looked into, which may add to the findings."""
    levels = {finding.level for finding in findings}
    if has_faults or ERROR in levels:
        return Verdict.RED
    if is_waiting:
        return Verdict.CHECKING
    return Verdict.AMBER if WARNING in levels else Verdict.GREEN


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: ORDER.index(finding.level))


def link_findings(check: LinkCheck, *, name: str = "media_url") -> Iterator[Finding]:
    """Of an address that was looked at."""
    if check.error_code:
        level = WARNING if check.is_passing else ERROR
        yield Finding(level, check.error_code, name, check.error_message)
        return
    facts = check.facts
    if facts["audio_tracks"] == 0:
        yield no_sound(name)
    if facts["seconds"] is None:
        yield Finding(
            HINT,
            "length_unknown",
            name,
            "Its length is not known until Panjaya has it: the server gives out no parts, or the "
            "file does not tell.",
        )


def no_sound(name: str) -> Finding:
    return Finding(
        ERROR,
        "no_audio_stream",
        name,
        "The video has no sound, so there is nothing to dub. Export it again with its sound.",
    )


def length_findings(
    duration: Decimal | None, start: Decimal | None, end: Decimal | None, name: str
) -> Iterator[Finding]:
    """Of what would be dubbed: the trim, or all of it."""
    if duration is None:
        return
    seconds = (end if end is not None else duration) - (start or 0)
    if 0 < seconds < SHORTEST_SECONDS:
        yield Finding(
            WARNING,
            "very_short",
            name,
            f"Only {seconds.normalize():f} seconds would be dubbed. Is this the right file, and "
            "the right trim?",
        )
    longest = settings.LONGEST_VIDEO_MINUTES
    if longest and seconds > longest * 60:
        told = timedelta(seconds=int(seconds))
        yield Finding(
            ERROR,
            "longer_than_limit",
            name,
            f"{told} would be dubbed; your account takes {longest} minutes at most. Trim it, or "
            "send it in parts.",
        )


def sound_findings(sound: dict[str, Any], name: str) -> Iterator[Finding]:
    """Of an upload that was listened to; `sound` is SoundFacts.as_json() or {"error"}."""
    if "error" in sound:
        yield Finding(WARNING, "sound_unknown", name, sound["error"])
        return
    loudness = sound["loudness"]
    if loudness is None:
        yield Finding(
            ERROR,
            "silent",
            name,
            "There is nothing to hear on its sound track. Export it again with its sound.",
        )
        return
    yield from _speech(sound, name)
    if loudness < QUIET_BELOW:
        yield Finding(
            WARNING,
            "too_quiet",
            name,
            f"It is very quiet ({loudness:g} LUFS): words may get lost. Export it louder, around "
            "-23 to -14.",
        )
    elif loudness > LOUD_ABOVE:
        yield Finding(
            WARNING,
            "too_loud",
            name,
            f"It is very loud ({loudness:g} LUFS) and probably distorted. Export it quieter, "
            "around -23 to -14.",
        )


def _speech(sound: dict[str, Any], name: str) -> Iterator[Finding]:
    if sound["first_speech"] is None:
        yield Finding(
            WARNING,
            "no_speech",
            name,
            "Nobody seems to speak in it"
            + (", as far as samples tell. " if sound["is_sampled"] else ". ")
            + "Panjaya refuses videos without speech: check that it is the right file.",
        )
    elif sound["speech_share"] < LITTLE_SPEECH:
        yield Finding(
            HINT,
            "little_speech",
            name,
            f"Somebody speaks in {sound['speech_share']:.0%} of it only; the whole length counts.",
        )
