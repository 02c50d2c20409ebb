"""Panjaya's words: assets, dubbings, versions, their stage, what failed.

They are recorded as fetched: Panjaya may reopen a finished version, so the moves known here enable
buttons and let a callback apply at once; a snapshot is believed whatever it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


class AssetStatus(TextChoices):
    """Sending, NotSent and Unconfirmed are ours: before the engine has a word of its own."""

    SENDING = "Sending", "Being sent"
    NOT_SENT = "NotSent", "Not sent"
    UNCONFIRMED = "Unconfirmed", "Not known whether it arrived"
    PROCESSING = "Processing", "Being prepared"
    READY = "Ready", "Ready"
    FAILED = "Failed", "Failed"
    UNKNOWN = "Unknown", "A word we do not know"


class DubbingStatus(TextChoices):
    """How far one language's own request is; `Started` once the engine has it."""

    SENDING = "Sending", "Being sent"
    NOT_SENT = "NotSent", "Not sent"
    UNCONFIRMED = "Unconfirmed", "Not known whether it arrived"
    STARTED = "Started", "Panjaya has it"


class VersionStatus(TextChoices):
    """The engine's own words."""

    NOT_READY = "NotReady", "Being prepared"
    READY_TO_EDIT = "ReadyToEdit", "Ready for review"
    GENERATING = "Generating", "Film being made"
    COMPLETED = "Completed", "Film finished"
    FAILED = "Failed", "Failed"
    UNKNOWN = "Unknown", "A word we do not know"


class Stage(TextChoices):
    """One word per dubbing.

    Engine and our own sending are merged by `stage_of`, people's review by MERGED_STAGES.
    """

    SENDING = "sending", "Being sent"
    NOT_SENT = "not_sent", "Not sent"
    UNCONFIRMED = "unconfirmed", "Unknown outcome"
    PREPARING = "preparing", "Preparing"
    READY = "ready", "Ready for review"
    IN_REVIEW = "in_review", "In review"
    REVISION_ASKED = "revision_asked", "Revision asked"
    APPROVED = "approved", "Approved"
    GENERATING = "generating", "Generating"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Unknown state"


BADGES: dict[Stage, Badge] = {
    Stage.SENDING: Badge("Being sent", Group.MOVING, "send", "Panjaya has not answered yet."),
    Stage.NOT_SENT: Badge(
        "Not sent", Group.BROKEN, "ban",
        "Panjaya did not take it, or it was taken back. The reason stands beside it.",
    ),
    Stage.UNCONFIRMED: Badge(
        "Unknown outcome", Group.ASKED, "help-circle",
        "It was sent, but no answer came back. It is not sent again by itself: "
        "that could be paid twice.",
    ),
    Stage.PREPARING: Badge(
        "Preparing", Group.MOVING, "loader", "Panjaya translates and voices the first draft."
    ),
    Stage.READY: Badge(
        "Ready for review", Group.PERSON, "eye", "The draft can be edited in the studio."
    ),
    Stage.IN_REVIEW: Badge(
        "In review", Group.PERSON, "eye-check", "Somebody looks at it; a verdict is to come."
    ),
    Stage.REVISION_ASKED: Badge(
        "Revision asked", Group.ASKED, "message-2", "A person found something to change."
    ),
    Stage.APPROVED: Badge(
        "Approved", Group.GO, "check", "A person found the draft good: the film can be made."
    ),
    Stage.GENERATING: Badge(
        "Generating", Group.MOVING, "movie", "Panjaya makes the film; editing is locked."
    ),
    Stage.FINISHED: Badge("Finished", Group.DONE, "checks", "The film is made."),
    Stage.FAILED: Badge("Failed", Group.BROKEN, "x", "Panjaya could not finish it."),
    Stage.UNKNOWN: Badge(
        "Unknown state", Group.ASKED, "help-circle",
        "Panjaya used a word that this desk does not know.",
    ),
}  # fmt: skip


ASSET_STAGES: dict[AssetStatus, Stage] = {
    AssetStatus.SENDING: Stage.SENDING,
    AssetStatus.NOT_SENT: Stage.NOT_SENT,
    AssetStatus.UNCONFIRMED: Stage.UNCONFIRMED,
    AssetStatus.PROCESSING: Stage.PREPARING,
    AssetStatus.READY: Stage.READY,
    AssetStatus.FAILED: Stage.FAILED,
    AssetStatus.UNKNOWN: Stage.UNKNOWN,
}


DUBBING_STAGES: dict[DubbingStatus, Stage] = {
    DubbingStatus.SENDING: Stage.SENDING,
    DubbingStatus.NOT_SENT: Stage.NOT_SENT,
    DubbingStatus.UNCONFIRMED: Stage.UNCONFIRMED,
    DubbingStatus.STARTED: Stage.PREPARING,
}


VERSION_STAGES: dict[VersionStatus, Stage] = {
    VersionStatus.NOT_READY: Stage.PREPARING,
    VersionStatus.READY_TO_EDIT: Stage.READY,
    VersionStatus.GENERATING: Stage.GENERATING,
    VersionStatus.COMPLETED: Stage.FINISHED,
    VersionStatus.FAILED: Stage.FAILED,
    VersionStatus.UNKNOWN: Stage.UNKNOWN,
}


