"""From an outbox message to the remote call it stands for."""

from __future__ import annotations

import mimetypes
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile

from accounts.kept import KeptQuestion
from accounts.sealing import SealError
from config.storage import store
from dubbing.models import Asset, Dubbing, OutboxMessage, Version
from dubbing.remote.client import RemoteClient
from dubbing.remote.errors import CallAbsentError, NotSentError, RejectedError
from dubbing.remote.types import (
    AssetSnapshot,
    NewAsset,
    NewLanguage,
    UploadPart,
    VersionSnapshot,
)
from dubbing.services.absences import NO_GENERATE, remember_absence
from dubbing.services.clients import client_for
from dubbing.services.links import link_for_engine
from dubbing.services.reachability import callback_url
from dubbing.states import DubbingStatus, Kind

Answer = AssetSnapshot | VersionSnapshot | None
STORE_SILENT = "The desk’s own storage does not give the file just now."


def call_engine(*, message: OutboxMessage, keep_lease: Callable[[], None]) -> Answer:
    """Sends it once; raises RemoteError. `keep_lease` is called while a body goes out."""
    try:
        client = client_for(message.asset.connection)
    except SealError as error:
        raise RejectedError(None, f"The key of this connection cannot be opened: {error}") from None
    if message.kind == Kind.CREATE:
        return _create(client, message, keep_lease)
    if message.kind == Kind.ADD_LANGUAGES:
        return client.add_languages(message.asset.remote_id, _languages(message))
    assert message.version is not None  # noqa: S101 (generate and revise are about a version)
    if message.kind == Kind.GENERATE:
        return _generate(client, message, message.version)
    client.revise(message.version.remote_id)
    return None


def _generate(
    client: RemoteClient, message: OutboxMessage, version: Version
) -> VersionSnapshot | None:
    """An engine without this call is remembered as such: nobody is asked to press in vain again."""
    try:
        return client.generate(version.remote_id, message.asset.lips_model or None)
    except CallAbsentError as error:
        remember_absence(connection=message.asset.connection, call="generate", error=error)
        raise CallAbsentError(error.status_code, NO_GENERATE) from None


def _create(
    client: RemoteClient, message: OutboxMessage, keep_lease: Callable[[], None]
) -> AssetSnapshot:
    asset = message.asset
    new = new_asset(asset, _languages(message))
    if not asset.media_file:
        return client.create_asset(new)
    if settings.LINKS_FOR_PANJAYA and not store().is_local:
        return client.create_asset(_with_links(new, asset))
    with ExitStack() as files:
        part = _part(files, asset.media_file, asset.media_name, keep_lease)
        background = None
        if asset.background_audio_file:
            name = asset.background_audio_name
            background = _part(files, asset.background_audio_file, name, keep_lease)
        return client.upload_asset(new, part, background)


def _with_links(new: NewAsset, asset: Asset) -> NewAsset:
    """The engine fetches video and background by itself; what was made for it is kept nowhere."""
    try:
        media = link_for_engine(asset.media_file, name=asset.media_name)
        if asset.background_audio_file:
            name = asset.background_audio_name
            background = link_for_engine(asset.background_audio_file, name=name)
            new = replace(new, background_audio_url=background)
    except OSError as error:
        raise NotSentError(STORE_SILENT) from error
    return replace(new, media_url=media)


def new_asset(asset: Asset, languages: tuple[NewLanguage, ...]) -> NewAsset:
    """What was left blank is None, and so left out of the call."""
    return NewAsset(
        locale=asset.locale_id,
        languages=languages,
        media_url=asset.media_url or None,
        speakers_count=asset.speakers_count,
        start_time=None if asset.start_time is None else float(asset.start_time),
        end_time=None if asset.end_time is None else float(asset.end_time),
        callback_url=callback_url(asset),
        lips_model=asset.lips_model or None,
        background_audio_url=asset.background_audio_url or None,
        name=asset.title,
    )


def _asked(dubbings: Sequence[uuid.UUID]) -> QuerySet[Any]:
    chosen: QuerySet[Any] = Dubbing.objects.filter(pk__in=dubbings).order_by("id")
    return chosen.values_list("locale_id", "srt", "status")


_ASKED = KeptQuestion(_asked)


def _languages(message: OutboxMessage) -> tuple[NewLanguage, ...]:
    asked = _ASKED.rows([uuid.UUID(pk) for pk in message.payload["dubbings"]])
    if message.kind == Kind.ADD_LANGUAGES:
        # Of those sent once more, what a look has found at Panjaya is not asked for again.
        asked = [row for row in asked if row[2] != DubbingStatus.STARTED]
    return tuple(NewLanguage(locale, srt or None) for locale, srt, _ in asked)


@dataclass
class _LeasedFile:
    """A file whose reading keeps the message's lease alive."""

    file: BinaryIO
    keep_lease: Callable[[], None]

    def read(self, size: int = -1) -> bytes:
        self.keep_lease()
        return self.file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def _part(
    files: ExitStack, stored: FieldFile, name: str, keep_lease: Callable[[], None]
) -> UploadPart:
    try:
        opened, size = files.enter_context(store().open_stream(stored.name or ""))
    except FileNotFoundError:
        raise RejectedError(None, f"The file {name} is no longer in the store.") from None
    except OSError as error:
        raise NotSentError(STORE_SILENT) from error
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    leased = cast(BinaryIO, _LeasedFile(opened, keep_lease))
    return UploadPart(leased, name, size, content_type)
