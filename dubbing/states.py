"""Every status word, once: values, labels, badges, groups and moves.

Two kinds exist. Ours (outbox, films) move only along the tables here. Theirs (asset, version)
are recorded as fetched: Panjaya may reopen a finished version, so the moves known here enable
buttons and let a callback apply at once; a snapshot is believed whatever it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Group(TextChoices):
    """What a state asks of people; the look has one colour per group."""

    MOVING = "moving", "Moves by itself"
    PERSON = "person", "Waits for a person"
    ASKED = "asked", "Waits for a decision"
    GO = "go", "Approved"
    DONE = "done", "Done"
    SLOW = "slow", "Slow"
    BROKEN = "broken", "Broken"


@dataclass(frozen=True)
class Badge:
    """How a state is shown: `icon` is a name of Tabler's set."""

    label: str
    group: Group
    icon: str
    meaning: str


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
    """One word per dubbing: engine and our own sending, merged by `stage_of`."""

    SENDING = "sending", "Being sent"
    NOT_SENT = "not_sent", "Not sent"
    UNCONFIRMED = "unconfirmed", "Unknown outcome"
    PREPARING = "preparing", "Preparing"
    READY = "ready", "Ready for review"
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
    """The stage of a dubbing from its asset, its own sending and its current version.

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


class Kind(TextChoices):
    """What an outbox message asks Panjaya for."""

    CREATE = "create", "Send the video"
    ADD_LANGUAGES = "add_languages", "Add languages"
    GENERATE = "generate", "Generate the film"
    REVISE = "revise", "Reopen for editing"


# A revise that arrives twice changes nothing more; each of the others may be paid for.
PAID_KINDS = frozenset({Kind.CREATE, Kind.ADD_LANGUAGES, Kind.GENERATE})


class MessageState(TextChoices):
    WAITING = "waiting", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    DONE = "done", "Arrived"
    REFUSED = "refused", "Refused"
    UNCONFIRMED = "unconfirmed", "Unknown outcome"
    CANCELLED = "cancelled", "Taken back"


OPEN_MESSAGES = frozenset({MessageState.WAITING, MessageState.SENDING, MessageState.UNCONFIRMED})
RETRYABLE_MESSAGES = frozenset(
    {MessageState.REFUSED, MessageState.UNCONFIRMED, MessageState.CANCELLED}
)

MESSAGE_BADGES: dict[MessageState, Badge] = {
    MessageState.WAITING: Badge("Waiting", Group.MOVING, "clock", "It goes out by itself."),
    MessageState.SENDING: Badge(
        "Being sent", Group.MOVING, "send", "It is on its way to Panjaya just now."
    ),
    MessageState.DONE: Badge("Arrived", Group.DONE, "checks", "Panjaya has it."),
    MessageState.REFUSED: Badge("Refused", Group.BROKEN, "ban", "Panjaya did not take it."),
    MessageState.UNCONFIRMED: Badge(
        "Unknown outcome", Group.ASKED, "help-circle",
        "It was sent, but no answer came back. A person decides.",
    ),
    MessageState.CANCELLED: Badge(
        "Taken back", Group.SLOW, "arrow-back-up", "It was not sent."
    ),
}  # fmt: skip


class FilmState(TextChoices):
    WANTED = "wanted", "To be copied"
    STORED = "stored", "Copied and checked"
    LOST = "lost", "No longer to be had"


class UploadState(TextChoices):
    """A file on its way from somebody's disk to ours."""

    RECEIVING = "receiving", "Coming in"
    CHECKING = "checking", "Being checked"
    READY = "ready", "Ready"
    REFUSED = "refused", "Refused"
    GIVEN_UP = "given_up", "Given up"


class BatchState(TextChoices):
    """Videos that are prepared together: kept as a draft until they are sent."""

    OPEN = "open", "Being prepared"
    SENDING = "sending", "Being taken over"
    SENT = "sent", "Given to the desk"
    DISCARDED = "discarded", "Thrown away"


class Verdict(TextChoices):
    """What pre-flight thinks of one video of a batch."""

    UNCHECKED = "unchecked", "Not checked"
    CHECKING = "checking", "Being checked"
    GREEN = "green", "Fit to send"
    AMBER = "amber", "Look at it first"
    RED = "red", "Cannot be sent"