MOVING_STAGES = frozenset(stage for stage in Stage if BADGES[stage].group == Group.MOVING)


BROKEN_STAGES = frozenset(stage for stage in Stage if BADGES[stage].group == Group.BROKEN)


SETTLED_ASSETS = frozenset({AssetStatus.NOT_SENT, AssetStatus.FAILED})


def stage_of(
    asset: AssetStatus, dubbing: DubbingStatus, version: VersionStatus | None, pending: bool = False
) -> Stage:
    """What the engine says of a dubbing: from its asset, its own sending and current version.

    `pending`: a command for the version waits to be sent.
    """
    if pending:
        return Stage.SENDING
    # A failed asset's drafts stay “NotReady” for good: nothing prepares them any more.
    is_given_up = asset == AssetStatus.FAILED and version == VersionStatus.NOT_READY
    if version is not None and not is_given_up:
        return VERSION_STAGES[version]
    if asset in (AssetStatus.PROCESSING, AssetStatus.READY):
        return DUBBING_STAGES[dubbing]
    return ASSET_STAGES[asset]


class Event(TextChoices):
    """What a callback can say."""

    ASSET_FAILED = "asset_failed", "Asset failed"
    VERSION_READY = "version_ready", "Draft ready"
    VERSION_FAILED = "version_failed", "Draft failed"
    VERSION_GENERATING = "version_generating", "Film started"
    VERSION_GENERATED = "version_generated", "Film finished"
    VERSION_GENERATE_FAILED = "version_generate_failed", "Film failed"
    UNKNOWN = "unknown", "An event we do not know"


@dataclass(frozen=True)
class Move:
    """A change that a callback may make without asking first."""

    start: VersionStatus
    end: VersionStatus


EVENT_MOVES: dict[Event, Move] = {
    Event.VERSION_READY: Move(VersionStatus.NOT_READY, VersionStatus.READY_TO_EDIT),
    Event.VERSION_FAILED: Move(VersionStatus.NOT_READY, VersionStatus.FAILED),
    Event.VERSION_GENERATING: Move(VersionStatus.READY_TO_EDIT, VersionStatus.GENERATING),
    Event.VERSION_GENERATED: Move(VersionStatus.GENERATING, VersionStatus.COMPLETED),
    Event.VERSION_GENERATE_FAILED: Move(VersionStatus.GENERATING, VersionStatus.FAILED),
}


CAN_GENERATE = frozenset({VersionStatus.READY_TO_EDIT})


CAN_REVISE = frozenset({VersionStatus.COMPLETED, VersionStatus.READY_TO_EDIT, VersionStatus.FAILED})


CAN_OPEN_STUDIO = CAN_REVISE | {VersionStatus.GENERATING}


class LipsModel(TextChoices):
    QUALITY = "quality", "Best quality"
    FAST = "fast", "Fast"


LIPS_MEANINGS = {
    LipsModel.QUALITY: "Panjaya’s standard. Suits most videos.",
    LipsModel.FAST: "Up to four times faster, the quality stays high.",
}


class FailureCode(TextChoices):
    """Why an asset failed, with what to do about it in ADVICE. Spellings are assumed."""

    INVALID_INPUT = "InvalidInput", "The input does not fit the video"
    NO_VIDEO_STREAM = "NoVideoStream", "There is no picture in the file"
    NO_SPEECH = "NoSpeech", "Nobody speaks in the video"
    NO_AUDIO_TRACK = "NoAudioTrack", "The video has no sound"
    DURATION_LIMIT = "DurationLimitReached", "The account’s limit of minutes is reached"
    FILE_SIZE_LIMIT = "FileSizeLimitExceeded", "The file is larger than the account allows"
    TRIM_OUT_OF_RANGE = "TrimOutOfRange", "The trim lies outside the video"
    UNKNOWN = "Unknown", "Panjaya gave a reason that this desk does not know"


ADVICE: dict[FailureCode, str] = {
    FailureCode.INVALID_INPUT: "Check the link, the languages and the SRTs, then send it anew.",
    FailureCode.NO_VIDEO_STREAM: "Export the video again with its picture, then send it anew.",
    FailureCode.NO_SPEECH: "Check that the right file and the right part were sent: dubbing needs "
    "somebody who speaks.",
    FailureCode.NO_AUDIO_TRACK: "Export the video again with its sound, then send it anew.",
    FailureCode.DURATION_LIMIT: "Ask Panjaya for more minutes, or send a shorter part with a trim.",
    FailureCode.FILE_SIZE_LIMIT: "Export the video at a lower bit rate, or send it in parts.",
    FailureCode.TRIM_OUT_OF_RANGE: "Set start and end within the video, then send it anew.",
    FailureCode.UNKNOWN: "Panjaya’s own words stand with it. Its support can say more.",
}


def failure_words(code: str) -> tuple[str, str]:
    """Why it failed and what to do about it; `code` as the engine gave it, perhaps none."""
    if not code:
        advice = "Try it once more. If it fails again, Panjaya’s support can say why."
        return "Panjaya gave no reason", advice
    known = FailureCode(code) if code in FailureCode.values else FailureCode.UNKNOWN
    if known == FailureCode.UNKNOWN and code != FailureCode.UNKNOWN:
        return f"Panjaya calls it “{code}”", ADVICE[known]
    return known.label, ADVICE[known]
