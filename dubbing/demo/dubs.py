"""One language of a video: its dub, versions, film, history and what people said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dubbing.demo.catalogue import REASONS
from dubbing.demo.course import Course, Step, draw_course
from dubbing.demo.engine import MARK
from dubbing.demo.plot import VideoPlot
from dubbing.demo.remarks import remark
from dubbing.demo.studio import Studio
from dubbing.models import Asset, Dubbing, Film, OutboxMessage, Version
from dubbing.states import (
    MERGED_STAGES,
    REVIEWABLE_STAGES,
    AssetStatus,
    Cause,
    DubbingStatus,
    FailureCode,
    FilmState,
    Kind,
    MessageState,
    Priority,
    ReviewState,
    Stage,
    VersionStatus,
    stage_of,
)

STARTED = {
    AssetStatus.SENDING: DubbingStatus.SENDING,
    AssetStatus.NOT_SENT: DubbingStatus.NOT_SENT,
    AssetStatus.UNCONFIRMED: DubbingStatus.UNCONFIRMED,
}
ENDS = {
    Step.PREPARING: VersionStatus.NOT_READY,
    Step.READY: VersionStatus.READY_TO_EDIT,
    Step.GENERATING: VersionStatus.GENERATING,
    Step.FINISHED: VersionStatus.COMPLETED,
    Step.FAILED: VersionStatus.FAILED,
    Step.UNKNOWN: VersionStatus.UNKNOWN,
}
VERDICTS = {
    Step.IN_REVIEW: ReviewState.IN_REVIEW,
    Step.REVISION_ASKED: ReviewState.REVISION_ASKED,
    Step.APPROVED: ReviewState.APPROVED,
}
BAD_SRT = "the SRT cannot be used: cue 14 ends before it begins"
BAD_FILM = "the film could not be made: the voice was lost half way"
# A word that Panjaya's pages do not know.
UNHEARD_STATE = "Archived"
COMMENT_SHARE = 0.25


def make_dub(studio: Studio, asset: Asset, plot: VideoPlot, locale: str, stage: Stage) -> Dubbing:
    dubbing = _dubbing(studio, asset, locale)
    if plot.is_in_trouble:
        dubbing.stage = stage
        dubbing.status = STARTED.get(plot.status, DubbingStatus.STARTED)
        dubbing.error_message = asset.error_message if not asset.remote_id else ""
        dubbing.failure_code = asset.error_code
        dubbing.stage_since = asset.updated_at
        studio.rows.dubbings.append(dubbing)
        return dubbing
    course = draw_course(
        stage,
        begins=asset.created_at,
        seconds=plot.seconds,
        chances=studio.chances,
        now=studio.now,
    )
    version = _version(studio, asset, dubbing, course)
    _set_facts(studio, dubbing, version, course)
    studio.rows.dubbings.append(dubbing)
    studio.rows.versions.append(version)
    _tell_course(studio, asset, dubbing, version, course)
    if version.status == VersionStatus.COMPLETED:
        _film(studio, asset, version)
    if stage in REVIEWABLE_STAGES and (
        dubbing.review_reason or studio.chances.happens(COMMENT_SHARE)
    ):
        remark(studio, dubbing, version)
    asset.updated_at = max(asset.updated_at, max(course.values()))
    return dubbing


def _dubbing(studio: Studio, asset: Asset, locale: str) -> Dubbing:
    known = bool(asset.remote_id)
    return Dubbing(
        id=studio.chances.id_at(asset.created_at),
        team=studio.team,
        asset=asset,
        locale_id=locale,
        remote_id=f"{MARK}dub_{studio.chances.word()}" if known else "",
        status=DubbingStatus.STARTED,
        review_reason="",
        created_at=asset.created_at,
        updated_at=asset.updated_at,
    )


def _version(studio: Studio, asset: Asset, dubbing: Dubbing, course: Course) -> Version:
    began = course[Step.PREPARING]
    ends = [step for step in course if step in ENDS]
    status = ENDS[ends[-1]]
    finished = course.get(Step.FINISHED)
    version = Version(
        id=studio.chances.id_at(began),
        team=studio.team,
        asset=asset,
        dubbing=dubbing,
        number=1,
        remote_id=f"{MARK}ver_{studio.chances.word()}",
        status=status,
        raw_status=UNHEARD_STATE if status == VersionStatus.UNKNOWN else status.value,
        observed_at=course[ends[-1]],
        generation=int(finished is not None),
        completed_at=finished,
        created_at=began,
        updated_at=course[ends[-1]],
    )
    if status == VersionStatus.FAILED:
        is_late = Step.GENERATING in course
        version.error_code = "GenerationFailed" if is_late else FailureCode.INVALID_INPUT.value
        version.error_message = BAD_FILM if is_late else BAD_SRT
    return version


def _set_facts(studio: Studio, dubbing: Dubbing, version: Version, course: Course) -> None:
    chances = studio.chances
    said = [step for step in course if step in VERDICTS]
    if said:
        dubbing.review = VERDICTS[said[-1]]
        dubbing.reviewed_at = course[said[-1]]
        dubbing.reviewed_by = studio.reviewer_of(dubbing.locale_id)
        if dubbing.review == ReviewState.REVISION_ASKED:
            dubbing.review_reason = chances.choice(REASONS)
    engine = stage_of(AssetStatus.READY, DubbingStatus.STARTED, VersionStatus(version.status))
    dubbing.stage = MERGED_STAGES[engine, ReviewState(dubbing.review)]
    dubbing.stage_since = dubbing.updated_at = max(course.values())
    dubbing.failure_code = version.error_code
    dubbing.current, dubbing.versions_count = version, 1
    series = str(dubbing.asset.project)
    if chances.happens(0.85):
        dubbing.owner = studio.producer_of(series)
    if said or chances.happens(0.6):
        dubbing.reviewer = dubbing.reviewed_by or studio.reviewer_of(dubbing.locale_id)
    dubbing.priority = chances.choices(Priority.values, (10, 70, 15, 5))[0]
    dubbing.due_on = _due_on(studio, dubbing)


def _due_on(studio: Studio, dubbing: Dubbing) -> date | None:
    """What is finished was mostly in time; of what is open a few are past due."""
    if dubbing.stage == Stage.FINISHED:
        days = studio.chances.randint(-1, 20)
        return (dubbing.stage_since + timedelta(days=days)).date()
    if studio.chances.happens(0.25):
        return None
    span = (-9, -1) if studio.chances.happens(0.15) else (0, 24)
    return (studio.now + timedelta(days=studio.chances.randint(*span))).date()


def _tell_course(
    studio: Studio, asset: Asset, dubbing: Dubbing, version: Version, course: Course
) -> None:
    status, review = "", ReviewState.NOT_STARTED.value
    about: dict[str, Any] = {"dubbing": dubbing, "version": version}
    for step, at in course.items():
        if step in VERDICTS:
            after = VERDICTS[step].value
            note = dubbing.review_reason if step == Step.REVISION_ASKED else ""
            by = dubbing.reviewed_by
            studio.tell(asset, at, before=review, after=after, note=note, actor=by, **about)
            review = after
            continue
        if step == Step.GENERATING:
            _order_film(studio, asset, version, at)
        note = version.error_message if step == Step.FAILED else ""
        studio.tell(asset, at, before=status, after=ENDS[step].value, note=note, **about)
        status = ENDS[step].value


def _order_film(studio: Studio, asset: Asset, version: Version, at: datetime) -> None:
    by, asked_at = asset.created_by, at - timedelta(seconds=8)
    studio.rows.messages.append(
        OutboxMessage(
            id=studio.chances.id_at(asked_at),
            team=studio.team,
            asset=asset,
            version=version,
            kind=Kind.GENERATE,
            state=MessageState.DONE,
            attempts=1,
            due_at=asked_at,
            sent_at=asked_at,
            settled_at=at,
            actor=by,
            created_at=asked_at,
        )
    )


def _film(studio: Studio, asset: Asset, version: Version) -> None:
    piece = studio.shelf.piece(version.dubbing.locale_id)
    stored_at = version.updated_at + timedelta(seconds=20)
    film = Film(
        id=studio.chances.id_at(stored_at),
        team=studio.team,
        asset=asset,
        version=version,
        generation=1,
        state=FilmState.STORED,
        size=piece.size,
        sha256=piece.sha256,
        duration_seconds=piece.facts.duration,
        facts=piece.facts.as_json(),
        stored_at=stored_at,
        attempts=1,
        created_at=version.updated_at,
    )
    locale, folder = version.dubbing.locale_id, str(asset.pk)
    film.file.name = studio.shelf.put_piece(locale, folder, "films", f"{film.pk}.mp4")
    studio.rows.films.append(film)
    studio.tell(
        asset,
        stored_at,
        dubbing=version.dubbing,
        version=version,
        note="Film copied to our storage and checked",
        cause=Cause.DESK,
    )
