"""The dub: every cue spoken in its language and fitted into its time."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.media.ffmpeg import run_ffmpeg
from sandbox.media.synthesizer import (
    FASTEST_WORDS_PER_MINUTE,
    NORMAL_WORDS_PER_MINUTE,
    Synthesizer,
)
from sandbox.srt import Cue

_LONGEST_TEXT = 2000
_HIGHEST_TEMPO = 4.0


@dataclass(frozen=True)
class Passage:
    """What is said between two times of the film, in seconds."""

    start: float
    end: float
    text: str


def passages_within(cues: Sequence[Cue], start: float, end: float) -> list[Passage]:
    """Cues moved to the film's clock; what lies outside the trim is left out or cut."""
    found = [
        Passage(max(cue.start, start) - start, min(cue.end, end) - start, cue.text)
        for cue in cues
        if cue.start < end and cue.end > start
    ]
    for number in range(len(found) - 1):
        # One voice cannot say two things at once: the later cue wins.
        limit = min(found[number].end, found[number + 1].start)
        found[number] = replace(found[number], end=limit)
    return [passage for passage in found if passage.end > passage.start]


def record(
    synthesizer: Synthesizer, passages: Sequence[Passage], seconds: float, path: Path
) -> None:
    """Writes a WAV as long as the film, silent between the passages; memory stays flat."""
    rate = synthesizer.sample_rate
    with wave.open(str(path), "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(2)
        track.setframerate(rate)
        written = 0
        for passage in passages:
            first = int(passage.start * rate)
            written += _write_silence(track, first - written)
            room = int(passage.end * rate) - first
            sound = _fitted(synthesizer, passage.text, room)
            track.writeframes(sound)
            written += len(sound) // 2
        _write_silence(track, int(seconds * rate) - written)


def _fitted(synthesizer: Synthesizer, text: str, room: int) -> bytes:
    """At most `room` samples: said faster first, then squeezed, at last cut."""
    spoken = text[:_LONGEST_TEXT]
    sound = synthesizer.speak(spoken)
    if len(sound) // 2 > room:
        wanted = int(NORMAL_WORDS_PER_MINUTE * len(sound) / 2 / room * 1.05)
        sound = synthesizer.speak(spoken, min(wanted, FASTEST_WORDS_PER_MINUTE))
    if len(sound) // 2 > room:
        sound = _squeezed(sound, synthesizer.sample_rate, len(sound) / 2 / room)
    return sound[: room * 2]


def _squeezed(sound: bytes, rate: int, factor: float) -> bytes:
    raw = ["-f", "s16le", "-ar", str(rate), "-ac", "1"]
    tempo = f"atempo={min(factor * 1.01, _HIGHEST_TEMPO):.4f}"
    return run_ffmpeg([*raw, "-i", "pipe:0", "-af", tempo, *raw, "pipe:1"], sound)


def _write_silence(track: wave.Wave_write, samples: int) -> int:
    left = max(samples, 0)
    while left:
        piece = min(left, 65_536)
        track.writeframesraw(bytes(piece * 2))
        left -= piece
    return max(samples, 0)
