"""Pilot first: a minute of a row in a few languages, later promoted to the full run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.scoping import team_atomic
from dubbing.models import Asset, BatchItem, Dubbing
from dubbing.services.actors import Actor
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.assets import columns_of, dubbings_of
from dubbing.services.batches import touch_batch
from dubbing.services.batches.judging import Judge
from dubbing.services.connections import current_connection
from dubbing.services.details import project_named
from dubbing.services.history import record_change
from dubbing.services.orders import AssetOrder, LanguageOrder
from dubbing.services.outbox import enqueue_languages
from dubbing.services.replacements import SETTINGS
from dubbing.services.uploads import mark_uploads_used
from dubbing.services.work_plans import NAMES, WorkPlan, WorkRules
from dubbing.states import SETTLED_ASSETS, Kind
from dubbing.subtitles.mends import cut_cues
from dubbing.validators import MAX_TITLE_CHARACTERS, parse_timecode, read_srt, write_srt

PILOT_SECONDS = Decimal(60)
MARK = " · pilot"
# Stored beside the settings: the pilot's own are those of the minute.
FILES = ("media_file", "background_audio_file", "poster")
# A pilot is for a few; each is written by itself while somebody waits for the answer.
MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Tried:
    """What became of one of several rows: its pilot, or why there is none."""

    item: BatchItem
    pilot: Asset | None = None
    refusal: str = ""


def make_pilots(
    *, items: Iterable[BatchItem], actor: Actor, all_languages: bool = False
) -> list[Tried]:
    """One pilot for each row, each by itself: a refusal stops none of the others.

    In the row's first language, or in all of them. Raises ValidationError: `too_many_pilots`.
    """
    rows = list(items)
    if len(rows) > MOST_AT_ONCE:
        message = f"Choose at most {MOST_AT_ONCE} videos at once: a pilot is for a few."
        raise ValidationError(message, code="too_many_pilots")
    return [_try(item, actor, item.languages if all_languages else ()) for item in rows]


def _try(item: BatchItem, actor: Actor, languages: Sequence[str]) -> Tried:
    try:
        return Tried(item, make_pilot(item=item, actor=actor, languages=languages))
    except ValidationError as error:
        return Tried(item, refusal=" ".join(error.messages))


def make_pilot(
    *,
    item: BatchItem,
    actor: Actor,
    languages: Sequence[str] = (),
    start: Decimal | None = None,
) -> Asset:
    """Sends sixty seconds of the row, from `start` on (seconds on the source's clock).

    Without languages the row's first; without a start, where somebody first speaks, if that is
    known. The row stays as it is. Raises ValidationError under the row's field names, or
    `item_closed`, `pilot_running`, `pilot_needless`, `not_its_language`.
    """
    connection = current_connection()
    with team_atomic():
        locked: BatchItem = BatchItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        _check_open(locked)
        full = Judge.of([locked]).order(locked)
        order = _minute_of(full, locked, languages, start)
        mark_uploads_used(upload=order.upload, background_upload=order.background_upload)
        asset = Asset(
            team_id=locked.team_id,
            connection=connection,
            created_by=actor.user,
            created_by_key=actor.key,
            is_pilot=True,
            pilot_plan=_plan(full, locked),
            **columns_of(order),
        )
        asset.project = project_named(locked.team, order.project)
        asset.duration_seconds = asset.duration_seconds or locked.duration_seconds
        # Its minute is judged by the same people, but only the full run is due.
        work = dataclasses.replace(order.work, due_on=None)
        _send(asset, dubbings_of(asset, order.languages, work), actor, note="Pilot given")
        locked.pilot = asset
        locked.revision = F("revision") + 1
        locked.save(update_fields=["pilot", "revision", "updated_at"])
        touch_batch(locked.batch)
    return asset


def promote_pilot(*, pilot: Asset, actor: Actor) -> Asset:
    """Sends the full run with all settings of the row that the pilot was made of; exactly once.

    A repeat finds the first one's video. Raises ValidationError: `not_a_pilot`.
    """
    with team_atomic():
        locked = lock_asset(pilot.pk)
        if reason := why_not_promote(locked):
            raise ValidationError(reason, code="not_a_pilot")
        item: BatchItem | None = (
            BatchItem.objects.select_for_update(of=("self",)).filter(pilot=locked).first()
        )
        if found := _full_run_of(locked, item):
            return found
        asset = _full_asset(locked, actor)
        # The row's own sending would use the same mark: one of the two makes the video.
        asset.submission = item.pk if item else None
        plan = [LanguageOrder(**language) for language in locked.pilot_plan["languages"]]
        # Pilots of earlier releases kept nothing of it.
        typed = WorkPlan.typed(locked.pilot_plan.get("work", {}), people_may_lack=True)
        work = WorkRules().order(typed)
        _send(asset, dubbings_of(asset, plan, work), actor, note="Promoted from a pilot")
        for lack in work.lacks:
            record_change(asset=asset, note=lack.message, actor=actor)
        record_change(asset=locked, note="Promoted to the full run", actor=actor)
        touch_asset(locked)
        if item is not None:
            _close_row(item, asset)
    return asset


def why_not_promote(asset: Asset) -> str:
    """Empty where it is a pilot whose full run can be sent, or was."""
    if not asset.is_pilot:
        return "Only a pilot is promoted to a full run."
    if asset.status in SETTLED_ASSETS:
        return "The pilot came to nothing: mend its row in the batch and try it again."
    if asset.original_removed_at:
        return "Its original is no longer kept: give the video anew."
    return ""


def why_no_pilot(item: BatchItem) -> str:
    """Empty where make_pilot would most likely take the row as it is."""
    if item.faults:
        return "Mend first what is marked."
    try:
        _check_open(item)
        start, end = (
            parse_timecode(text) if text else None for text in (item.start_time, item.end_time)
        )
        _bounds(item, start, end)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def speech_start(item: BatchItem) -> Decimal:
    """A breath before somebody first speaks, as pre-flight heard it; 0 where it heard nothing."""
    sound = (item.facts or {}).get("sound") or {}
    return max(Decimal(0), Decimal(str(sound.get("first_speech") or 0)) - 1)


def _check_open(item: BatchItem) -> None:
    if item.asset_id or item.removed_at or item.send_asked_at:
        message = "The video was sent, or taken out of its batch."
        raise ValidationError(message, code="item_closed")
    if item.pilot is not None and item.pilot.status not in SETTLED_ASSETS:
        raise ValidationError("It has a pilot already: look at that one.", code="pilot_running")


def _minute_of(
    full: AssetOrder, item: BatchItem, languages: Sequence[str], start: Decimal | None
) -> AssetOrder:
    begin, end = _stretch(full, item, start)
    chosen = set(languages or [full.languages[0].locale])
    offered = {language.locale for language in full.languages}
    if strange := sorted(chosen - offered):
        message = f"The video is not dubbed into {', '.join(strange)}."
        raise ValidationError({"languages": ValidationError(message, code="not_its_language")})
    kept = [language for language in full.languages if language.locale in chosen]
    return dataclasses.replace(
        full,
        title=full.title[: MAX_TITLE_CHARACTERS - len(MARK)] + MARK,
        reference="",
        start_time=begin,
        end_time=end,
        languages=tuple(_cut(language, begin, end) for language in kept),
    )


def _stretch(
    full: AssetOrder, item: BatchItem, start: Decimal | None
) -> tuple[Decimal, Decimal | None]:
    """Within the row's own trim; a start too near its end moves forward."""
    first, last = _bounds(item, full.start_time, full.end_time)
    begin = max(first, start if start is not None else speech_start(item))
    if last is not None:
        begin = min(begin, last - PILOT_SECONDS)
    return begin, begin + PILOT_SECONDS


def _bounds(
    item: BatchItem, start: Decimal | None, end: Decimal | None
) -> tuple[Decimal, Decimal | None]:
    """Where the part to dub begins and ends, in seconds; its end may be unknown."""
    first = start or Decimal(0)
    ends = [moment for moment in (end, item.duration_seconds) if moment is not None]
    last = min(ends, default=None)
    if last is not None and last - first <= PILOT_SECONDS:
        message = "It is a minute long or less: send it as it is."
        raise ValidationError(message, code="pilot_needless")
    return first, last


def _cut(language: LanguageOrder, begin: Decimal, end: Decimal | None) -> LanguageOrder:
    """Without an SRT where no cue lies in the stretch: the engine then translates by itself."""
    if not language.srt:
        return language
    cues = cut_cues(read_srt(language.srt).cues, begin=begin, until=end)
    return dataclasses.replace(language, srt=write_srt(cues) if cues else "", notes=())


def _plan(full: AssetOrder, item: BatchItem) -> dict[str, Any]:
    return {
        "work": {name: getattr(item, name) for name in NAMES},
        "title": full.title,
        "reference": full.reference,
        "start_time": None if full.start_time is None else str(full.start_time),
        "end_time": None if full.end_time is None else str(full.end_time),
        "languages": [
            {"locale": one.locale, "srt": one.srt, "srt_name": one.srt_name}
            for one in full.languages
        ],
    }


def _full_run_of(pilot: Asset, item: BatchItem | None) -> Asset | None:
    """Promoted before, or sent with its batch meanwhile."""
    made: Asset | None = Asset.objects.filter(promoted_from=pilot).first()
    return made or (item.asset if item else None)


def _full_asset(pilot: Asset, actor: Actor) -> Asset:
    """Both name the same stored files: whoever removes one looks whether the other needs it."""
    plan = pilot.pilot_plan
    times = {
        name: None if plan[name] is None else Decimal(plan[name])
        for name in ("start_time", "end_time")
    }
    settings = {name: getattr(pilot, name) for name in SETTINGS}
    files = {name: getattr(pilot, name).name for name in FILES}
    own = {"title": plan["title"], "reference": plan["reference"], **times}
    return Asset(
        team_id=pilot.team_id,
        connection=current_connection(),
        promoted_from=pilot,
        created_by=actor.user,
        created_by_key=actor.key,
        **(settings | files | own),
    )


def _send(asset: Asset, dubbings: list[Dubbing], actor: Actor, *, note: str) -> None:
    asset.save(force_insert=True)
    Dubbing.objects.bulk_create(dubbings)
    record_change(asset=asset, after=asset.status, note=note, actor=actor)
    enqueue_languages(asset=asset, kind=Kind.CREATE, actor=actor, dubbings=dubbings)


def _close_row(item: BatchItem, asset: Asset) -> None:
    BatchItem.objects.filter(pk=item.pk).update(
        asset=asset, check_due_at=None, revision=F("revision") + 1, updated_at=timezone.now()
    )
    touch_batch(item.batch)
