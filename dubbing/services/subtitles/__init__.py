"""Subtitle files of a batch: given, placed, judged, mended. Callers import from here."""

from __future__ import annotations

from dubbing.services.subtitle_checks import ADD_LANGUAGE, recheck_subtitles
from dubbing.services.subtitles.adding import (
    MOST_BYTES,
    MOST_FILES,
    GivenFile,
    add_subtitle_files,
)
from dubbing.services.subtitles.mending import (
    mend_all,
    mend_subtitle,
    next_mend,
    undo_mend,
)
from dubbing.services.subtitles.places import targets, video_of
from dubbing.services.subtitles.placing import (
    assign_subtitle,
    place_again,
    remove_subtitle,
    restore_subtitle,
)
from dubbing.services.subtitles.single import ReadFor, as_srt, read_for_languages

__all__ = [
    "ADD_LANGUAGE",
    "MOST_BYTES",
    "MOST_FILES",
    "GivenFile",
    "ReadFor",
    "add_subtitle_files",
    "as_srt",
    "assign_subtitle",
    "mend_all",
    "mend_subtitle",
    "next_mend",
    "place_again",
    "read_for_languages",
    "recheck_subtitles",
    "remove_subtitle",
    "restore_subtitle",
    "targets",
    "undo_mend",
    "video_of",
]
