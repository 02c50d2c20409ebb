"""What passes between the reader of other formats, which is a process of its own, and us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class SubtitlesError(Exception):
    """Nothing to dub can be read from it. The message is for a person."""

    def __init__(self, message: str, code: str = "srt_unreadable") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class PlainCue:
    """Times in milliseconds from the start of the video."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Converted:
    """Cues of another format as plain text."""

    cues: tuple[PlainCue, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        cues = [[cue.start, cue.end, cue.text] for cue in self.cues]
        return {"cues": cues, "notes": list(self.notes)}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Converted:
        return cls(tuple(PlainCue(*cue) for cue in said["cues"]), tuple(said["notes"]))
