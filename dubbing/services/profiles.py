"""A connection's own spellings: read, judged, and shown as the requests they make."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import Connection
from dubbing.remote import wire
from dubbing.remote.errors import RejectedError
from dubbing.remote.types import LipsWord, NewAsset, NewLanguage
from dubbing.remote.wire import ProfileError, WireProfile

SAMPLE_ID = "a-remote-id"
SAMPLE_LANGUAGES = (NewLanguage("de-DE", "1\n00:00:00,600 --> …"), NewLanguage("fr-FR"))
SAMPLE_FILM = "https://media.example.org/talk.mp4"
HIDDEN = "••••"


class ProfileUnusableError(RejectedError):
    """The profile that is stored cannot be read any more; nothing was sent."""


@lru_cache(maxsize=256)
def profile_from_text(text: str) -> WireProfile:
    """The profile of these overrides as JSON text. Built once per text.

    Raises ProfileUnusableError.
    """
    try:
        return WireProfile.from_overrides(json.loads(text))
    except (ProfileError, ValueError, AttributeError) as error:
        raise ProfileUnusableError(
            None, f"The wire profile of this connection cannot be used: {error}"
        ) from None


def profile_of(connection: Connection) -> WireProfile:
    """Raises ProfileUnusableError."""
    return profile_from_text(json.dumps(connection.profile, sort_keys=True))


def check_profile(overrides: Any) -> None:
    """Raises ValidationError on the field `profile` (code `invalid_profile`)."""
    if not isinstance(overrides, dict):
        raise _invalid("It must be an object, such as {} or {“writes”: {“locale”: “lang”}}.")
    try:
        WireProfile.from_overrides(overrides)
    except ProfileError as error:
        raise _invalid(str(error)) from None


def _invalid(reason: str) -> ValidationError:
    return ValidationError({"profile": ValidationError(reason, code="invalid_profile")})


def list_spellings(connection: Connection) -> str:
    """Every setting of a profile with what it is on this connection, as JSON text.

    Raises ProfileUnusableError.
    """
    return json.dumps(asdict(profile_of(connection)), indent=2, ensure_ascii=False)


def preview_requests(connection: Connection) -> str:
    """What would go out over this connection, with the key hidden and samples for values.

    Raises ProfileUnusableError.
    """
    profile = profile_of(connection)
    shown = NewAsset(
        locale="en-US",
        languages=SAMPLE_LANGUAGES,
        media_url=SAMPLE_FILM,
        speakers_count=2,
        start_time=0.5,
        end_time=90.0,
        callback_url=f"https://desk.example.org/callbacks/panjaya/{HIDDEN}/",
        lips_model=LipsWord.FAST,
        background_audio_url="https://media.example.org/music.wav",
        name="A title",
    )
    body = wire.encode_new_asset(profile, shown)
    form = {name: body[name] for name in body if name != profile.writes["media_url"]}
    parts = [
        _request(connection, profile, "list", query=wire.encode_page(profile, 2)),
        _request(connection, profile, "create", body),
        _request(connection, profile, "upload", _upload_parts(profile, form)),
        _request(
            connection, profile, "add_languages", wire.encode_languages(profile, SAMPLE_LANGUAGES)
        ),
        _request(connection, profile, "asset"),
        _request(connection, profile, "version"),
        _request(connection, profile, "generate", wire.encode_lips(profile, LipsWord.QUALITY)),
        _request(connection, profile, "revise", {}),
        _request(connection, profile, "studio_url", {}),
    ]
    return "\n\n".join(parts)


def _upload_parts(profile: WireProfile, form: dict[str, Any]) -> dict[str, Any]:
    names = profile.writes
    parts = {
        names["upload_data"]: form,
        names["upload_file"]: "(the video)",
        names["upload_background"]: "(the background track)",
    }
    return {name: value for name, value in parts.items() if name}


def _request(
    connection: Connection,
    profile: WireProfile,
    call: str,
    body: dict[str, Any] | None = None,
    query: dict[str, int] | None = None,
) -> str:
    target = wire.encode_call(profile, call, SAMPLE_ID)
    if target is None:
        return f"# {call}: not sent, by this profile there is no such call"
    method, path = target
    asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    key = wire.encode_authorization(profile, f"{HIDDEN}{connection.key_hint}")
    lines = [f"{method} {connection.base_url}{path}{asked}", f"Authorization: {key}"]
    if body is not None:
        kind = "multipart/form-data" if call == "upload" else "application/json"
        lines += [f"Content-Type: {kind}", json.dumps(body, indent=2, ensure_ascii=False)]
    return "\n".join(lines)
