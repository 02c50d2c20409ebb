from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

JsonObject = dict[str, Any]


class AssetWord(StrEnum):
    PROCESSING = "Processing"
    READY = "Ready"
    FAILED = "Failed"
    UNKNOWN = "Unknown"


class VersionWord(StrEnum):
    NOT_READY = "NotReady"
    READY_TO_EDIT = "ReadyToEdit"
    GENERATING = "Generating"
    COMPLETED = "Completed"
    FAILED = "Failed"
    UNKNOWN = "Unknown"


class EventWord(StrEnum):
    ASSET_FAILED = "asset_failed"
    VERSION_READY = "version_ready"
    VERSION_FAILED = "version_failed"
    VERSION_GENERATING = "version_generating"
    VERSION_GENERATED = "version_generated"
    VERSION_GENERATE_FAILED = "version_generate_failed"
    UNKNOWN = "unknown"


class FailureWord(StrEnum):
    INVALID_INPUT = "InvalidInput"
    NO_VIDEO_STREAM = "NoVideoStream"
    NO_SPEECH = "NoSpeech"
    NO_AUDIO_TRACK = "NoAudioTrack"
    DURATION_LIMIT_REACHED = "DurationLimitReached"
    FILE_SIZE_LIMIT_EXCEEDED = "FileSizeLimitExceeded"
    TRIM_OUT_OF_RANGE = "TrimOutOfRange"
    UNKNOWN = "Unknown"


class LipsWord(StrEnum):
    QUALITY = "quality"
    FAST = "fast"


# Links and bodies stay out of every repr: links may be signed, and a repr ends up in logs.


@dataclass(frozen=True, slots=True)
class NewLanguage:
    """One target language; `srt` is the text of a subtitle file."""

    locale: str
    srt: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewAsset:
    """What a create call is made from. Times are seconds; None means "leave it out"."""

    locale: str
    languages: tuple[NewLanguage, ...]
    media_url: str | None = field(default=None, repr=False)
    speakers_count: int | None = None
    start_time: float | None = None
    end_time: float | None = None
    callback_url: str | None = field(default=None, repr=False)
    lips_model: str | None = None
    background_audio_url: str | None = field(default=None, repr=False)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class UploadPart:
    """A file to send, read from its present position; `size` is its exact length in bytes."""

    file: BinaryIO
    name: str
    size: int
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class VersionSnapshot:
    """A version as fetched.

    An empty `raw_status` means that the answer named the version without its status. `error_code`
    is a FailureWord or empty, `raw_error_code` the remote spelling. `studio_url` needs a login
    there; `result_url` is signed and expires: fetch it on click, store neither it nor logs of it.
    """

    remote_id: str
    status: VersionWord = VersionWord.UNKNOWN
    raw_status: str = ""
    error_code: str = ""
    raw_error_code: str = ""
    error_message: str = ""
    dubbing_id: str = ""
    asset_id: str = ""
    locale: str = ""
    studio_url: str = field(default="", repr=False)
    result_url: str = field(default="", repr=False)
    body: JsonObject = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DubbingSnapshot:
    """A dubbing as fetched; `versions` is None when the answer did not tell them (the list)."""

    remote_id: str
    locale: str
    versions: tuple[VersionSnapshot, ...] | None = None


@dataclass(frozen=True, slots=True)
class AssetSnapshot:
    """An asset as fetched; `duration` in seconds.

    `loose_versions` are versions whose dubbing the answer did not tell. `body` is the answer
    without signed links, fit for a jsonb column.
    """

    remote_id: str
    status: AssetWord = AssetWord.UNKNOWN
    raw_status: str = ""
    error_code: str = ""
    raw_error_code: str = ""
    error_message: str = ""
    duration: float | None = None
    locale: str = ""
    name: str = ""
    callback_url: str = field(default="", repr=False)
    dubbings: tuple[DubbingSnapshot, ...] = ()
    loose_versions: tuple[VersionSnapshot, ...] = ()
    body: JsonObject = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of the remote list; `total` is None when the answer did not tell it."""

    items: tuple[AssetSnapshot, ...]
    next_page: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """A delivery's words; `asset_id` is empty when the body did not tell it."""

    event: EventWord
    raw_event: str
    asset_id: str
    version_id: str | None
    locale: str | None
