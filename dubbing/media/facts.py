from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from decimal import Decimal
from typing import Any

# The containers we open, by the first name of their reader, and what people call them. Whatever
# is missing (playlists, concat, sdp, pictures, subtitles) is refused before it is read.
FORMATS = {
    "mov": "MP4/MOV",
    "matroska": "MKV/WebM",
    "avi": "AVI",
    "mpegts": "MPEG-TS",
    "mpeg": "MPEG-PS",
    "mxf": "MXF",
    "flv": "FLV",
    "asf": "WMV",
    "ogg": "OGG",
    "wav": "WAV",
    "mp3": "MP3",
    "aac": "AAC",
    "flac": "FLAC",
    "aiff": "AIFF",
}


@dataclass(frozen=True)
class MediaFacts:
    """Width and height as shown, after rotation; 0 and empty words where a stream is missing."""

    duration: Decimal  # seconds, down to the millisecond
    width: int
    height: int
    video_codec: str
    audio_codec: str  # of the first audio track
    audio_tracks: int
    format: str  # one of FORMATS' names for people

    @property
    def has_video(self) -> bool:
        return self.width > 0

    @property
    def has_audio(self) -> bool:
        return self.audio_tracks > 0

    def as_json(self) -> dict[str, str | int]:
        return asdict(self) | {"duration": str(self.duration)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> MediaFacts:
        """What `as_json` gave; whatever else was noted beside it is left out."""
        known = {each.name: fields[each.name] for each in dataclass_fields(cls)}
        return cls(**known | {"duration": Decimal(fields["duration"])})


class NotMediaError(Exception):
    """Why a file cannot be used: `message` is for the person who gave it, `code` for programs.

    Codes: file_missing, file_empty, not_a_video, not_audio, no_video_stream, no_audio_stream,
    truncated, too_long_to_probe.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def facts_as_json(facts: MediaFacts) -> str:
    return json.dumps({"facts": facts.as_json()})


def error_as_json(error: NotMediaError) -> str:
    return json.dumps({"error": {"message": error.message, "code": error.code}})


def facts_from_json(text: bytes) -> MediaFacts:
    """Raises NotMediaError where the answer is one."""
    answer = json.loads(text)
    if "error" in answer:
        raise NotMediaError(**answer["error"])
    return MediaFacts.from_json(answer["facts"])
