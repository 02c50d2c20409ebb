"""Every spelling of the remote API: names, paths, words. No other file spells them.

Documented are the paths of list, create, upload, read, add languages, read version and revise;
media_url, locale, speakers_count, srt, start_time, end_time, callback_url and lips_model; the
version statuses; studio_url, result_url and detail; the callback's events. Everything else is
assumed, "quality" and "fast" included: reading therefore accepts likely aliases, and a connection
can override any spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

from .reading import plain
from .types import (
    AssetWord,
    EventWord,
    FailureWord,
    LipsWord,
    VersionWord,
)

Names = tuple[str, ...]
WordT = TypeVar("WordT", bound=StrEnum)

# Method and path of each call. An empty one is a call that the remote side does not have.
CALLS: Mapping[str, str] = {
    "list": "GET /v1/assets/",
    "create": "POST /v1/assets/",
    "upload": "POST /v1/assets/upload",
    "asset": "GET /v1/assets/{id}",
    "add_languages": "POST /v1/assets/{id}/languages",
    "version": "GET /v1/versions/{id}",
    "generate": "POST /v1/versions/{id}/generate",
    "revise": "PATCH /v1/versions/{id}/revise",
    "studio_url": "POST /v1/versions/{id}/studio_url",
}
OPTIONAL_CALLS = frozenset({"generate", "studio_url"})
METHODS = frozenset({"GET", "POST", "PUT", "PATCH"})

# How each thing that we send is called there. An empty name is left out of the call.
WRITES: Mapping[str, str] = {
    "media_url": "media_url",
    "locale": "locale",
    "speakers_count": "speakers_count",
    "languages": "languages",
    "language_locale": "locale",
    "language_srt": "srt",
    "start_time": "start_time",
    "end_time": "end_time",
    "callback_url": "callback_url",
    "lips_model": "lips_model",
    "background_audio_url": "background_audio_url",
    "name": "name",
    "upload_data": "data",
    "upload_file": "file",
    "upload_background": "background_audio",
    "page": "page",
    "page_size": "page_size",
    "offset": "",
}

# Under which names each thing that we read may come, the likeliest first.
READS: Mapping[str, Names] = {
    "envelope": ("asset", "version", "data", "result"),
    "asset_id": ("id", "asset_id", "assetId", "_id"),
    "dubbing_id": ("id", "dubbing_id", "dubbingId", "_id"),
    "version_id": ("id", "version_id", "versionId", "_id"),
    "its_asset_id": ("asset_id", "assetId", "asset"),
    "its_dubbing_id": ("dubbing_id", "dubbingId", "dubbing"),
    "its_version_id": ("version_id", "versionId", "version"),
    "status": ("status", "state"),
    "duration": ("duration", "duration_seconds", "durationSeconds", "media_duration"),
    "name": ("name", "title"),
    "locale": ("locale", "target_locale", "targetLocale", "source_locale", "language", "code"),
    "version_locale": ("version_locale", "versionLocale", "locale", "target_locale", "language"),
    "callback_url": ("callback_url", "callbackUrl"),
    "dubbings": ("dubbings", "dubs", "languages", "target_languages"),
    "versions": ("versions", "version_ids", "versionIds"),
    "one_version": ("version", "latest_version", "current_version", "version_id", "versionId"),
    "studio_url": ("studio_url", "studioUrl", "signed_url", "signedUrl"),
    "result_url": ("result_url", "resultUrl", "download_url", "downloadUrl"),
    "url": ("url", "href"),
    "srt": ("srt", "subtitles"),
    "error": ("error", "errors", "failure"),
    "error_code": ("code", "error_code", "errorCode", "type", "reason"),
    "flat_error_code": ("error_code", "errorCode", "failure_code", "failure_reason"),
    "error_message": ("message", "detail", "error_message", "errorMessage", "description", "msg"),
    "flat_error_message": ("error_message", "errorMessage", "failure_message"),
    "items": ("items", "results", "assets", "data"),
    "next_page": ("next_page", "nextPage", "next"),
    "has_more": ("has_more", "hasMore", "has_next", "hasNext"),
    "total": ("total", "count", "total_count", "totalCount"),
    "size": ("page_size", "pageSize", "per_page", "size", "limit"),
    "detail": ("detail", "message", "error"),
    "detail_place": ("loc", "field"),
    "detail_text": ("msg", "message", "detail"),
    "event": ("event", "event_type", "eventType", "type"),
    "event_envelope": ("data", "payload"),
}

# Status and code words by their plain form (no case, no separators).
ASSET_WORDS: Mapping[str, AssetWord] = {
    plain(word): word for word in AssetWord if word is not AssetWord.UNKNOWN
} | {"pending": AssetWord.PROCESSING, "error": AssetWord.FAILED}
VERSION_WORDS: Mapping[str, VersionWord] = {
    plain(word): word for word in VersionWord if word is not VersionWord.UNKNOWN
} | {"error": VersionWord.FAILED}
EVENT_WORDS: Mapping[str, EventWord] = {
    plain(word): word for word in EventWord if word is not EventWord.UNKNOWN
}
FAILURE_WORDS: Mapping[str, FailureWord] = {
    plain(word): word for word in FailureWord if word is not FailureWord.UNKNOWN
} | {
    "novideo": FailureWord.NO_VIDEO_STREAM,
    "nospeechfound": FailureWord.NO_SPEECH,
    "nospeechdetected": FailureWord.NO_SPEECH,
    "noaudio": FailureWord.NO_AUDIO_TRACK,
    "durationlimitexceeded": FailureWord.DURATION_LIMIT_REACHED,
    "filesizelimitreached": FailureWord.FILE_SIZE_LIMIT_EXCEEDED,
    "filetoolarge": FailureWord.FILE_SIZE_LIMIT_EXCEEDED,
    "invalidtrim": FailureWord.TRIM_OUT_OF_RANGE,
}
LIPS_WORDS: Mapping[str, str] = {LipsWord.QUALITY: "quality", LipsWord.FAST: "fast"}

# What web frameworks say of a path that they do not have, in plain form.
UNROUTED_DETAILS = frozenset({"notfound", "pagenotfound", "routenotfound", "resourcenotfound"})

KEY_PREFIX = "panjaya-"
PAGE_SIZE = 100
LARGEST_PAGE_SIZE = 1000


class ProfileError(Exception):
    """An override that cannot be used; `key` names it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WireProfile:
    """The spellings of one connection. Words not listed in a `_words` table read as unknown."""

    calls: Mapping[str, str] = field(default_factory=lambda: CALLS)
    writes: Mapping[str, str] = field(default_factory=lambda: WRITES)
    reads: Mapping[str, Names] = field(default_factory=lambda: READS)
    asset_words: Mapping[str, AssetWord] = field(default_factory=lambda: ASSET_WORDS)
    version_words: Mapping[str, VersionWord] = field(default_factory=lambda: VERSION_WORDS)
    event_words: Mapping[str, EventWord] = field(default_factory=lambda: EVENT_WORDS)
    failure_words: Mapping[str, FailureWord] = field(default_factory=lambda: FAILURE_WORDS)
    lips_words: Mapping[str, str] = field(default_factory=lambda: LIPS_WORDS)
    key_prefix: str = KEY_PREFIX
    page_size: int = PAGE_SIZE

    @classmethod
    def from_overrides(cls, overrides: Mapping[str, Any]) -> Self:
        """The default profile with these changes, e.g. {"reads": {"dubbings": ["tracks"]}}.

        Names to read and words are added to the known ones, everything else replaces.
        Raises ProfileError.
        """
        changes = {name: _override(name, value) for name, value in overrides.items()}
        return replace(cls(), **changes)