VERDICT_BADGES: dict[Verdict, Badge] = {
    Verdict.UNCHECKED: Badge("Not checked", Group.ASKED, "help-circle", "Nobody has looked yet."),
    Verdict.CHECKING: Badge("Being checked", Group.MOVING, "loader", "The desk looks into it."),
    Verdict.GREEN: Badge("Fit to send", Group.GO, "check", "Nothing speaks against it."),
    Verdict.AMBER: Badge(
        "Look at it first", Group.SLOW, "alert-triangle", "It can be sent; something looks odd."
    ),
    Verdict.RED: Badge("Cannot be sent", Group.BROKEN, "x", "Mend what is named first."),
}


class SheetState(TextChoices):
    """A spreadsheet on its way in. Nothing changes before somebody says so at `COMPARED`."""

    MAPPING = "mapping", "Columns to be confirmed"
    COMPARING = "comparing", "Being compared"
    COMPARED = "compared", "Compared, nothing changed yet"
    APPLYING = "applying", "Being carried out"
    DONE = "done", "Carried out"
    REFUSED = "refused", "Cannot be read"


WORKING_SHEETS = frozenset({SheetState.COMPARING, SheetState.APPLYING})

SHEET_BADGES: dict[SheetState, Badge] = {
    SheetState.MAPPING: Badge(
        "Columns to be confirmed", Group.PERSON, "columns", "Say what each column holds."
    ),
    SheetState.COMPARING: Badge(
        "Being compared", Group.MOVING, "loader", "Each line is compared with what is here."
    ),
    SheetState.COMPARED: Badge(
        "Nothing changed yet", Group.PERSON, "eye", "Look at it, then say that it may be done."
    ),
    SheetState.APPLYING: Badge(
        "Being carried out", Group.MOVING, "loader", "Line by line; what is done stays done."
    ),
    SheetState.DONE: Badge("Carried out", Group.DONE, "checks", "Each line has its result."),
    SheetState.REFUSED: Badge("Cannot be read", Group.BROKEN, "x", "The reason stands beside it."),
}


class LineVerdict(TextChoices):
    """What a line of a sheet would do."""

    NEW = "new", "New"
    UPDATE = "update", "Update"
    UNCHANGED = "unchanged", "Unchanged"
    ERROR = "error", "Error"


LINE_BADGES: dict[LineVerdict, Badge] = {
    LineVerdict.NEW: Badge("New", Group.GO, "plus", "It becomes a video of a batch."),
    LineVerdict.UPDATE: Badge("Update", Group.PERSON, "pencil", "A video here is changed."),
    LineVerdict.UNCHANGED: Badge("Unchanged", Group.DONE, "equal", "It is so here already."),
    LineVerdict.ERROR: Badge("Error", Group.BROKEN, "x", "It is left out; the reason is named."),
}


class LineOutcome(TextChoices):
    """What became of a line that was carried out; one left out has none."""

    NONE = "none", "Nothing"
    WAITING = "waiting", "Waits for its turn"
    DONE = "done", "Done"
    FAILED = "failed", "Not done"


OUTCOME_BADGES: dict[LineOutcome, Badge] = {
    LineOutcome.NONE: Badge("Left out", Group.DONE, "minus", "Nothing was to be done."),
    LineOutcome.WAITING: Badge("Waits", Group.MOVING, "clock", "Its turn comes by itself."),
    LineOutcome.DONE: Badge("Done", Group.DONE, "checks", "It is as the sheet says."),
    LineOutcome.FAILED: Badge("Not done", Group.BROKEN, "x", "The reason stands beside it."),
}


class SubtitleVerdict(TextChoices):
    """What the checks think of one subtitle file."""

    FINE = "fine", "Fine"
    LOOK = "look", "Look at it"
    FAULTY = "faulty", "To be mended"


