"""Subtitle files on the screen: those of a batch, and those of one video with their cues."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from dubbing.models import Batch, BatchItem, Locale, SubtitleFile
from dubbing.services.links import upload_link
from dubbing.services.subtitles import ADD_LANGUAGE, next_mend, video_of
from dubbing.states import SUBTITLE_BADGES, Badge, Group, SubtitleVerdict, UploadState
from dubbing.subtitles.findings import ERROR
from dubbing.subtitles.matching import nearest
from dubbing.validators import Cue, format_timecode, parse_cues

WAITING_SHOWN = 20
VIDEOS_OFFERED = 100
CUES_SHOWN = 1500
LARGE = ("original", "text")


def verdict_of(findings: Sequence[Mapping[str, Any]]) -> SubtitleVerdict:
    if any(found["level"] == ERROR for found in findings):
        return SubtitleVerdict.FAULTY
    return SubtitleVerdict.LOOK if findings else SubtitleVerdict.FINE


def badge_of(subtitle: SubtitleFile) -> Badge:
    return SUBTITLE_BADGES[verdict_of(subtitle.findings)]


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


def item_address(item: BatchItem, locale: str = "") -> str:
    base = reverse("dubbing:batch-item", args=[item.batch_id, item.pk])
    return f"{base}?srt={locale}#item-subtitles" if locale else base


@dataclass(frozen=True)
class CueLine:
    """One cue as the list shows it; `level` where something was found at it."""

    cue: Cue
    level: str

    @property
    def clock(self) -> str:
        return format_timecode(self.cue.start)


@dataclass(frozen=True)
class ShownFinding:
    level: str
    message: str
    cue: int
    mends: list[tuple[str, str]]

    @property
    def group(self) -> Group:
        return Group.BROKEN if self.level == ERROR else Group.SLOW


@dataclass(frozen=True)
class LanguageTab:
    locale: str
    name: str
    is_rtl: bool
    is_asked: bool
    is_chosen: bool
    subtitle: SubtitleFile | None
    url: str

    @property
    def badge(self) -> Badge | None:
        return badge_of(self.subtitle) if self.subtitle else None


@dataclass(frozen=True)
class ItemSubtitles:
    """The subtitles of one video. `wanted`: the language whose file is shown in full."""

    item: BatchItem
    wanted: str
    member: str

    @cached_property
    def _files(self) -> dict[str, SubtitleFile]:
        rows = SubtitleFile.objects.filter(item=self.item, removed_at=None).exclude(locale="")
        return {one.locale: one for one in rows.defer("original")}

    @cached_property
    def tabs(self) -> list[LanguageTab]:
        codes = list(dict.fromkeys([*self.item.languages, *sorted(self._files)]))
        locales = {one.code: one for one in Locale.objects.filter(code__in=codes)}
        return [self._tab(code, locales.get(code)) for code in codes]

    def _tab(self, code: str, locale: Locale | None) -> LanguageTab:
        return LanguageTab(
            locale=code,
            name=locale.name if locale else code,
            is_rtl=bool(locale and locale.right_to_left),
            is_asked=code in self.item.languages,
            is_chosen=code == self.chosen,
            subtitle=self._files.get(code),
            url=item_address(self.item, code),
        )

    @cached_property
    def chosen(self) -> str:
        """What was asked for, else the worst file, else the first language."""
        codes = [*self._files, *self.item.languages]
        if self.wanted in codes:
            return self.wanted
        order = list(reversed(SubtitleVerdict))
        worst = sorted(self._files, key=lambda code: order.index(self._verdict(code)))
        return next(iter([*worst, *self.item.languages]), "")

    def _verdict(self, code: str) -> SubtitleVerdict:
        return verdict_of(self._files[code].findings)

    @property
    def tab(self) -> LanguageTab | None:
        return next((tab for tab in self.tabs if tab.is_chosen), None)

    @property
    def file(self) -> SubtitleFile | None:
        return self._files.get(self.chosen)

    @cached_property
    def findings(self) -> list[ShownFinding]:
        found = self.file.findings if self.file else []
        return [
            ShownFinding(one["level"], one["message"], one["cue"], self._once(one, found))
            for one in found
        ]

    def _once(self, one: Mapping[str, Any], found: list[Any]) -> list[tuple[str, str]]:
        """A mend's button stands at the first finding that it settles."""
        before = [mend for other in found[: found.index(one)] for mend in other["mends"]]
        return [(code, label) for code, label in one["mends"] if [code, label] not in before]

    @property
    def can_mend_all(self) -> bool:
        """Where one press would do what otherwise takes several."""
        offered = [code for one in self.findings for code, _ in one.mends if code != ADD_LANGUAGE]
        return len(offered) > 1 and self.file is not None and bool(next_mend(self.file.findings))

    @cached_property
    def cues(self) -> list[CueLine]:
        if self.file is None or not self.file.text:
            return []
        levels = {one.cue: one.level for one in reversed(self.findings) if one.cue}
        return [
            CueLine(cue, levels.get(cue.number, ""))
            for cue in list(parse_cues(self.file.text))[:CUES_SHOWN]
        ]

    @property
    def is_cut_off(self) -> bool:
        return len(self.cues) == CUES_SHOWN

    @cached_property
    def video_url(self) -> str:
        upload = self.item.upload
        if upload is not None and upload.state == UploadState.READY:
            return upload_link(upload=upload, member=self.member)
        return str(self.item.media_url)

    @property
    def is_open(self) -> bool:
        return self.item.asset_id is None and self.item.send_asked_at is None

    @property
    def batch_url(self) -> str:
        return reverse("dubbing:batch-subtitles", args=[self.item.batch_id])

    @property
    def url(self) -> str:
        address = reverse("dubbing:item-subtitles", args=[self.item.batch_id, self.item.pk])
        return f"{address}?srt={self.chosen}"

    @property
    def revision(self) -> str:
        told = [(code, one.updated_at) for code, one in self._files.items()]
        parts = (told, self.item.languages, self.chosen, self.is_open)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
