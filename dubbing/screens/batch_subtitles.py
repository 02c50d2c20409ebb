"""The subtitle files of a batch on the screen: those in place, and those that want one."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from dubbing.models import Batch, BatchItem, Locale, SubtitleFile
from dubbing.screens.subtitle_words import badge_of, item_address, verdict_of
from dubbing.services.subtitles import video_of
from dubbing.states import SUBTITLE_BADGES, Badge, SubtitleVerdict
from dubbing.subtitles.matching import nearest

WAITING_SHOWN = 20
VIDEOS_OFFERED = 100
LARGE = ("original", "text")


@dataclass(frozen=True)
class PlacedFile:
    """A file that has its video and language."""

    subtitle: SubtitleFile
    video: str
    url: str
    language: str

    @property
    def badge(self) -> Badge:
        return badge_of(self.subtitle)


@dataclass(frozen=True)
class VideoChoice:
    pk: object
    words: str
    is_guess: bool


@dataclass(frozen=True)
class WaitingFile:
    """A file whose place a person must choose."""

    subtitle: SubtitleFile
    videos: list[VideoChoice]
    are_all: bool
    locale: str


@dataclass(frozen=True)
class BatchSubtitles:
    """The panel on a batch's page."""

    batch: Batch

    @cached_property
    def _files(self) -> list[SubtitleFile]:
        rows = SubtitleFile.objects.filter(batch=self.batch).defer(*LARGE)
        return list(rows.select_related("item"))

    @cached_property
    def _kept(self) -> list[SubtitleFile]:
        gone = [one for one in self._files if one.item is not None and one.item.removed_at]
        return [one for one in self._files if one.removed_at is None and one not in gone]

    @cached_property
    def names(self) -> dict[str, str]:
        """Of what can be dubbed into, by code."""
        rows = Locale.objects.filter(can_target=True).order_by("name")
        return dict(rows.values_list("code", "name"))

    @property
    def total(self) -> int:
        return len(self._kept)

    @cached_property
    def placed(self) -> list[PlacedFile]:
        files = [one for one in self._kept if one.item_id and one.locale]
        ordered = sorted(files, key=lambda one: (one.item.position, one.locale))  # type: ignore[union-attr]
        return [self._placed(one, one.item) for one in ordered if one.item is not None]

    def _placed(self, subtitle: SubtitleFile, item: BatchItem) -> PlacedFile:
        language = self.names.get(subtitle.locale, subtitle.locale)
        return PlacedFile(subtitle, str(item), item_address(item, subtitle.locale), language)

    @property
    def sentence(self) -> str:
        count, total = len(self.placed), self.total
        if count == total:
            return "It found its place." if total == 1 else f"All {total:,} found their place."
        return f"{count:,} of {total:,} found their place."

    @cached_property
    def tallies(self) -> list[tuple[Badge, int]]:
        """How many of those in place are how good, the worst first."""
        found = Counter(verdict_of(one.subtitle.findings) for one in self.placed)
        return [
            (SUBTITLE_BADGES[word], found[word])
            for word in reversed(SubtitleVerdict)
            if found[word]
        ]

    @cached_property
    def _unplaced(self) -> list[SubtitleFile]:
        return [one for one in self._kept if not (one.item_id and one.locale)]

    @cached_property
    def waiting(self) -> list[WaitingFile]:
        return [self._waiting(one) for one in self._unplaced[:WAITING_SHOWN]]

    @property
    def more_waiting(self) -> int:
        return max(0, len(self._unplaced) - WAITING_SHOWN)

    @property
    def has_new_videos(self) -> bool:
        """Videos came after these files were last looked at: they may be theirs."""
        looked_at = min((one.updated_at for one in self._unplaced), default=None)
        return looked_at is not None and any(item.created_at > looked_at for item in self._items)

    @cached_property
    def _items(self) -> list[BatchItem]:
        rows = BatchItem.objects.editable().filter(batch=self.batch)
        return list(rows.select_related("upload"))

    def _waiting(self, subtitle: SubtitleFile) -> WaitingFile:
        items = self._items
        if len(items) > VIDEOS_OFFERED:
            by_key = {str(item.pk): item for item in items}
            keys = nearest(subtitle.name, self._videos, limit=VIDEOS_OFFERED)
            items = [by_key[key] for key in keys]
        choices = [VideoChoice(item.pk, str(item), item.pk == subtitle.guess) for item in items]
        return WaitingFile(subtitle, choices, len(items) == len(self._items), subtitle.locale)

    @cached_property
    def _videos(self) -> list[Any]:
        return [video_of(item) for item in self._items]

    @cached_property
    def taken_out(self) -> list[SubtitleFile]:
        """The latest first. Those that a newer file of their name replaced are not offered."""
        names = {one.name for one in self._kept}
        gone = [one for one in self._files if one.removed_at and one.name not in names]
        return sorted(gone, key=lambda one: one.removed_at, reverse=True)[:WAITING_SHOWN]  # type: ignore[arg-type, return-value]

    @property
    def url(self) -> str:
        return reverse("dubbing:batch-subtitles", args=[self.batch.pk])

    @property
    def revision(self) -> str:
        told = [(one.pk, one.updated_at, one.removed_at) for one in self._files]
        items = [(item.pk, str(item)) for item in self._items] if self._unplaced else []
        return hashlib.sha256(repr((told, items)).encode()).hexdigest()[:16]
