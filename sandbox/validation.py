"""Turns a request body into values. Everything visible in the request itself is refused here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeGuard, TypeVar
from urllib.parse import urlsplit

from sandbox.errors import BadInputError
from sandbox.locales import SOURCE_ONLY, SOURCES, TARGETS
from sandbox.records import NewAsset, NewLanguage
from sandbox.srt import BadSrtError, parse_srt
from sandbox.states import LipsModel
from sandbox.wire import Dialect, Json

MAX_URL_LENGTH = 4096
MAX_NAME_LENGTH = 1000
Path = tuple[str | int, ...]
T = TypeVar("T")
Reader = Callable[[object, Path], T]


def read_new_asset(body: object, dialect: Dialect, *, has_file: bool) -> NewAsset:
    names = dialect.request
    data = as_object(body)
    media_url = None if has_file else _required(data, names.media_url, read_url)
    locale = _required(data, names.locale, _source_locale)
    start = _optional(data, names.start, _seconds)
    end = _optional(data, names.end, _seconds)
    if end is not None and end <= (start or 0):
        raise BadInputError((names.end,), f"must be after {names.start}")
    return NewAsset(
        media_url=media_url,
        locale=locale,
        languages=read_languages(data, dialect, source=locale, taken=()),
        speakers=_optional(data, names.speakers, _count),
        start=start,
        end=end,
        callback_url=_optional(data, names.callback_url, read_url),
        lips_model=read_lips_model(data, dialect),
        background_audio_url=_optional(data, names.background_audio_url, read_url),
        name=_optional(data, names.name, _name),
    )


def read_languages(
    data: Json, dialect: Dialect, *, source: str, taken: Sequence[str]
) -> tuple[NewLanguage, ...]:
    """`taken` are the target locales the asset has already."""
    names = dialect.request
    rows = data.get(names.languages)
    if not isinstance(rows, list) or not rows:
        raise BadInputError((names.languages,), "needs a list with at least one language")
    seen = set(taken)
    languages = []
    for number, row in enumerate(rows):
        path = (names.languages, number)
        language = _language(row, path, dialect, source)
        if language.locale in seen:
            message = f"{language.locale} is given more than once or was added before"
            raise BadInputError((*path, names.language_locale), message)
        seen.add(language.locale)
        languages.append(language)
    return tuple(languages)


def read_lips_model(data: Json, dialect: Dialect) -> LipsModel | None:
    name = dialect.request.lips_model
    word = data.get(name)
    if word is None:
        return None
    for model, spelling in dialect.lips_words.items():
        if word == spelling:
            return model
    known = ", ".join(dialect.lips_words.values())
    raise BadInputError((name,), f"must be one of {known}")


def read_expiry(data: Json, dialect: Dialect) -> int:
    """How long a signed studio link shall live, in seconds; an hour when not said."""
    name = dialect.request.expires_in
    value = data.get(name)
    if value is None:
        return 3600
    if not _is_whole(value) or not 1 <= value <= 7 * 86400:
        raise BadInputError((name,), "must be whole seconds between 1 and 604800")
    return value


def as_object(body: object) -> Json:
    if not isinstance(body, dict):
        raise BadInputError((), "the body must be a JSON object")
    return body


def read_url(value: object, path: Path) -> str:
    if not isinstance(value, str) or len(value) > MAX_URL_LENGTH:
        raise BadInputError(path, f"must be a URL of at most {MAX_URL_LENGTH} characters")
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or not value.isascii() or any(c.isspace() for c in value):
        raise BadInputError(path, "must be an http or https URL")
    return value


def _language(row: object, path: Path, dialect: Dialect, source: str) -> NewLanguage:
    names = dialect.request
    if not isinstance(row, dict):
        raise BadInputError(path, "must be an object with a locale")
    locale_path = (*path, names.language_locale)
    locale = row.get(names.language_locale)
    if not isinstance(locale, str):
        raise BadInputError(locale_path, "must be the tag of a target locale")
    if locale in SOURCE_ONLY:
        raise BadInputError(locale_path, f"{locale} can be dubbed from, not into")
    if locale not in TARGETS:
        raise BadInputError(locale_path, f"{locale[:40]!r} is no known target locale")
    if locale == source:
        raise BadInputError(locale_path, "the target is the source's own locale")
    return NewLanguage(locale=locale, srt=_srt(row.get(names.srt), (*path, names.srt)))


def _srt(value: object, path: Path) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadInputError(path, "must be the text of an SRT, or a URL to one")
    if value.startswith(("http://", "https://")):
        return read_url(value, path)
    try:
        parse_srt(value)
    except BadSrtError as error:
        raise BadInputError(path, str(error)) from None
    return value


def _source_locale(value: object, path: Path) -> str:
    if not isinstance(value, str) or value not in SOURCES:
        raise BadInputError(path, f"{str(value)[:40]!r} is no known source locale")
    return value


def _seconds(value: object, path: Path) -> float:
    if not _is_number(value) or not math.isfinite(value) or value < 0:
        raise BadInputError(path, "must be a number of seconds from 0 on")
    return float(value)


def _count(value: object, path: Path) -> int:
    if not _is_whole(value) or not 1 <= value <= 100:
        raise BadInputError(path, "must be a whole number between 1 and 100")
    return value


def _name(value: object, path: Path) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME_LENGTH:
        raise BadInputError(path, f"must be a text of at most {MAX_NAME_LENGTH} characters")
    return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _required(data: Json, name: str, read: Reader[T]) -> T:
    if data.get(name) is None:
        raise BadInputError((name,), "is required")
    return read(data[name], (name,))


def _optional(data: Json, name: str, read: Reader[T]) -> T | None:
    return None if data.get(name) is None else read(data[name], (name,))
