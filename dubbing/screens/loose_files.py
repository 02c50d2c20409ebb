"""Files without a video, in words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from config.sizes import size_words
from dubbing.models import Upload
from dubbing.screens.amounts import whole_minutes_words
from dubbing.screens.batches import FILES, Tab, batch_tabs
from dubbing.services.loose_files import USABLE, loose_files
from dubbing.services.uploads import held_bytes, offset_of
from dubbing.states import UPLOAD_BADGES, Badge, UploadState

ROWS = 100
WHOLE_PERCENT = 100


@dataclass(frozen=True)
class FileRow:
    upload: Upload

    @property
    def badge(self) -> Badge:
        return UPLOAD_BADGES[UploadState(self.upload.state)]

    @property
    def is_usable(self) -> bool:
        return self.upload.state in USABLE

    @property
    def detail(self) -> str:
        """What else is to say of its state."""
        if self.upload.state == UploadState.REFUSED:
            return self.upload.error_message
        if self.upload.state == UploadState.RECEIVING:
            percent = WHOLE_PERCENT * offset_of(self.upload) // self.upload.size
            return f"{percent} % is here. Choose the same file again and it goes on from there."
        return ""

    @property
    def size(self) -> str:
        return size_words(self.upload.size)

    @property
    def length(self) -> str:
        told = self.upload.facts.get("duration")
        return whole_minutes_words(Decimal(told)) if told else ""

    @property
    def deletion(self) -> list[str]:
        """What deleting it means."""
        return [f"{self.size} are freed.", "It cannot be taken back: give the file anew then."]

    @property
    def who(self) -> str:
        return str(self.upload.created_by or self.upload.created_by_key or "")


@dataclass(frozen=True)
class FilesScreen:
    before: uuid.UUID | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> FilesScreen:
        try:
            return cls(uuid.UUID(given.get("before", "")))
        except ValueError:
            return cls()

    @cached_property
    def _found(self) -> list[Any]:
        rows = loose_files()
        if self.before is not None:
            rows = rows.filter(pk__lt=self.before)
        return list(rows[: ROWS + 1])

    @property
    def rows(self) -> list[FileRow]:
        return [FileRow(upload) for upload in self._found[:ROWS]]

    @property
    def usable(self) -> int:
        """Of this page."""
        return sum(row.is_usable for row in self.rows)

    @property
    def next_url(self) -> str:
        if len(self._found) <= ROWS:
            return ""
        return f"{reverse('dubbing:file-list')}?before={self._found[ROWS - 1].pk}"

    @property
    def tabs(self) -> list[Tab]:
        return batch_tabs(current=FILES)

    @property
    def quota(self) -> str:
        held, most = size_words(held_bytes()), size_words(settings.UPLOAD_QUOTA_BYTES)
        return (
            f"{held} of the {most} that your team may have here without a video made of it; files "
            "in drafts count too."
        )
