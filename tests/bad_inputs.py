"""What may not be sent, as one table: form and API get every row, and give the same answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.media import make_srt

Values = dict[str, Any]

LINK = "https://media.example.org/talk.mp4"
GOOD: Values = {"media_url": LINK, "locale": "en-US", "languages": {"de-DE": None}}
SRT_FIELD = "languages.de-DE.srt"


@dataclass(frozen=True)
class BadInput:
    """`change` over GOOD gives `code` at `field`.

    Languages are locale → SRT's text or None; one that comes twice is a list of pairs. Files are
    named makers: bytes of the good video come in, bytes to send go out.
    """

    name: str
    change: Values
    field: str
    code: str
    files: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)

    def values(self) -> Values:
        """The values without those that are None: they are not sent."""
        return {name: value for name, value in (GOOD | self.change).items() if value is not None}

    def languages(self) -> list[tuple[str, str | None]]:
        given = self.values().get("languages", {})
        return list(given.items()) if isinstance(given, dict) else given


def _srt(name: str, code: str, text: str, **change: Any) -> BadInput:
    return BadInput(name, {"languages": {"de-DE": text}, **change}, SRT_FIELD, code)


def _whole(video: bytes) -> bytes:
    return video


def _file(name: str, field: str, code: str, make: Callable[[bytes], bytes], **change: Any) -> Any:
    return BadInput(name, {"media_url": None, **change}, field, code, {"file": make})


BAD_INPUTS = [
    # Where the video comes from
    BadInput("no video", {"media_url": None}, "media_url", "no_source"),
    BadInput("ftp", {"media_url": "ftp://x.example.org/a.mp4"}, "media_url", "url_scheme"),
    BadInput("script", {"media_url": "javascript:alert(1)"}, "media_url", "url_scheme"),
    BadInput("no link", {"media_url": "talk.mp4"}, "media_url", "url_scheme"),
    BadInput("no host", {"media_url": "https:///a.mp4"}, "media_url", "invalid_url"),
    BadInput(
        "credentials", {"media_url": "https://u:p@x.example.org/a"}, "media_url", "url_credentials"
    ),
    BadInput("long link", {"media_url": LINK + "?" + "x" * 5000}, "media_url", "url_too_long"),
    BadInput("private", {"media_url": "https://192.168.0.7/a.mp4"}, "media_url", "url_private"),
    BadInput("zero in a link", {"media_url": LINK + "\x00"}, "media_url", "invalid_url"),
    _file("link and file", "media_url", "two_sources", _whole, media_url=LINK),
    _file("empty file", "file", "file_empty", lambda video: b""),
    _file("no video at all", "file", "not_a_video", lambda video: b"Dear diary" * 100),
    _file("file stops midway", "file", "truncated", lambda video: video[: len(video) // 2]),
    # Languages
    BadInput("no source language", {"locale": None}, "locale", "unknown_locale"),
    BadInput("unknown source", {"locale": "xx-XX"}, "locale", "unknown_locale"),
    BadInput("language alone", {"locale": "en"}, "locale", "unknown_locale"),
    BadInput("no target", {"languages": {}}, "languages", "no_target"),
    BadInput("unknown target", {"languages": {"xx-XX": None}}, "languages", "unknown_locale"),
    BadInput("source-only", {"languages": {"he-IL": None}}, "languages", "source_only_locale"),
    BadInput("its own target", {"languages": {"en-US": None}}, "languages", "target_is_source"),
    BadInput("twice", {"languages": [("de-DE", None)] * 2}, "languages", "duplicate_target"),
    # Trim
    BadInput("end before start", {"start_time": "9", "end_time": "8"}, "end_time", "trim_order"),
    BadInput("end at start", {"start_time": "9", "end_time": "0:09"}, "end_time", "trim_order"),
    BadInput("negative", {"start_time": "-1"}, "start_time", "negative_time"),
    BadInput("not a number", {"start_time": "NaN"}, "start_time", "invalid_time"),
    BadInput("infinite", {"end_time": "inf"}, "end_time", "invalid_time"),
    BadInput("too fine", {"end_time": "1.0005"}, "end_time", "too_fine_time"),
    BadInput("sixty seconds", {"end_time": "1:60"}, "end_time", "invalid_time"),
    BadInput("a year", {"end_time": "31536000"}, "end_time", "invalid_time"),
    _file("end beyond the video", "end_time", "trim_outside", _whole, end_time="60"),
    _file("start beyond the video", "start_time", "trim_outside", _whole, start_time="60"),
    # SRT
    _srt("SRT of no bytes", "srt_empty", ""),
    _srt("empty SRT", "srt_empty", "\n\n"),
    _srt("SRT without text", "srt_empty", make_srt((1, 2, ""))),
    _srt("no SRT", "srt_unreadable", "Dear diary, this is no subtitle."),
    _srt("web SRT", "srt_unreadable", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n"),
    _srt("overlap", "srt_overlap", make_srt((1, 3, "One."), (2, 4, "Two."))),
    _srt("out of order", "srt_order", make_srt((5, 6, "One."), (1, 2, "Two."))),
    _srt("cue ends first", "srt_cue_order", make_srt((3, 2, "One."))),
    _srt("beyond the trim", "srt_outside_trim", make_srt((1, 9, "One.")), end_time="5"),
    _srt("before the trim", "srt_outside_trim", make_srt((1, 9, "One.")), start_time="5"),
    _srt("10 MB of SRT", "srt_too_large", "x" * 10_000_000),
    # What people call it
    BadInput("2 MB of title", {"title": "x" * 2_000_000}, "title", "title_too_long"),
    BadInput("two lines of title", {"title": "a\nb"}, "title", "invalid_title"),
    BadInput("zero in a title", {"title": "a\x00b"}, "title", "invalid_title"),
    BadInput("invisible title", {"title": "\u200b"}, "title", "title_empty"),
    BadInput("long reference", {"reference": "x" * 201}, "reference", "reference_too_long"),
    BadInput("zero in a reference", {"reference": "a\x00"}, "reference", "invalid_reference"),
    BadInput("long project", {"project": "x" * 201}, "project", "title_too_long"),
    BadInput("long tag", {"tags": ["x" * 51]}, "tags", "tag_too_long"),
    BadInput("flood of tags", {"tags": [f"t{n}" for n in range(21)]}, "tags", "too_many_tags"),
    # How it is dubbed
    BadInput("nobody", {"speakers_count": 0}, "speakers_count", "speakers_range"),
    BadInput("fewer than nobody", {"speakers_count": -1}, "speakers_count", "speakers_range"),
    BadInput("a crowd", {"speakers_count": 100}, "speakers_count", "speakers_range"),
    BadInput("word for a number", {"speakers_count": "two"}, "speakers_count", "invalid"),
    BadInput("half a speaker", {"speakers_count": "1.5"}, "speakers_count", "invalid"),
    BadInput("unknown lips", {"lips_model": "turbo"}, "lips_model", "unknown_lips_model"),
    BadInput(
        "background by ftp", {"background_audio_url": "ftp://x/a"}, "background_audio_url",
        "url_scheme",
    ),
    BadInput(
        "background file with a link", {}, "background_audio", "background_needs_file",
        {"background_audio": _whole},
    ),
    BadInput(
        "background is no audio", {"media_url": None}, "background_audio", "not_audio",
        {"file": _whole, "background_audio": lambda video: b"Dear diary" * 100},
    ),
    BadInput(
        "two backgrounds",
        {"media_url": None, "background_audio_url": LINK}, "background_audio_url",
        "two_backgrounds", {"file": _whole, "background_audio": _whole},
    ),
    # Who has it in hand
    BadInput("due soon", {"due": "soon"}, "due", "invalid_due"),
    BadInput("owner of nowhere", {"owner": "a@nowhere.example"}, "owner", "not_a_member"),
    BadInput("reviewer of nowhere", {"reviewer": "a@nowhere.example"}, "reviewer", "not_a_member"),
    BadInput("two for all", {"reviewer": "a@b.org; c@d.org"}, "reviewer", "unclear_reviewers"),
    BadInput("sixth priority", {"priority": 6}, "priority", "unknown_priority"),
]  # fmt: skip
