"""What the checks say of stored files, against the row they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from dubbing.models import BatchItem, SubtitleFile
from dubbing.subtitles.checks import Context, judge, words_digest
from dubbing.subtitles.clocks import Span
from dubbing.subtitles.findings import WARNING, Finding, Mend
from dubbing.subtitles.mends import mended
from dubbing.subtitles.reading import Given, ReadFile, read_files
from dubbing.validators import locale_name, parse_cues, parse_timecode

ADD_LANGUAGE = "add_language"
JUDGED = ("findings", "updated_at")
CHECKED_AT_ONCE = 200


def read_again(subtitles: Sequence[SubtitleFile]) -> list[ReadFile]:
    """From the text where there is one, else from the original. May start a process."""
    unread = [subtitle for subtitle in subtitles if not subtitle.text]
    given = [Given.of(one.name, bytes(one.original), one.mends) for one in unread]
    fresh = dict(zip([one.pk for one in unread], read_files(given), strict=True))
    return [
        mended(fresh[one.pk], one.mends) if one.pk in fresh else of_text(one) for one in subtitles
    ]


def of_text(subtitle: SubtitleFile) -> ReadFile:
    cues = tuple(parse_cues(subtitle.text))
    return ReadFile(subtitle.format, subtitle.text, cues, tuple(subtitle.notes))


def span_of(item: BatchItem | None) -> Span:
    """What the row says of its length and trim, as far as it can be read."""
    if item is None:
        return Span()
    length = item.duration_seconds
    if length is None and item.upload is not None and item.upload.facts:
        length = Decimal(item.upload.facts["duration"])
    return Span(_moment(item.start_time), _moment(item.end_time), length)


def _moment(typed: str) -> Decimal | None:
    try:
        return parse_timecode(typed) if typed else None
    except ValidationError:
        return None  # a fault of its own, beside its field


def judge_subtitle(
    subtitle: SubtitleFile, read: ReadFile, *, siblings: Iterable[SubtitleFile] = ()
) -> None:
    """Writes text, notes and findings onto the row in memory; saves nothing.

    `siblings`: the other files of the same video, to find the same words in two languages.
    """
    subtitle.format, subtitle.text = read.format, read.text
    subtitle.notes = list(read.notes)
    context = Context(subtitle.locale, span_of(subtitle.item), _twins(subtitle, siblings))
    findings = judge(read, context, b"" if read.text else bytes(subtitle.original))
    findings = [*_of_place(subtitle), *findings]
    subtitle.findings = [finding.as_json() for finding in findings]


def _twins(subtitle: SubtitleFile, siblings: Iterable[SubtitleFile]) -> Mapping[str, str]:
    others = [one for one in siblings if one.pk != subtitle.pk and one.text]
    return {
        words_digest([cue for cue in parse_cues(one.text) if cue.text]): _called(one)
        for one in others
    }


def _called(subtitle: SubtitleFile) -> str:
    return f"“{subtitle.name[-60:]}” ({locale_name(subtitle.locale)})"


def _of_place(subtitle: SubtitleFile) -> list[Finding]:
    item, locale = subtitle.item, subtitle.locale
    if item is None or not locale or locale in item.languages:
        return []
    name = locale_name(locale)
    message = f"{name} is not among the languages of this video: the file is not used."
    return [Finding(WARNING, "srt_not_asked", message, mends=(Mend(ADD_LANGUAGE, f"Add {name}"),))]


def recheck_subtitles(items: Sequence[BatchItem]) -> None:
    """After a row's trim, length or languages changed: its files are judged anew.

    Call it before the row itself is judged. Files that say the same as before are not written.
    """
    placed = SubtitleFile.objects.filter(item__in=[item.pk for item in items], removed_at=None)
    by_item: dict[Any, list[SubtitleFile]] = {}
    for subtitle in placed:
        by_item.setdefault(subtitle.item_id, []).append(subtitle)
    for item in items:
        _recheck(item, by_item.get(item.pk, []))


def _recheck(item: BatchItem, subtitles: list[SubtitleFile]) -> None:
    changed = []
    for subtitle, read in zip(subtitles, read_again(subtitles), strict=True):
        before = subtitle.findings
        subtitle.item = item
        judge_subtitle(subtitle, read, siblings=subtitles)
        if subtitle.findings != before:
            subtitle.updated_at = timezone.now()
            changed.append(subtitle)
    if changed:
        SubtitleFile.objects.bulk_update(changed, JUDGED, batch_size=CHECKED_AT_ONCE)