SUBTITLE_BADGES: dict[SubtitleVerdict, Badge] = {
    SubtitleVerdict.FINE: Badge("Fine", Group.GO, "check", "Nothing speaks against it."),
    SubtitleVerdict.LOOK: Badge(
        "Look at it", Group.SLOW, "alert-triangle", "It can be sent; something looks odd."
    ),
    SubtitleVerdict.FAULTY: Badge(
        "To be mended", Group.BROKEN, "x", "Panjaya would not take it as it is."
    ),
}


class Rounding(TextChoices):
    """How a length becomes minutes that are paid."""

    SECOND = "second", "By the second"
    STARTED_MINUTE = "started_minute", "Every started minute"


class SpendState(TextChoices):
    """Whether an expected cost counts towards its month."""

    HELD = "held", "Waits for an owner's release"
    COUNTED = "counted", "Counted"
    TAKEN_BACK = "taken_back", "Given back"


SPEND_BADGES: dict[SpendState, Badge] = {
    SpendState.HELD: Badge(
        "Waits for release", Group.ASKED, "lock", "It goes above the month's ceiling."
    ),
    SpendState.COUNTED: Badge("Counted", Group.DONE, "check", "It is part of the month's sum."),
    SpendState.TAKEN_BACK: Badge(
        "Given back", Group.SLOW, "arrow-back-up", "It was taken back or refused."
    ),
}


class Cause(TextChoices):
    """Who or what brought a change about."""

    PERSON = "person", "A person"
    API = "api", "An API key"
    SENT = "sent", "Panjaya's answer"
    CALLBACK = "callback", "Panjaya's callback"
    SNAPSHOT = "snapshot", "A look at Panjaya"
    DESK = "desk", "The desk"


class LipsModel(TextChoices):
    QUALITY = "quality", "Best quality"
    FAST = "fast", "Fast"


LIPS_MEANINGS = {
    LipsModel.QUALITY: "Panjaya's standard. Suits most videos.",
    LipsModel.FAST: "Up to four times faster, the quality stays high.",
}


class FailureCode(TextChoices):
    """Why an asset failed, with what to do about it in ADVICE. Spellings are assumed."""

    INVALID_INPUT = "InvalidInput", "The input does not fit the video"
    NO_VIDEO_STREAM = "NoVideoStream", "There is no picture in the file"
    NO_SPEECH = "NoSpeech", "Nobody speaks in the video"
    NO_AUDIO_TRACK = "NoAudioTrack", "The video has no sound"
    DURATION_LIMIT = "DurationLimitReached", "The account's limit of minutes is reached"
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
    FailureCode.UNKNOWN: "Panjaya's own words stand with it. Its support can say more.",
}


class CheckResult(TextChoices):
    """What came of asking the engine for its list with a connection's key."""

    UNCHECKED = "unchecked", "Not checked yet"
    ACCEPTED = "accepted", "Accepted"
    UNVERIFIED = "unverified", "Not verified"
    REFUSED = "refused", "Key refused"


CHECK_BADGES: dict[CheckResult, Badge] = {
    CheckResult.UNCHECKED: Badge("Not checked yet", Group.ASKED, "help-circle", ""),
    CheckResult.ACCEPTED: Badge("Accepted", Group.DONE, "check", "The key reads Panjaya's list."),
    CheckResult.UNVERIFIED: Badge(
        "Not verified", Group.SLOW, "alert-triangle", "Whether the key works is not known."
    ),
    CheckResult.REFUSED: Badge("Key refused", Group.BROKEN, "ban", "Panjaya refuses this key."),
}


class Finding(TextChoices):
    """How far an assumption about the engine has proved true."""

    WORKS = "works", "Works"
    DIFFERS = "differs", "Not understood"
    ABSENT = "absent", "Absent"
    UNKNOWN = "unknown", "Not seen yet"


FINDING_BADGES: dict[Finding, Badge] = {
    Finding.WORKS: Badge("Works", Group.DONE, "check", "It was seen to work."),
    Finding.DIFFERS: Badge(
        "Not understood", Group.BROKEN, "alert-triangle", "Panjaya does it in another way."
    ),
    Finding.ABSENT: Badge("Absent", Group.ASKED, "ban", "Panjaya offers no such call."),
    Finding.UNKNOWN: Badge("Not seen yet", Group.DONE, "help-circle", "Nothing has shown it."),
}
