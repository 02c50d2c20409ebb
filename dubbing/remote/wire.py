"""The wire's two directions as pure functions: ours to bytes, bytes to ours.

Spellings come from the profile (spelling.py). Bodies that cannot be understood raise
BadAnswerError; what the answer does not tell stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from .errors import BadAnswerError
from .reading import (
    as_count,
    as_id,
    as_text,
    first,
    parse_json,
    parse_object,
    plain,
    unwrap,
)
from .snapshots import read_asset, read_link, read_version, read_word
from .spelling import (
    DEFAULT_PROFILE,
    UNROUTED_DETAILS,
    ProfileError,
    WireProfile,
)
from .types import (
    AssetPage,
    AssetSnapshot,
    CallbackEvent,
    EventWord,
    JsonObject,
    NewAsset,
    NewLanguage,
    VersionSnapshot,
)

__all__ = [
    "DEFAULT_PROFILE",
    "ProfileError",
    "WireProfile",
    "decode_asset",
    "decode_callback",
    "decode_error_detail",
    "decode_page",
    "decode_studio_url",
    "decode_version",
    "encode_authorization",
    "encode_body",
    "encode_call",
    "encode_languages",
    "encode_lips",
    "encode_new_asset",
    "encode_page",
    "names_no_object",
]


# Ours to theirs


def encode_authorization(profile: WireProfile, key: str) -> str:
    prefix = "" if key.startswith(profile.key_prefix) else profile.key_prefix
    return f"Bearer {prefix}{key}"


def encode_call(profile: WireProfile, call: str, remote_id: str = "") -> tuple[str, str] | None:
    """Method and path, or None when this profile says that the call does not exist."""
    text = profile.calls[call]
    if not text:
        return None
    method, _, path = text.partition(" ")
    if "{id}" in path and not remote_id:
        raise ValueError(f"The call {call} needs a remote id.")
    quoted = quote(remote_id, safe="")
    if not remote_id.strip("."):
        # A segment of dots only would be folded away on the way and reach another path.
        quoted = quoted.replace(".", "%2E")
    return method, path.replace("{id}", quoted)


def encode_page(profile: WireProfile, page: int) -> dict[str, int]:
    values = {
        "page": page,
        "offset": (page - 1) * profile.page_size,
        "page_size": profile.page_size,
    }
    return _written(profile, values)


def encode_new_asset(profile: WireProfile, new: NewAsset) -> JsonObject:
    return _written(
        profile,
        {
            "media_url": new.media_url,
            "locale": new.locale,
            "speakers_count": new.speakers_count,
            "languages": [_language(profile, language) for language in new.languages],
            "start_time": new.start_time,
            "end_time": new.end_time,
            "callback_url": new.callback_url,
            "lips_model": _lips_word(profile, new.lips_model),
            "background_audio_url": new.background_audio_url,
            "name": new.name,
        },
    )


def encode_languages(profile: WireProfile, languages: tuple[NewLanguage, ...]) -> JsonObject:
    listed = [_language(profile, language) for language in languages]
    return _written(profile, {"languages": listed})


def encode_lips(profile: WireProfile, lips_model: str | None) -> JsonObject:
    return _written(profile, {"lips_model": _lips_word(profile, lips_model)})


def encode_body(body: JsonObject) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _language(profile: WireProfile, language: NewLanguage) -> JsonObject:
    values = {"language_locale": language.locale, "language_srt": language.srt}
    return _written(profile, values)


def _lips_word(profile: WireProfile, word: str | None) -> str | None:
    if word is None:
        return None
    if word not in profile.lips_words:
        raise ValueError(f"Unknown lips model: {word}")
    return profile.lips_words[word] or None


def _written(profile: WireProfile, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under their remote names; None, and what has no name there, is left out."""
    names = profile.writes
    return {
        names[ours]: value for ours, value in values.items() if value is not None and names[ours]
    }


# Theirs to ours


def decode_asset(profile: WireProfile, raw: bytes) -> AssetSnapshot:
    asset = read_asset(profile, _opened(profile, parse_object(raw), "asset_id"))
    if not asset.remote_id:
        raise BadAnswerError("The answer names no asset id.")
    return asset


