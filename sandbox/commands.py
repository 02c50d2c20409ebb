"""What a client or a person in the studio can ask for. Each is one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.announcements import announce
from sandbox.errors import ApiError
from sandbox.installation import Installation
from sandbox.records import Asset, NewAsset, NewLanguage, ReceivedFile, Version
from sandbox.states import (
    DUPLICABLE,
    REVISABLE,
    AssetStatus,
    Event,
    JobKind,
    LipsModel,
    VersionStatus,
)
from sandbox.store.assets import add_asset, add_dubbing, count_assets, find_asset, new_id
from sandbox.store.jobs import add_job
from sandbox.store.ledger import add_entry
from sandbox.store.versions import add_version, begin_generation, find_version, move

# How long each step waits before it begins, at pace 1.
INGEST_SECONDS = 1.0
PREPARE_SECONDS = 2.0
GENERATE_SECONDS = 2.0


def submit_asset(
    here: Installation,
    new: NewAsset,
    *,
    source: ReceivedFile | None = None,
    background: ReceivedFile | None = None,
) -> Asset:
    with here.database.transaction():
        limit = here.settings.max_assets
        if limit is not None and count_assets(here.database) >= limit:
            raise ApiError(403, f"the account's limit of {limit} assets is reached")
        asset_id = add_asset(here.database, new, source=source, background=background)
        for language in new.languages:
            add_dubbing(here.database, asset_id, language, new.lips_model)
        add_entry(
            here.database,
            "upload" if source else "create",
            asset_id,
            locales=[language.locale for language in new.languages],
            callback_url=new.callback_url,
        )
        _owe(here, JobKind.INGEST, asset_id, INGEST_SECONDS)
        asset = require_asset(here, asset_id)
    here.wake.call()
    return asset


def add_languages(here: Installation, asset: Asset, languages: Sequence[NewLanguage]) -> Asset:
    with here.database.transaction():
        now = require_asset(here, asset.id)
        if now.status is AssetStatus.FAILED:
            raise ApiError(400, "the asset has failed: languages cannot be added to it")
        for language in languages:
            version_id = add_dubbing(here.database, now.id, language, now.lips_model)
            if now.status is AssetStatus.READY:
                _owe(here, JobKind.PREPARE, version_id, PREPARE_SECONDS)
        locales = [language.locale for language in languages]
        add_entry(here.database, "languages", now.id, locales=locales)
    here.wake.call()
    return now


def generate_version(
    here: Installation, version: Version, lips_model: LipsModel | None = None
) -> Version:
    with here.database.transaction():
        if not begin_generation(here.database, version.id, lips_model):
            raise _wrong_status(here, version.id, "generated")
        add_entry(
            here.database,
            "generate",
            version.asset_id,
            locales=[version.locale],
            version_id=version.id,
        )
        now = require_version(here, version.id)
        announce(here, Event.VERSION_GENERATING, now.asset_id, now)
        _owe(here, JobKind.GENERATE, version.id, GENERATE_SECONDS)
    here.wake.call()
    return now


def revise_version(here: Installation, version: Version) -> Version:
    """Back to editing; the film is gone for good. No event exists for it."""
    with here.database.transaction():
        to = VersionStatus.READY_TO_EDIT
        if not move(here.database, version.id, allowed=REVISABLE, to=to):
            raise _wrong_status(here, version.id, "revised")
        now = require_version(here, version.id)
    for film in here.films_dir.glob(f"{version.id}-*.mp4"):
        film.unlink(missing_ok=True)
    return now


def duplicate_version(here: Installation, version: Version) -> Version:
    with here.database.transaction():
        if require_version(here, version.id).status not in DUPLICABLE:
            raise _wrong_status(here, version.id, "duplicated")
        copy_id = add_version(here.database, version.dubbing_id, new_id("ver"), version.lips_model)
        _owe(here, JobKind.PREPARE, copy_id, PREPARE_SECONDS)
        copy = require_version(here, copy_id)
    here.wake.call()
    return copy


def require_asset(here: Installation, asset_id: str) -> Asset:
    asset = find_asset(here.database, asset_id)
    if asset is None:
        raise ApiError(404, f"no asset with the id {asset_id}")
    return asset


def require_version(here: Installation, version_id: str) -> Version:
    version = find_version(here.database, version_id)
    if version is None:
        raise ApiError(404, f"no version with the id {version_id}")
    return version


def _owe(here: Installation, kind: JobKind, subject: str, seconds: float) -> None:
    add_job(here.database, kind, subject, after_seconds=seconds * here.settings.pace)


def _wrong_status(here: Installation, version_id: str, verb: str) -> ApiError:
    status = here.dialect.version_words[require_version(here, version_id).status]
    return ApiError(400, f"a version that is {status} cannot be {verb}")
