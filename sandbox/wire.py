"""The one place that spells what goes over the wire: field names, words, nesting, paging.

The default dialect is what the public pages name, and where they are silent our proposal. The
second dialect is a differently guessed API, so that clients can prove they survive a wrong guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.records import Asset, Dubbing, Failure, Version
from sandbox.states import AssetStatus, Event, FailureCode, LipsModel, VersionStatus

Json = dict[str, Any]


@dataclass(frozen=True)
class RequestNames:
    media_url: str = "media_url"
    locale: str = "locale"
    speakers: str = "speakers_count"
    languages: str = "languages"
    language_locale: str = "locale"
    srt: str = "srt"
    start: str = "start_time"
    end: str = "end_time"
    callback_url: str = "callback_url"
    lips_model: str = "lips_model"
    background_audio_url: str = "background_audio_url"
    name: str = "name"
    studio_url_request: str = "studio_url_request"
    expires_in: str = "expires_in"
    # Parts of the upload form.
    data_part: str = "data"
    file_part: str = "file"
    background_part: str = "background_audio"


@dataclass(frozen=True)
class ResponseNames:
    asset_id: str = "id"
    dubbing_id: str = "id"
    version_id: str = "id"
    parent_asset_id: str = "asset_id"
    parent_dubbing_id: str = "dubbing_id"
    status: str = "status"
    error: str = "error"
    error_code: str = "code"
    error_message: str = "message"
    duration: str = "duration"
    dubbings: str = "dubbings"
    dubbing_locale: str = "locale"
    versions: str = "versions"
    version_locale: str = "locale"
    studio_url: str = "studio_url"
    result_url: str = "result_url"


@dataclass(frozen=True)
class CallbackNames:
    event: str = "event"
    asset_id: str = "asset_id"
    version_id: str = "version_id"
    version_locale: str = "version_locale"


@dataclass(frozen=True)
class Paging:
    """By page number, or by limit and offset; `size` and `position` are query parameters."""

    by_offset: bool = False
    position: str = "page"
    size: str = "page_size"
    items: str = "items"
    total: str = "total"
    default_size: int = 20
    max_size: int = 100


@dataclass(frozen=True)
class Dialect:
    request: RequestNames
    response: ResponseNames
    callback: CallbackNames
    paging: Paging
    asset_words: Mapping[AssetStatus, str]
    version_words: Mapping[VersionStatus, str]
    code_words: Mapping[FailureCode, str]
    lips_words: Mapping[LipsModel, str]
    created_status: int
    nests_versions_in_dubbings: bool
    echoes_input_in_lists: bool
    # 400 with a text, or 422 with a list of places and texts.
    lists_bad_input: bool
    has_generate: bool


def _capitalised(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("_"))


DEFAULT = Dialect(
    request=RequestNames(),
    response=ResponseNames(),
    callback=CallbackNames(),
    paging=Paging(),
    asset_words={status: _capitalised(status) for status in AssetStatus},
    version_words={status: _capitalised(status) for status in VersionStatus},
    code_words={code: _capitalised(code) for code in FailureCode},
    lips_words={LipsModel.QUALITY: "quality", LipsModel.FAST: "fast"},
    created_status=201,
    nests_versions_in_dubbings=True,
    echoes_input_in_lists=True,
    lists_bad_input=False,
    has_generate=True,
)

SECOND = Dialect(
    request=RequestNames(
        media_url="source_url",
        locale="source_locale",
        speakers="num_speakers",
        languages="target_languages",
        language_locale="target_locale",
        srt="srt_text",
        start="trim_start",
        end="trim_end",
        lips_model="lip_sync_model",
        background_audio_url="clean_background_url",
        name="title",
        expires_in="ttl_seconds",
        data_part="payload",
        file_part="video",
        background_part="background",
    ),
    response=ResponseNames(
        asset_id="asset_id",
        dubbing_id="dubbing_id",
        version_id="version_id",
        error="failure",
        error_code="error_code",
        error_message="description",
        duration="duration_seconds",
        dubbings="languages",
        dubbing_locale="target_locale",
        version_locale="target_locale",
        result_url="download_url",
    ),
    callback=CallbackNames(version_locale="locale"),
    paging=Paging(by_offset=True, position="offset", size="limit", items="results", total="count"),
    asset_words={status: status.upper() for status in AssetStatus},
    version_words={status: status.upper() for status in VersionStatus},
    code_words={code: code.value for code in FailureCode},
    lips_words={LipsModel.QUALITY: "LIPS_STANDARD", LipsModel.FAST: "LIPS_TURBO"},
    created_status=200,
    nests_versions_in_dubbings=False,
    echoes_input_in_lists=False,
    lists_bad_input=True,
    has_generate=False,
)

DIALECTS = {"default": DEFAULT, "second": SECOND}


def asset_body(dialect: Dialect, asset: Asset, dubbings: tuple[Dubbing, ...]) -> Json:
    names = dialect.response
    body = _asset_core(dialect, asset) | _asset_echo(dialect, asset)
    body[names.dubbings] = [_dubbing_body(dialect, dubbing) for dubbing in dubbings]
    if not dialect.nests_versions_in_dubbings:
        body[names.versions] = [
            _version_row(dialect, version) | {names.version_locale: dubbing.locale}
            for dubbing in dubbings
            for version in dubbing.versions
        ]
    return body


def list_item(dialect: Dialect, asset: Asset, dubbings: tuple[Dubbing, ...]) -> Json:
    """As documented: the basics and the dubbings, but no versions."""
    names = dialect.response
    echo = _asset_echo(dialect, asset) if dialect.echoes_input_in_lists else {}
    rows = [{names.dubbing_id: d.id, names.dubbing_locale: d.locale} for d in dubbings]
    return _asset_core(dialect, asset) | echo | {names.dubbings: rows}


def list_body(dialect: Dialect, items: list[Json], total: int, position: int, size: int) -> Json:
    names = dialect.paging
    return {names.items: items, names.total: total, names.position: position, names.size: size}


def version_body(dialect: Dialect, version: Version, studio: str, result: str | None) -> Json:
    names = dialect.response
    return {
        names.version_id: version.id,
        names.parent_asset_id: version.asset_id,
        names.parent_dubbing_id: version.dubbing_id,
        names.version_locale: version.locale,
        names.status: dialect.version_words[version.status],
        names.error: _failure_body(dialect, version.failure),
        names.studio_url: studio,
        names.result_url: result,
    }


def callback_body(
    dialect: Dialect, event: Event, asset_id: str, version: Version | None = None
) -> Json:
    names = dialect.callback
    return {
        names.event: event.value,
        names.asset_id: asset_id,
        names.version_id: version.id if version else None,
        names.version_locale: version.locale if version else None,
    }


def bad_input_answer(
    dialect: Dialect, path: tuple[str | int, ...], message: str, text: str
) -> tuple[int, Json]:
    if not dialect.lists_bad_input:
        return 400, {"detail": text}
    return 422, {"detail": [{"loc": ["body", *path], "msg": message, "type": "value_error"}]}


def _asset_core(dialect: Dialect, asset: Asset) -> Json:
    names = dialect.response
    return {
        names.asset_id: asset.id,
        names.status: dialect.asset_words[asset.status],
        names.error: _failure_body(dialect, asset.failure),
    }


def _asset_echo(dialect: Dialect, asset: Asset) -> Json:
    names = dialect.request
    return {
        names.name: asset.name,
        names.locale: asset.locale,
        names.speakers: asset.speakers,
        names.start: asset.start,
        names.end: asset.end,
        names.callback_url: asset.callback_url,
        names.lips_model: dialect.lips_words[asset.lips_model] if asset.lips_model else None,
        dialect.response.duration: asset.duration,
    }


def _dubbing_body(dialect: Dialect, dubbing: Dubbing) -> Json:
    names = dialect.response
    body: Json = {names.dubbing_id: dubbing.id, names.dubbing_locale: dubbing.locale}
    if dialect.nests_versions_in_dubbings:
        body[names.versions] = [_version_row(dialect, version) for version in dubbing.versions]
    return body


def _version_row(dialect: Dialect, version: Version) -> Json:
    names = dialect.response
    row = {names.version_id: version.id, names.status: dialect.version_words[version.status]}
    if not dialect.nests_versions_in_dubbings:
        row[names.parent_dubbing_id] = version.dubbing_id
    return row


def _failure_body(dialect: Dialect, failure: Failure | None) -> Json | None:
    names = dialect.response
    if failure is None:
        return None
    return {
        names.error_code: dialect.code_words[failure.code],
        names.error_message: failure.message,
    }
