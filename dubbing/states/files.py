"""Files that come in, and films that are copied."""

from __future__ import annotations

from django.db.models import TextChoices

from dubbing.states.groups import Badge, Group


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


class ArchiveState(TextChoices):
    """Many films to be downloaded as one."""

    PREPARING = "preparing", "Being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class SubtitleVerdict(TextChoices):
    """What the checks think of one subtitle file."""

    FINE = "fine", "Fine"
    LOOK = "look", "Look at it"
    FAULTY = "faulty", "To be mended"


UPLOAD_BADGES: dict[UploadState, Badge] = {
    UploadState.RECEIVING: Badge("Coming in", Group.MOVING, "upload", "Not all of it is here."),
    UploadState.CHECKING: Badge("Being checked", Group.MOVING, "loader", "It is looked into."),
    UploadState.READY: Badge("Here", Group.DONE, "check", "A video can be made of it."),
    UploadState.REFUSED: Badge("Refused", Group.BROKEN, "x", "The reason stands beside it."),
    UploadState.GIVEN_UP: Badge("Given up", Group.DONE, "minus", "It is not here any more."),
}

SUBTITLE_BADGES: dict[SubtitleVerdict, Badge] = {
    SubtitleVerdict.FINE: Badge("Fine", Group.GO, "check", "Nothing speaks against it."),
    SubtitleVerdict.LOOK: Badge(
        "Look at it", Group.SLOW, "alert-triangle", "It can be sent; something looks odd."
    ),
    SubtitleVerdict.FAULTY: Badge(
        "To be mended", Group.BROKEN, "x", "Panjaya would not take it as it is."
    ),
}

ARCHIVE_BADGES: dict[ArchiveState, Badge] = {
    ArchiveState.PREPARING: Badge(
        "Being prepared", Group.MOVING, "loader-2", "Films copied long ago are summed up first."
    ),
    ArchiveState.READY: Badge("Ready", Group.DONE, "check", "It can be downloaded."),
    ArchiveState.FAILED: Badge("Failed", Group.BROKEN, "x", "A film in it cannot be read."),
}
