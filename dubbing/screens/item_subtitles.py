"""The subtitles of one video on the screen: per language its file, findings and cues."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from dubbing.models import BatchItem, Locale, SubtitleFile
from dubbing.screens.subtitle_words import badge_of, item_address, verdict_of
from dubbing.services.links import upload_link
from dubbing.services.subtitles import ADD_LANGUAGE, next_mend
from dubbing.states import Badge, Group, SubtitleVerdict, UploadState
from dubbing.subtitles.findings import ERROR
from dubbing.subtitles.mends import mend_words
from dubbing.validators import Cue, format_timecode, parse_cues

CUES_SHOWN = 1500


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

    @property
    def mended(self) -> str:
        """Every mend made, in words and in their order."""
        return ", ".join(mend_words(mend) for mend in self.file.mends) if self.file else ""

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
