"""What is to be heard in a file: how loud, who speaks when, and its waveform."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dubbing.media.facts import NotMediaError
from dubbing.media.limits import SOUND_WALL_SECONDS, run_worker
from dubbing.media.probing import require_file


@dataclass(frozen=True)
class SoundFacts:
    """Of the first audio track. Moments are seconds from the begin of the file.

    Speech is looked for in all of a short file and in evenly spread samples of a long one
    (`is_sampled`): then the last moment and the busiest minute are right to some minutes.
    """

    seconds: float
    loudness: float | None  # LUFS, integrated (EBU R 128); None where all is below its gate
    peak: float | None  # dBFS of the loudest sample; None where every sample is zero
    speech_share: float  # 0 to 1, of what was listened to
    first_speech: float | None
    last_speech: float | None
    busiest_minute: float | None  # where the 60 seconds with most speech begin
    is_sampled: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Sound:
    facts: SoundFacts
    waveform: bytes
    """JSON: {"peaks_per_second", "seconds", "peaks": 0 to 100 each}, at most 200 kB."""


def listen(path: Path, *, while_waiting: Callable[[], object] | None = None) -> Sound:
    """Decodes all of the first audio track; takes its time. Raises NotMediaError.

    `while_waiting` is called every few seconds.
    """
    require_file(path)
    said = run_worker(
        "sound",
        str(path.absolute()),
        wall_seconds=SOUND_WALL_SECONDS,
        while_waiting=while_waiting,
    )
    return sound_from_json(said)


def sound_from_json(text: bytes) -> Sound:
    answer = json.loads(text)
    if "error" in answer:
        raise NotMediaError(**answer["error"])
    waveform = json.dumps(answer["waveform"], separators=(",", ":")).encode()
    return Sound(SoundFacts(**answer["sound"]), waveform)
