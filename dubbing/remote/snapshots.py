"""Assets, dubbings and versions from parsed answers, however they are nested.

Versions are assumed to lie under their dubbing. They are also found flat on the asset (tied by
dubbing id or locale), alone instead of in a list, or as bare ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from .reading import (
    as_id,
    as_link,
    as_number,
    as_text,
    first,
    plain,
    trimmed,
    without_permits,
)
from .spelling import WireProfile
from .types import (
    AssetSnapshot,
    AssetWord,
    DubbingSnapshot,
    FailureWord,
    JsonObject,
    VersionSnapshot,
    VersionWord,
)

LOCALE = re.compile(r"[a-z]{2,3}-([A-Z]{2}|[A-Z][a-z]{3}|\d{3})")
WordT = TypeVar("WordT")
Versions = tuple[VersionSnapshot, ...]


def read_word(words: Mapping[str, WordT], raw: str, unknown: WordT) -> WordT:
    return words.get(plain(raw), unknown)


def read_link(profile: WireProfile, value: Any) -> str:
    """A link given as text or as an object that holds it."""
    return as_link(first(value, profile.reads["url"]) if isinstance(value, dict) else value)


def read_asset(profile: WireProfile, source: JsonObject) -> AssetSnapshot:
    reads = profile.reads
    raw_status = as_text(first(source, reads["status"]))
    code, raw_code, message = _failure(profile, source)
    remote_id = as_id(first(source, reads["asset_id"]))
    dubbings, loose = _dubbings(profile, source, remote_id)
    return AssetSnapshot(
        remote_id=remote_id,
        status=read_word(profile.asset_words, raw_status, AssetWord.UNKNOWN),
        raw_status=raw_status,
        error_code=code,
        raw_error_code=raw_code,
        error_message=message,
        duration=as_number(first(source, reads["duration"])),
        locale=as_text(first(source, reads["locale"])),
        name=as_text(first(source, reads["name"])),
        callback_url=as_link(first(source, reads["callback_url"])),
        dubbings=dubbings,
        loose_versions=loose,
        body=_stored(profile, source),
    )


def read_version(profile: WireProfile, source: JsonObject) -> VersionSnapshot:
    reads = profile.reads
    raw_status = as_text(first(source, reads["status"]))
    code, raw_code, message = _failure(profile, source)
    return VersionSnapshot(
        remote_id=as_id(first(source, reads["version_id"])),
        status=read_word(profile.version_words, raw_status, VersionWord.UNKNOWN),
        raw_status=raw_status,
        error_code=code,
        raw_error_code=raw_code,
        error_message=message,
        dubbing_id=_reference(profile, source, "its_dubbing_id", "dubbing_id"),
        asset_id=_reference(profile, source, "its_asset_id", "asset_id"),
        locale=as_text(first(source, reads["version_locale"])),
        studio_url=read_link(profile, first(source, reads["studio_url"])),
        result_url=read_link(profile, first(source, reads["result_url"])),
        body=_stored(profile, source),
    )


def _reference(profile: WireProfile, source: JsonObject, name: str, id_name: str) -> str:
    """The id of another thing, given alone or inside that thing."""
    value = first(source, profile.reads[name])
    return as_id(first(value, profile.reads[id_name]) if isinstance(value, dict) else value)


def _stored(profile: WireProfile, source: JsonObject) -> JsonObject:
    """The body without the signed film link, our callback token and long subtitles."""
    reads = profile.reads
    secret = {*reads["result_url"], *reads["callback_url"], *reads["srt"]}
    stored: JsonObject = trimmed(source, secret)
    return stored


def _failure(profile: WireProfile, source: JsonObject) -> tuple[str, str, str]:
    """Neutral code, remote code and message; all empty when the answer tells no failure."""
    reads = profile.reads
    error = first(source, reads["error"])
    if isinstance(error, list):
        error = error[0] if error else None
    if isinstance(error, dict):
        raw_code = as_text(first(error, reads["error_code"]))
        message = as_text(first(error, reads["error_message"]))
    else:
        raw_code = as_text(first(source, reads["flat_error_code"]))
        message = as_text(first(source, reads["flat_error_message"]))
        text = as_text(error) if isinstance(error, str) else ""
        if plain(text) in profile.failure_words:
            raw_code = raw_code or text
        else:
            message = message or text
    if not raw_code and not message:
        return "", "", ""
    code = read_word(profile.failure_words, raw_code, FailureWord.UNKNOWN)
    return code, raw_code, without_permits(message)


def _dubbings(
    profile: WireProfile, source: JsonObject, asset_id: str
) -> tuple[tuple[DubbingSnapshot, ...], Versions]:
    listed = _entries(first(source, profile.reads["dubbings"]), profile.reads["locale"][0])
    dubbings = [_dubbing(profile, entry, asset_id) for entry in listed or []]
    flat = _versions(profile, source, asset_id)
    if flat is None:
        return tuple(dubbings), ()
    return _placed(dubbings, flat)


def _entries(value: Any, key_name: str) -> list[Any] | None:
    """A list as it is, or the values of an object whose keys are what `key_name` would hold."""
    if isinstance(value, dict):
        return [
            {key_name: key, **(entry if isinstance(entry, dict) else {})}
            for key, entry in value.items()
        ]
    return value if isinstance(value, list) else None


def _dubbing(profile: WireProfile, entry: Any, asset_id: str) -> DubbingSnapshot:
    if not isinstance(entry, dict):
        return _bare_dubbing(as_id(entry))
    reads = profile.reads
    remote_id = as_id(first(entry, reads["dubbing_id"]))
    locale = as_text(first(entry, reads["locale"]))
    versions = _versions(profile, entry, asset_id)
    if versions is None:
        alone = first(entry, reads["one_version"])
        versions = None if alone is None else _each_version(profile, [alone], asset_id)
    if versions is not None:
        versions = tuple(
            replace(v, dubbing_id=v.dubbing_id or remote_id, locale=v.locale or locale)
            for v in versions
        )
    return DubbingSnapshot(remote_id, locale, versions)


def _bare_dubbing(text: str) -> DubbingSnapshot:
    """A dubbing told as one word: a locale (es-ES) or an opaque id."""
    return DubbingSnapshot("", text) if LOCALE.fullmatch(text) else DubbingSnapshot(text, "")


def _versions(profile: WireProfile, source: JsonObject, asset_id: str) -> Versions | None:
    value = first(source, profile.reads["versions"])
    listed = _entries(value, profile.reads["version_id"][0])
    return None if listed is None else _each_version(profile, listed, asset_id)


def _each_version(profile: WireProfile, listed: Iterable[Any], asset_id: str) -> Versions:
    read = [
        read_version(profile, entry)
        if isinstance(entry, dict)
        else VersionSnapshot(remote_id=as_id(entry))
        for entry in listed
    ]
    return tuple(replace(v, asset_id=v.asset_id or asset_id) for v in read if v.remote_id)


def _placed(
    dubbings: list[DubbingSnapshot], flat: Versions
) -> tuple[tuple[DubbingSnapshot, ...], Versions]:
    """Flat versions put under their dubbings, and those that fit under none."""
    loose: list[VersionSnapshot] = []
    for version in flat:
        index = _home(dubbings, version)
        if index is not None:
            home = dubbings[index]
            dubbings[index] = replace(home, versions=(*(home.versions or ()), version))
        elif version.dubbing_id or version.locale:
            dubbings.append(DubbingSnapshot(version.dubbing_id, version.locale, (version,)))
        else:
            loose.append(version)
    if not loose:
        dubbings = [d if d.versions is not None else replace(d, versions=()) for d in dubbings]
    return tuple(dubbings), tuple(loose)


def _home(dubbings: list[DubbingSnapshot], version: VersionSnapshot) -> int | None:
    for index, dubbing in enumerate(dubbings):
        if version.dubbing_id and version.dubbing_id == dubbing.remote_id:
            return index
    for index, dubbing in enumerate(dubbings):
        if version.locale and plain(version.locale) == plain(dubbing.locale):
            return index
    unplaceable = not version.dubbing_id and not version.locale
    return 0 if unplaceable and len(dubbings) == 1 else None
