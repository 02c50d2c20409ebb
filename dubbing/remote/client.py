from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import httpx

from . import wire
from .download import CHUNK_BYTES, LARGEST_FILM_BYTES, download
from .errors import BadAnswerError, CallAbsentError, GoneError, RejectedError, RemoteError, classify
from .exchange import Channel, Exchange, make_http_client
from .multipart import FormPart, MultipartBody
from .types import (
    AssetPage,
    AssetSnapshot,
    NewAsset,
    NewLanguage,
    UploadPart,
    VersionSnapshot,
)

__all__ = ["RemoteClient", "make_http_client"]

MOST_PAGES = 10_000


class RemoteClient:
    """One method per endpoint. Each raises RemoteError, and none repeats a call by itself.

    `key` is the vendor's key with or without its prefix.
    """

    def __init__(
        self,
        http: httpx.Client,
        base_url: str,
        key: str,
        profile: wire.WireProfile = wire.DEFAULT_PROFILE,
    ) -> None:
        self._http = http
        self._channel = Channel(http, base_url, key, profile)
        self._profile = profile

    def list_assets(self, page: int = 1) -> AssetPage:
        params = wire.encode_page(self._profile, page)
        raw = self._channel.send(Exchange("list", paid=False, params=params))
        return wire.decode_page(self._profile, raw, page)

    def iter_assets(self) -> Iterator[AssetSnapshot]:
        """Every asset of the remote list once, even where the far side ignores the page number."""
        seen: set[str] = set()
        page: int | None = 1
        while page is not None and page <= MOST_PAGES:
            answer = self.list_assets(page)
            fresh = {a.remote_id: a for a in answer.items if a.remote_id not in seen}
            seen.update(fresh)
            yield from fresh.values()
            page = answer.next_page if fresh else None

    def create_asset(self, new: NewAsset) -> AssetSnapshot:
        body = wire.encode_new_asset(self._profile, new)
        return self._created(Exchange("create", paid=True, body=body))

    def upload_asset(
        self, new: NewAsset, file: UploadPart, background: UploadPart | None = None
    ) -> AssetSnapshot:
        """Create from a file, streamed. Broken off before its end it is a NotSentError."""
        names = self._profile.writes
        data = wire.encode_body(wire.encode_new_asset(self._profile, new))
        parts = [FormPart(names["upload_data"], data), FormPart(names["upload_file"], file)]
        if background is not None:
            parts.append(FormPart(names["upload_background"], background))
        return self._created(Exchange("upload", paid=True, form=MultipartBody(parts)))

    def get_asset(self, remote_id: str) -> AssetSnapshot:
        raw = self._channel.send(Exchange("asset", paid=False, remote_id=remote_id))
        return wire.decode_asset(self._profile, raw)

    def add_languages(
        self, remote_id: str, languages: tuple[NewLanguage, ...]
    ) -> AssetSnapshot | None:
        """The asset, or None where the answer does not describe it: fetch it then."""
        body = wire.encode_languages(self._profile, languages)
        exchange = Exchange("add_languages", paid=True, remote_id=remote_id, body=body)
        raw = self._channel.send(exchange)
        try:
            asset = wire.decode_asset(self._profile, raw)
        except BadAnswerError:
            return None
        return asset if asset.remote_id == remote_id else None

    def get_version(self, remote_id: str) -> VersionSnapshot:
        raw = self._channel.send(Exchange("version", paid=False, remote_id=remote_id))
        return wire.decode_version(self._profile, raw)

    def generate(self, version_id: str, lips_model: str | None = None) -> VersionSnapshot | None:
        """The version, or None where the answer does not describe it: fetch it then.

        Raises CallAbsentError where the remote side has no such call.
        """
        body = wire.encode_lips(self._profile, lips_model)
        exchange = Exchange("generate", paid=True, remote_id=version_id, body=body)
        raw = self._send_optional(exchange)
        try:
            version = wire.decode_version(self._profile, raw)
        except BadAnswerError:
            return None
        return version if version.remote_id == version_id else None

    def revise(self, version_id: str) -> None:
        """Open the version for editing again; the remote side deletes its film."""
        self._channel.send(Exchange("revise", paid=True, remote_id=version_id, body={}))

    def create_studio_url(self, version_id: str) -> str:
        """A signed link to the editor, for one person at once; not to be stored or logged.

        Raises CallAbsentError where the remote side has no such call.
        """
        exchange = Exchange("studio_url", paid=False, remote_id=version_id, body={})
        return wire.decode_studio_url(self._profile, self._send_optional(exchange))

    def download(
        self,
        url: str,
        target: BinaryIO,
        *,
        max_bytes: int = LARGEST_FILM_BYTES,
        chunk: int = CHUNK_BYTES,
    ) -> int:
        """See download.download."""
        return download(self._http, url, target, max_bytes=max_bytes, chunk=chunk)

    def _created(self, exchange: Exchange) -> AssetSnapshot:
        raw = self._channel.send(exchange)
        try:
            return wire.decode_asset(self._profile, raw)
        except BadAnswerError as error:
            raise classify(error, paid=True) from None

    def _send_optional(self, exchange: Exchange) -> bytes:
        """Send a call that the remote side may not have, and tell that apart from a lost object.

        405 means the call. A 404 means it too when it has no reason in the API's own form, or
        when its reason is the one of an unknown path and the version proves to exist.
        """
        try:
            return self._channel.send(exchange)
        except RejectedError as error:
            if self._is_absent(error, exchange.remote_id):
                raise CallAbsentError(error.status_code, error.detail) from None
            raise

    def _is_absent(self, error: RejectedError, version_id: str) -> bool:
        if error.status_code == 405:
            return True
        if not isinstance(error, GoneError):
            return False
        return not error.detail or (
            wire.names_no_object(error.detail) and self._has_version(version_id)
        )

    def _has_version(self, version_id: str) -> bool:
        try:
            self.get_version(version_id)
        except RemoteError:
            return False
        return True
