"""The work between two states. A step may be cut off anywhere and simply runs again."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from sandbox.announcements import announce
from sandbox.commands import PREPARE_SECONDS
from sandbox.errors import MediaRefusedError
from sandbox.installation import Installation
from sandbox.media.worker import Limits
from sandbox.outgoing import FetchError, TooLargeError, fetch
from sandbox.records import Asset, Failure, Version
from sandbox.srt import BadSrtError, parse_srt
from sandbox.states import AssetStatus, Event, FailureCode, JobKind, VersionStatus
from sandbox.store.assets import dubbings_of, find_asset, keep_sources, mark_failed, mark_ready
from sandbox.store.jobs import add_job
from sandbox.store.versions import find_version, move

_MAX_SRT_BYTES = 16 * 1024 * 1024
_MAX_FILM_BYTES = 64 << 30
_PROBE_LIMITS = Limits(cpu_seconds=900, memory_bytes=1 << 30, file_bytes=0, wall_seconds=1800)


def ingest_asset(here: Installation, asset_id: str) -> None:
    asset = find_asset(here.database, asset_id)
    if asset is None or asset.status is not AssetStatus.PROCESSING:
        return
    try:
        asset = _with_media(here, asset)
        facts = here.runner.run("probe", _probe_request(here, asset), _PROBE_LIMITS)
        if asset.background_path:
            _background_seconds(here, asset)
    except MediaRefusedError as error:
        _fail_asset(here, asset_id, Failure(error.code, error.message))
        return
    with here.database.transaction():
        mark_ready(here.database, asset_id, **facts)
        for dubbing in dubbings_of(here.database, asset_id):
            for version in dubbing.versions:
                seconds = PREPARE_SECONDS * here.settings.pace
                add_job(here.database, JobKind.PREPARE, version.id, after_seconds=seconds)


def refuse_asset(here: Installation, asset_id: str, reason: str) -> None:
    _fail_asset(here, asset_id, Failure(FailureCode.INVALID_INPUT, reason))


def prepare_version(here: Installation, version_id: str) -> None:
    version = find_version(here.database, version_id)
    if version is None or version.status is not VersionStatus.NOT_READY:
        return
    try:
        if version.srt:
            parse_srt(_srt_text(here, version.srt))
    except (BadSrtError, FetchError) as error:
        _settle(
            here,
            version,
            VersionStatus.FAILED,
            Event.VERSION_FAILED,
            failure=Failure(FailureCode.INVALID_INPUT, f"the SRT cannot be used: {error}"),
        )
        return
    _settle(here, version, VersionStatus.READY_TO_EDIT, Event.VERSION_READY)


def make_film(here: Installation, version_id: str) -> None:
    version = find_version(here.database, version_id)
    if version is None or version.status is not VersionStatus.GENERATING:
        return
    asset = find_asset(here.database, version.asset_id)
    if asset is None:
        return
    target = here.films_dir / f"{version.id}-{version.generation}.mp4"
    unfinished = target.with_suffix(".part")
    try:
        order = _film_order(here, asset, version, unfinished)
        here.runner.run("film", order, _film_limits(asset))
    except (MediaRefusedError, BadSrtError, FetchError) as error:
        unfinished.unlink(missing_ok=True)
        refuse_film(here, version_id, str(error))
        return
    unfinished.rename(target)
    _settle(here, version, VersionStatus.COMPLETED, Event.VERSION_GENERATED, film_path=str(target))


def refuse_film(here: Installation, version_id: str, reason: str) -> None:
    version = find_version(here.database, version_id)
    if version is not None:
        _settle(
            here,
            version,
            VersionStatus.FAILED,
            Event.VERSION_GENERATE_FAILED,
            failure=Failure(FailureCode.GENERATION_FAILED, reason),
        )


def refuse_version(here: Installation, version_id: str, reason: str) -> None:
    version = find_version(here.database, version_id)
    if version is not None:
        failure = Failure(FailureCode.INVALID_INPUT, reason)
        _settle(here, version, VersionStatus.FAILED, Event.VERSION_FAILED, failure=failure)


def _settle(
    here: Installation,
    version: Version,
    to: VersionStatus,
    event: Event,
    *,
    failure: Failure | None = None,
    film_path: str | None = None,
) -> None:
    with here.database.transaction():
        allowed = (version.status,)
        database = here.database
        if move(database, version.id, allowed=allowed, to=to, failure=failure, film_path=film_path):
            announce(here, event, version.asset_id, version)


def _fail_asset(here: Installation, asset_id: str, failure: Failure) -> None:
    with here.database.transaction():
        mark_failed(here.database, asset_id, failure)
        announce(here, Event.ASSET_FAILED, asset_id)


def _with_media(here: Installation, asset: Asset) -> Asset:
    """Fetches what links name; afterwards both paths are on our disk."""
    for size in (asset.source_size, asset.background_size):
        if size is not None and size > here.settings.max_bytes:
            raise MediaRefusedError(
                FailureCode.FILE_SIZE_LIMIT_EXCEEDED,
                f"the file has {size} bytes, the account's limit is {here.settings.max_bytes}",
            )
    source, background = asset.source_path, asset.background_path
    if source is None and asset.media_url is not None:
        source = _fetched(here, asset.media_url, "the video")
    if background is None and asset.background_audio_url is not None:
        background = _fetched(here, asset.background_audio_url, "the background track")
    keep_sources(here.database, asset.id, source or "", background)
    return find_asset(here.database, asset.id) or asset


def _fetched(here: Installation, url: str, what: str) -> str:
    target = here.media_dir / uuid.uuid4().hex
    try:
        fetch(url, target, max_bytes=here.settings.max_bytes)
    except FetchError as error:
        target.unlink(missing_ok=True)
        is_large = isinstance(error, TooLargeError)
        code = FailureCode.FILE_SIZE_LIMIT_EXCEEDED if is_large else FailureCode.INVALID_INPUT
        raise MediaRefusedError(code, f"{what} could not be fetched: {error}") from None
    return str(target)


def _srt_text(here: Installation, srt: str) -> str:
    if not srt.startswith(("http://", "https://")):
        return srt
    target = here.media_dir / f"{uuid.uuid4().hex}.srt"
    try:
        fetch(srt, target, max_bytes=_MAX_SRT_BYTES)
        return target.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadSrtError("it is not UTF-8") from None
    finally:
        target.unlink(missing_ok=True)


def _probe_request(here: Installation, asset: Asset) -> dict[str, Any]:
    return {
        "what": "source",
        "path": asset.source_path,
        "start": asset.start,
        "end": asset.end,
        "max_duration": here.settings.max_duration_seconds,
    }


def _background_seconds(here: Installation, asset: Asset) -> float:
    request = {"what": "background", "path": asset.background_path}
    return float(here.runner.run("probe", request, _PROBE_LIMITS)["duration"])


def _film_order(here: Installation, asset: Asset, version: Version, target: Path) -> dict[str, Any]:
    return {
        "source": asset.source_path,
        "start": asset.from_seconds,
        "end": asset.to_seconds,
        "width": asset.width,
        "height": asset.height,
        "locale": version.locale,
        "srt": _srt_text(here, version.srt) if version.srt else None,
        "background": asset.background_path,
        "background_seconds": _background_seconds(here, asset) if asset.background_path else 0.0,
        "target": str(target),
    }


def _film_limits(asset: Asset) -> Limits:
    seconds = 120 + 30 * (asset.to_seconds - asset.from_seconds)
    return Limits(
        cpu_seconds=int(seconds),
        memory_bytes=4 << 30,
        file_bytes=_MAX_FILM_BYTES,
        wall_seconds=seconds,
    )
