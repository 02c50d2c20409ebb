"""The rules about data, said once: models, forms, serializers and admin all call these.

Every failure is a Django ValidationError with a code, in words that say what to do.
"""

from __future__ import annotations

from dubbing.validators.due import DueRule, parse_day, parse_due
from dubbing.validators.links import MAX_URL_CHARACTERS, validate_media_url
from dubbing.validators.locales import (
    LocaleUses,
    locale_name,
    validate_locale_tag,
    validate_source,
    validate_targets,
)
from dubbing.validators.notes import MAX_NOTE_CHARACTERS, clean_moment, clean_note
from dubbing.validators.priorities import parse_priority
from dubbing.validators.speakers import MAX_SPEAKERS, validate_speakers_count
from dubbing.validators.srt import (
    MAX_SRT_BYTES,
    Srt,
    cue_place,
    decode_subtitles,
    read_srt,
    srt_clock,
    srt_faults,
    write_srt,
)
from dubbing.validators.srt_cues import Cue, parse_cues
from dubbing.validators.texts import (
    MAX_REFERENCE_CHARACTERS,
    MAX_TAG_CHARACTERS,
    MAX_TAGS,
    MAX_TITLE_CHARACTERS,
    clean_tags,
    validate_reference,
    validate_title,
)
from dubbing.validators.times import (
    MAX_TIME_SECONDS,
    format_timecode,
    parse_timecode,
    validate_trim,
)

__all__ = [
    "MAX_NOTE_CHARACTERS",
    "MAX_REFERENCE_CHARACTERS",
    "MAX_SPEAKERS",
    "MAX_SRT_BYTES",
    "MAX_TAGS",
    "MAX_TAG_CHARACTERS",
    "MAX_TIME_SECONDS",
    "MAX_TITLE_CHARACTERS",
    "MAX_URL_CHARACTERS",
    "Cue",
    "DueRule",
    "LocaleUses",
    "Srt",
    "clean_moment",
    "clean_note",
    "clean_tags",
    "cue_place",
    "decode_subtitles",
    "format_timecode",
    "locale_name",
    "parse_cues",
    "parse_day",
    "parse_due",
    "parse_priority",
    "parse_timecode",
    "read_srt",
    "srt_clock",
    "srt_faults",
    "validate_locale_tag",
    "validate_media_url",
    "validate_reference",
    "validate_source",
    "validate_speakers_count",
    "validate_targets",
    "validate_title",
    "validate_trim",
    "write_srt",
]