def _override(name: str, value: Any) -> Any:
    match name:
        case "page_size":
            return _checked_page_size(value)
        case "key_prefix":
            return _checked_text(name, value)
        case "calls":
            return {**CALLS, **{k: _checked_call(k, v) for k, v in _table(name, value, CALLS)}}
        case "writes":
            pairs = _table(name, value, WRITES)
            return {**WRITES, **{k: _checked_text(f"{name}.{k}", v) for k, v in pairs}}
        case "lips_words":
            pairs = _table(name, value, LIPS_WORDS)
            return {**LIPS_WORDS, **{k: _checked_text(f"{name}.{k}", v) for k, v in pairs}}
        case "reads":
            return {**READS, **{k: _more_names(k, v) for k, v in _table(name, value, READS)}}
        case "asset_words":
            return {**ASSET_WORDS, **_more_words(name, value, AssetWord)}
        case "version_words":
            return {**VERSION_WORDS, **_more_words(name, value, VersionWord)}
        case "event_words":
            return {**EVENT_WORDS, **_more_words(name, value, EventWord)}
        case "failure_words":
            return {**FAILURE_WORDS, **_more_words(name, value, FailureWord)}
    raise ProfileError(str(name), "there is no such setting.")


def _table(
    name: str, value: Any, known: Mapping[str, object] | None = None
) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise ProfileError(name, "must be an object.")
    for key in value:
        if known is not None and key not in known:
            raise ProfileError(f"{name}.{key}", "there is no such setting.")
    return list(value.items())


def _checked_page_size(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_PAGE_SIZE:
        return value
    raise ProfileError("page_size", f"must be a whole number from 1 to {LARGEST_PAGE_SIZE}.")


def _checked_text(key: str, value: Any) -> str:
    # These end up in headers of the request and of its parts: nothing there may start a new line.
    if isinstance(value, str) and (not value or (value.isascii() and value.isprintable())):
        return value
    raise ProfileError(key, "must be text of plain printable characters.")


def _checked_call(name: str, value: Any) -> str:
    key = f"calls.{name}"
    text = _checked_text(key, value)
    if not text and name in OPTIONAL_CALLS:
        return ""
    method, _, path = text.partition(" ")
    if method not in METHODS:
        raise ProfileError(key, f"must start with one of {', '.join(sorted(METHODS))}.")
    if not path.startswith("/") or any(character in path for character in " ?#"):
        raise ProfileError(key, "must name a path that starts with a slash.")
    if ("{id}" in CALLS[name]) != ("{id}" in path):
        raise ProfileError(key, "must hold {id} exactly where the default does.")
    return text


def _more_names(name: str, value: Any) -> Names:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
        raise ProfileError(f"reads.{name}", "must be a name or a list of names.")
    return tuple(dict.fromkeys([*names, *READS[name]]))


def _more_words(name: str, value: Any, words: type[WordT]) -> dict[str, WordT]:
    return {plain(k): _checked_word(f"{name}.{k}", v, words) for k, v in _table(name, value)}


def _checked_word(key: str, value: Any, words: type[WordT]) -> WordT:
    if isinstance(value, str) and value in set(words):
        return words(value)
    raise ProfileError(key, f"must be one of {', '.join(words)}.")


DEFAULT_PROFILE = WireProfile()
