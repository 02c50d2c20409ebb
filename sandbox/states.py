"""The sandbox's own words for what things are. How they are spelled on the wire: `wire.py`."""

from __future__ import annotations

from enum import StrEnum


class AssetStatus(StrEnum):
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class VersionStatus(StrEnum):
    NOT_READY = "not_ready"
    READY_TO_EDIT = "ready_to_edit"
    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


REVISABLE = (VersionStatus.COMPLETED, VersionStatus.READY_TO_EDIT, VersionStatus.FAILED)
DUPLICABLE = REVISABLE


class FailureCode(StrEnum):
    INVALID_INPUT = "invalid_input"
    NO_VIDEO_STREAM = "no_video_stream"
    NO_SPEECH = "no_speech"
    NO_AUDIO_TRACK = "no_audio_track"
    DURATION_LIMIT_REACHED = "duration_limit_reached"
    FILE_SIZE_LIMIT_EXCEEDED = "file_size_limit_exceeded"
    TRIM_OUT_OF_RANGE = "trim_out_of_range"
    # Ours alone: a film that could not be made. No public page names a code for it.
    GENERATION_FAILED = "generation_failed"


class LipsModel(StrEnum):
    QUALITY = "quality"
    FAST = "fast"


class Event(StrEnum):
    ASSET_FAILED = "asset_failed"
    VERSION_READY = "version_ready"
    VERSION_FAILED = "version_failed"
    VERSION_GENERATING = "version_generating"
    VERSION_GENERATED = "version_generated"
    VERSION_GENERATE_FAILED = "version_generate_failed"


class JobKind(StrEnum):
    INGEST = "ingest"
    PREPARE = "prepare"
    GENERATE = "generate"


class DeliveryState(StrEnum):
    PENDING = "pending"
    # Outside the order of their asset: late, or waiting for the next one to overtake.
    DELAYED = "delayed"
    HELD = "held"
    DROPPED = "dropped"
    DELIVERED = "delivered"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class Signing(StrEnum):
    GENUINE = "genuine"
    BAD = "bad"
    WITH_TWIN = "with_twin"
