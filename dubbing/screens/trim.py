"""What the part of a page shows on which somebody chooses the part to dub."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.urls import reverse

from dubbing.models import BatchItem
from dubbing.services.links import strip_link, upload_link


@dataclass(frozen=True)
class TrimScreen:
    """`member`: whose permits the links of the player are."""

    item: BatchItem
    member: str

    @property
    def duration(self) -> Decimal | None:
        """Seconds; None for a link that told nothing: the player then knows it first."""
        return self.item.duration_seconds

    @cached_property
    def src(self) -> str:
        upload = self.item.upload
        return upload_link(upload=upload, member=self.member) if upload else self.item.media_url

    @cached_property
    def strip_url(self) -> str:
        upload = self.item.upload
        return strip_link(upload=upload, member=self.member) if upload else ""

    @property
    def waveform_url(self) -> str:
        upload = self.item.upload
        if upload is None or not upload.waveform:
            return ""
        return reverse("dubbing:upload-waveform", args=[upload.pk])

    @property
    def start_field(self) -> str:
        return f"id_{self.item.pk}_start_time"

    @property
    def end_field(self) -> str:
        return f"id_{self.item.pk}_end_time"

    @property
    def fault(self) -> str:
        if self.item.upload_id:
            return "This browser does not play the file. The times can be typed all the same."
        return "The link does not open here. The times can be typed all the same."
