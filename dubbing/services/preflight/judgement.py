"""What rows look like in the light of everything known; writes no row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from dubbing.models import BatchItem, LinkCheck, SubtitleFile
from dubbing.services.batches.judging import Faults, Judge
from dubbing.services.linkchecks import Target
from dubbing.services.preflight.findings import (
    ERROR,
    HINT,
    WARNING,
    Finding,
    length_findings,
    link_findings,
    no_sound,
    sorted_findings,
    sound_findings,
    verdict_of,
)
from dubbing.services.preflight.twins import Twins
from dubbing.services.subtitle_checks import recheck_subtitles
from dubbing.states import UploadState, Verdict
from dubbing.validators import locale_name, parse_timecode, validate_media_url, validate_trim

MOST_TWINS = 3


@dataclass(frozen=True)
class Judgement:
    item: BatchItem
    faults: Faults
    findings: list[Finding]
    facts: dict[str, Any]
    duration: Decimal | None
    verdict: Verdict

    @property
    def twin_rows(self) -> set[str]:
        others = [finding.other for finding in self.findings]
        return {other["id"] for other in others if other.get("kind") == "row"}


def targets_of(item: BatchItem) -> list[Target]:
    """What of it can be looked at; where an address cannot, the rules say why."""
    named = (Target(item.media_url), Target(item.background_audio_url, "sound"))
    return [target for target in named if _is_address(target.address)]


def _is_address(text: str) -> bool:
    try:
        # Loopback is judged where the socket is opened, by the connection of now.
        validate_media_url(text, loopback_allowed=True)
    except ValidationError:
        return False
    return True


def judge_rows(items: Sequence[BatchItem], looks: Mapping[Target, LinkCheck]) -> list[Judgement]:
    """In the order given. The files of rows whose length became known are judged anew."""
    found = {item.pk: _facts(item, looks.get(Target(item.media_url))) for item in items}
    learnt = []
    for item in items:
        duration = found[item.pk][1]
        if duration != item.duration_seconds:
            item.duration_seconds = duration
            learnt.append(item)
    recheck_subtitles(learnt)
    judge, twins = Judge.of(items), Twins(items)
    return [_judgement(item, looks, *found[item.pk], judge, twins) for item in items]


def _facts(item: BatchItem, look: LinkCheck | None) -> tuple[dict[str, Any], Decimal | None]:
    """What is known of the video, and its seconds."""
    if look is not None:
        seconds = look.facts.get("seconds")
        tries = item.facts.get("link_tries", 0) + 1 if look.is_passing else 0
        facts = look.facts | ({"link_tries": tries} if tries else {})
        return facts, Decimal(seconds) if seconds else None
    upload = item.upload
    if upload is not None and upload.state == UploadState.READY:
        return upload.facts | {"size": upload.size}, Decimal(upload.facts["duration"])
    return {}, None


def _judgement(
    item: BatchItem,
    looks: Mapping[Target, LinkCheck],
    facts: dict[str, Any],
    duration: Decimal | None,
    judge: Judge,
    twins: Twins,
) -> Judgement:
    faults = judge.faults(item)
    findings = [
        *_of_source(item, looks.get(Target(item.media_url))),
        *_of_background(looks.get(Target(item.background_audio_url, "sound"))),
        *_of_length(item, duration, faults),
        *(twin.finding(item) for twin in twins.of(item)[:MOST_TWINS]),
        *_of_subtitles(judge.subtitles.get(item.pk, ()), faults),
        *_of_settings(item),
        *(Finding(WARNING, lack.code, lack.field, lack.message) for lack in judge.lacks(item)),
    ]
    verdict = verdict_of(findings, has_faults=bool(faults), is_waiting=_is_waiting(item))
    return Judgement(item, faults, sorted_findings(findings), facts, duration, verdict)


def _is_waiting(item: BatchItem) -> bool:
    upload = item.upload
    return upload is not None and upload.state == UploadState.READY and not upload.measured_at


def _of_source(item: BatchItem, look: LinkCheck | None) -> Iterator[Finding]:
    if look is not None:
        yield from link_findings(look)
    upload = item.upload
    if upload is None or upload.state != UploadState.READY:
        return
    if not upload.facts.get("audio_tracks"):
        yield no_sound("upload")
    elif "sound" in upload.facts:
        yield from sound_findings(upload.facts["sound"], "upload")


def _of_background(look: LinkCheck | None) -> Iterator[Finding]:
    if look is not None and look.error_code:
        level = WARNING if look.is_passing else ERROR
        message = f"The background track: {look.error_message}"
        yield Finding(level, look.error_code, "background_audio_url", message)


def _of_length(item: BatchItem, duration: Decimal | None, faults: Faults) -> Iterator[Finding]:
    if {"start_time", "end_time"} & set(faults):
        return
    start, end = _moment(item.start_time), _moment(item.end_time)
    try:
        validate_trim(start=start, end=end, duration=duration)
    except ValidationError as error:
        name = "end_time" if end is not None else "start_time"
        yield Finding(ERROR, error.code or "trim_outside", name, " ".join(error.messages))
        return
    yield from length_findings(duration, start, end, "upload" if item.upload else "media_url")


def _moment(typed: str) -> Decimal | None:
    try:
        return parse_timecode(typed) if typed else None
    except ValidationError:
        return None


def _of_subtitles(subtitles: Sequence[SubtitleFile], faults: Faults) -> Iterator[Finding]:
    """What its own checks say of each file, in one sentence; faults say the worst themselves."""
    for subtitle in subtitles:
        name = f"languages.{subtitle.locale}.srt"
        if name in faults or not subtitle.findings:
            continue
        is_error = any(finding["level"] == ERROR for finding in subtitle.findings)
        count = len(subtitle.findings)
        things = "1 thing" if count == 1 else f"{count} things"
        yield Finding(
            ERROR if is_error else WARNING,
            "subtitles",
            name,
            f"Subtitles in {locale_name(subtitle.locale)}: {things} to look at in "
            f"“{subtitle.name}”. {subtitle.findings[0]['message']}",
        )


def _of_settings(item: BatchItem) -> Iterator[Finding]:
    if item.speakers_count is None and item.languages:
        yield Finding(
            HINT,
            "speakers_unset",
            "speakers_count",
            "How many people speak is not said: Panjaya counts them by itself.",
        )