def decode_version(profile: WireProfile, raw: bytes) -> VersionSnapshot:
    version = read_version(profile, _opened(profile, parse_object(raw), "version_id"))
    if not version.remote_id:
        raise BadAnswerError("The answer names no version id.")
    return version


def decode_page(profile: WireProfile, raw: bytes, page: int) -> AssetPage:
    body = parse_json(raw)
    source: JsonObject = body if isinstance(body, dict) else {}
    listed = body if isinstance(body, list) else first(source, profile.reads["items"])
    if not isinstance(listed, list):
        raise BadAnswerError("The answer holds no list of assets.")
    assets = [read_asset(profile, item) for item in listed if isinstance(item, dict)]
    items = tuple(asset for asset in assets if asset.remote_id)
    total = as_count(first(source, profile.reads["total"]))
    return AssetPage(items, _next_page(profile, source, page, len(listed), total), total)


def decode_callback(profile: WireProfile, raw: bytes) -> CallbackEvent:
    body = parse_object(raw)
    inner = unwrap(body, profile.reads["event_envelope"])
    source = {**inner, **body}
    raw_event = first(source, profile.reads["event"])
    if not isinstance(raw_event, str) or not raw_event:
        raise BadAnswerError("The callback names no event.")
    return CallbackEvent(
        event=read_word(profile.event_words, raw_event, EventWord.UNKNOWN),
        raw_event=as_text(raw_event),
        asset_id=as_id(first(source, profile.reads["its_asset_id"])),
        version_id=as_id(first(source, profile.reads["its_version_id"])) or None,
        locale=as_text(first(source, profile.reads["version_locale"])) or None,
    )


def decode_studio_url(profile: WireProfile, raw: bytes) -> str:
    body = parse_json(raw)
    names = (*profile.reads["studio_url"], *profile.reads["url"])
    if isinstance(body, dict):
        body = first(unwrap(body, profile.reads["envelope"]), names)
    link = read_link(profile, body)
    if not link:
        raise BadAnswerError("The answer holds no studio link.")
    return link


def decode_error_detail(profile: WireProfile, raw: bytes) -> str | None:
    """The reason in an error's body; None when the body is not in the API's own form."""
    try:
        detail = first(parse_object(raw), profile.reads["detail"])
    except BadAnswerError:
        return None
    if isinstance(detail, list):
        return as_text("; ".join(_one_detail(profile, entry) for entry in detail[:10]))
    return None if detail is None else as_text(_one_detail(profile, detail))


def _opened(profile: WireProfile, body: JsonObject, id_name: str) -> JsonObject:
    """The object inside an envelope; one that has an id itself is no envelope."""
    if as_id(first(body, profile.reads[id_name])):
        return body
    return unwrap(body, profile.reads["envelope"])


def names_no_object(detail: str) -> bool:
    """Whether this 404 reason could come from a server without such a path."""
    return plain(detail) in UNROUTED_DETAILS


def _one_detail(profile: WireProfile, entry: Any) -> str:
    if not isinstance(entry, dict):
        return as_text(entry)
    place = first(entry, profile.reads["detail_place"])
    steps = place[1:] if isinstance(place, list) else [place] if place else []
    text = as_text(first(entry, profile.reads["detail_text"]))
    return ": ".join(part for part in (".".join(map(str, steps)), text) if part)


def _next_page(
    profile: WireProfile, source: JsonObject, page: int, count: int, total: int | None
) -> int | None:
    """The next page's number, from whichever of the usual signs the answer gives."""
    if not count:
        return None
    for name in (*profile.reads["next_page"], *profile.reads["has_more"]):
        if name in source:
            return _told_page(profile, source[name], page)
    size = as_count(first(source, profile.reads["size"])) or count
    # Without any sign go on: stopping early would hide assets, going on costs one empty page.
    return page + 1 if total is None or page * size < total else None


def _told_page(profile: WireProfile, told: Any, page: int) -> int | None:
    if isinstance(told, bool) or not told:
        return page + 1 if told else None
    if isinstance(told, str):
        named = parse_qs(urlsplit(told).query).get(profile.writes["page"], [told])
        told = named[0]
    number = as_count(told)
    return page + 1 if number is None or number <= page else number
