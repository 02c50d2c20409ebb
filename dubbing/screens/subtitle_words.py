"""What is said of a subtitle file wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from dubbing.models import BatchItem, SubtitleFile
from dubbing.states import SUBTITLE_BADGES, Badge, SubtitleVerdict
from dubbing.subtitles.findings import ERROR


def verdict_of(findings: Sequence[Mapping[str, Any]]) -> SubtitleVerdict:
    if any(found["level"] == ERROR for found in findings):
        return SubtitleVerdict.FAULTY
    return SubtitleVerdict.LOOK if findings else SubtitleVerdict.FINE


def badge_of(subtitle: SubtitleFile) -> Badge:
    return SUBTITLE_BADGES[verdict_of(subtitle.findings)]


def item_address(item: BatchItem, locale: str = "") -> str:
    base = reverse("dubbing:batch-item", args=[item.batch_id, item.pk])
    return f"{base}?srt={locale}#item-subtitles" if locale else base
