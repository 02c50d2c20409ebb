"""Mends at a press. The original stays as it was given, so that each can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from accounts.scoping import team_atomic
from dubbing.models import BatchItem, SubtitleFile
from dubbing.services.actors import Actor
from dubbing.services.batches.edits import edit_items
from dubbing.services.batches.locks import lock_open_batch
from dubbing.services.subtitle_checks import (
    ADD_LANGUAGE,
    judge_subtitle,
    read_again,
)
from dubbing.services.subtitles.rows import (
    JUDGED,
    follow,
    lock_subtitle,
    require_unsent,
    siblings_of,
)
from dubbing.subtitles.findings import ERROR
from dubbing.subtitles.mends import READING_MENDS, mended
from dubbing.subtitles.reading import Given, ReadFile, read_files

OF_THE_CLOCK = frozenset({"srt_shifted", "srt_frame_rate_drift"})
HARMLESS = frozenset({"srt_garbled", "srt_markup", "srt_cue_empty"})
MOST_MENDS = 40
ROUNDS = 12


def mend_subtitle(*, subtitle: SubtitleFile, actor: Actor, mend: str) -> SubtitleFile:
    """Makes a mend that its findings offer. Raises ValidationError (`mend_not_offered`)."""
    if mend not in offered(subtitle):
        message = "This mend is no longer offered: the file was changed meanwhile. Look again."
        raise ValidationError(message, code="mend_not_offered")
    if mend == ADD_LANGUAGE:
        return _add_language(subtitle, actor)
    mends = [*subtitle.mends, mend]
    if len(mends) > MOST_MENDS:
        raise ValidationError("Take mends back before you make more.", code="too_many_mends")
    return _keep(subtitle, _after(subtitle, read_again([subtitle])[0], mends), mends)


def offered(subtitle: SubtitleFile) -> list[str]:
    return [code for finding in subtitle.findings for code, _ in finding["mends"]]


def undo_mend(*, subtitle: SubtitleFile, actor: Actor) -> SubtitleFile:
    """Takes the last mend back: the others are made anew on the original."""
    mends = subtitle.mends[:-1]
    return _keep(subtitle, _from_original(subtitle, mends), mends)


def _after(subtitle: SubtitleFile, read: ReadFile, mends: Sequence[str]) -> ReadFile:
    """`read` with the last of the mends; one that concerns the reading begins anew."""
    if mends[-1].partition(":")[0] in READING_MENDS:
        return _from_original(subtitle, mends)
    return mended(read, mends[-1:])


def _from_original(subtitle: SubtitleFile, mends: Sequence[str]) -> ReadFile:
    read = read_files([Given.of(subtitle.name, bytes(subtitle.original), mends)])[0]
    return mended(read, mends)


def _keep(subtitle: SubtitleFile, read: ReadFile, mends: Sequence[str]) -> SubtitleFile:
    with team_atomic():
        batch = lock_open_batch(subtitle.batch_id)
        locked = lock_subtitle(subtitle)
        require_unsent(locked)
        locked.mends = list(mends)
        judge_subtitle(locked, read, siblings=siblings_of(locked.item))
        locked.save(update_fields=["mends", "updated_at", *JUDGED])
        follow(batch, [locked.item])
    return locked


def _add_language(subtitle: SubtitleFile, actor: Actor) -> SubtitleFile:
    item: BatchItem | None = subtitle.item
    if item is not None:
        changes = {"add_languages": [subtitle.locale]}
        edit_items(batch=subtitle.batch, actor=actor, items=[item], changes=changes)
    subtitle.refresh_from_db()
    return subtitle


def mend_all(*, subtitle: SubtitleFile, actor: Actor) -> SubtitleFile:
    """Whatever needs no choice, one after another, as a person would press the buttons.

    Nothing happens where nothing is offered.
    """
    read, mends = read_again([subtitle])[0], list(subtitle.mends)
    siblings = siblings_of(subtitle.item)
    for _ in range(ROUNDS):
        mend = next_mend(subtitle.findings)
        if mend is None or len(mends) >= MOST_MENDS:
            break
        mends.append(mend)
        read = _after(subtitle, read, mends)
        judge_subtitle(subtitle, read, siblings=siblings)
    made = len(mends) - len(subtitle.mends)
    return _keep(subtitle, read, mends) if made else subtitle


def next_mend(findings: Sequence[Mapping[str, Any]]) -> str | None:
    """The clock of the whole file first: single cues outside of the video may be due to it."""
    ranked = [(rank, found["mends"][0][0]) for found in findings if (rank := _rank(found))]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _rank(found: Mapping[str, Any]) -> int:
    """From 1, what is mended first; 0 where a person must choose or judge."""
    if len(found["mends"]) != 1 or found["mends"][0][0] == ADD_LANGUAGE:
        return 0
    if found["code"] in OF_THE_CLOCK:
        return 1
    if found["level"] == ERROR:
        return 2
    return 3 if found["code"] in HARMLESS else 0
