"""The same video twice: by address, by content, by title. A video sent twice is paid twice."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dubbing.models import Asset, BatchItem, Upload
from dubbing.services.preflight.findings import WARNING, Finding
from dubbing.states import SETTLED_ASSETS, BatchState, UploadState

MOST_CANDIDATES = 500
# What storage services add to prove a link: two links to one file differ only there.
PROOFS = frozenset(
    {"signature", "expires", "key-pair-id", "policy", "awsaccesskeyid", "googleaccessid", "sig",
     "se", "st", "sp", "sv", "sr", "skoid", "sktid", "skt", "ske", "sks", "skv", "token", "hash"}
)  # fmt: skip
PROOF_FAMILIES = ("x-amz-", "x-goog-")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class Twin:
    """Another one of the same: a row of a draft, or a video that was sent."""

    other: BatchItem | Asset
    what: str  # address, content or title

    def finding(self, item: BatchItem) -> Finding:
        name = {"address": "media_url", "content": "upload", "title": "title"}[self.what]
        same = {
            "address": "The same link",
            "content": "The same file, byte by byte,",
            "title": "The same title",
        }[self.what]
        return Finding(
            WARNING, f"duplicate_{self.what}", name, f"{same} {self._where(item)}", self._named()
        )

    def _where(self, item: BatchItem) -> str:
        if isinstance(self.other, Asset):
            return f"was sent on {self.other.created_at:%-d %B %Y} as “{self.other.title}”."
        if self.other.batch_id == item.batch_id:
            named = f"row {self.other.position} of this batch too, “{str(self.other)[:60]}”"
            return f"is in {named}. Take one of them out."
        return f"is in row {self.other.position} of another draft, “{self.other.batch}”."

    def _named(self) -> dict[str, str]:
        told = {"id": str(self.other.pk), "label": str(self.other)}
        if isinstance(self.other, Asset):
            return told | {"kind": "asset"}
        return told | {"kind": "row", "batch": str(self.other.batch_id)}


def plain_address(address: str) -> str:
    """The address without what changes from link to link to the same file."""
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return address
    kept = [
        (name, value)
        for name, value in query
        if name.lower() not in PROOFS and not name.lower().startswith(PROOF_FAMILIES)
    ]
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().removesuffix(DEFAULT_PORTS.get(scheme, "\0"))
    return urlunsplit((scheme, host, parts.path, urlencode(sorted(kept)), ""))


class Twins:
    """Of some rows at once, in at most seven queries."""

    def __init__(self, items: Sequence[BatchItem]) -> None:
        self._by: dict[tuple[str, str], list[BatchItem | Asset]] = defaultdict(list)
        self._note_addresses(items)
        self._note_contents(items)
        self._note_titles(items)

    def of(self, item: BatchItem) -> list[Twin]:
        """Each other one at most once, by the strongest sign."""
        found: dict[uuid.UUID, Twin] = {}
        for what, mark in _marks(item):
            for other in self._by.get((what, mark), ()):
                if other.pk != item.pk and other.pk != item.asset_id:
                    found.setdefault(other.pk, Twin(other, what))
        return list(found.values())

    def _note_addresses(self, items: Sequence[BatchItem]) -> None:
        addresses = [item.media_url for item in items]
        if any(addresses):
            for other in _first(
                _drafts().from_addresses(addresses), _sent().from_addresses(addresses)
            ):
                self._by["address", plain_address(other.media_url)].append(other)

    def _note_contents(self, items: Sequence[BatchItem]) -> None:
        sums = {item.upload.sha256 for item in items if item.upload and item.upload.sha256}
        if not sums:
            return
        uploads = Upload.objects.filter(sha256__in=sums, state=UploadState.READY)
        named = dict(uploads.exclude(file="").values_list("file", "sha256"))
        for row in _drafts().filter(upload__sha256__in=sums).select_related("upload"):
            self._by["content", row.upload.sha256].append(row)
        for asset in _sent().filter(media_file__in=named)[:MOST_CANDIDATES]:
            self._by["content", named[asset.media_file.name]].append(asset)

    def _note_titles(self, items: Sequence[BatchItem]) -> None:
        titles = [item.title.strip() for item in items if item.title.strip()]
        if titles:
            for other in _first(_drafts().titled(titles), _sent().titled(titles)):
                self._by["title", other.title.strip().lower()].append(other)


def _marks(item: BatchItem) -> Iterator[tuple[str, str]]:
    if item.media_url:
        yield "address", plain_address(item.media_url)
    if item.upload and item.upload.sha256:
        yield "content", item.upload.sha256
    if item.title.strip():
        yield "title", item.title.strip().lower()


def _drafts() -> Any:
    rows = BatchItem.objects.unsent().exclude(batch__state=BatchState.DISCARDED)
    return rows.select_related("batch").order_by("batch", "position")


def _sent() -> Any:
    """What failed or never left is sent again for good reason, and a pilot to be sent whole."""
    return Asset.objects.filter(is_pilot=False).exclude(status__in=SETTLED_ASSETS).order_by("-id")


def _first(drafts: Any, sent: Any) -> Iterator[BatchItem | Asset]:
    yield from drafts[:MOST_CANDIDATES]
    yield from sent[:MOST_CANDIDATES]
