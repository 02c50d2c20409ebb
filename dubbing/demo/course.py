"""When a dub went through which states."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from dubbing.demo.chances import Chances
from dubbing.states import Stage


class Step(Enum):
    PREPARING = auto()
    READY = auto()
    IN_REVIEW = auto()
    REVISION_ASKED = auto()
    APPROVED = auto()
    GENERATING = auto()
    FINISHED = auto()
    FAILED = auto()
    UNKNOWN = auto()


DRAFT = (Step.PREPARING, Step.READY)
SEEN = (*DRAFT, Step.IN_REVIEW)
STEPS: dict[Stage, tuple[Step, ...]] = {
    Stage.PREPARING: (Step.PREPARING,),
    Stage.READY: DRAFT,
    Stage.IN_REVIEW: SEEN,
    Stage.REVISION_ASKED: (*SEEN, Step.REVISION_ASKED),
    Stage.APPROVED: (*SEEN, Step.APPROVED),
    Stage.GENERATING: (*SEEN, Step.APPROVED, Step.GENERATING),
    Stage.FINISHED: (*SEEN, Step.APPROVED, Step.GENERATING, Step.FINISHED),
    Stage.FAILED: (Step.PREPARING, Step.FAILED),
    Stage.UNKNOWN: (Step.PREPARING, Step.UNKNOWN),
}
# Made without anybody's word on it.
UNSEEN = (*DRAFT, Step.GENERATING, Step.FINISHED)
LATE_FAILURE = (*SEEN, Step.APPROVED, Step.GENERATING, Step.FAILED)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Steps that the engine takes: shares of the video's own length.
ENGINE_SHARES = {Step.READY: (0.4, 0.9), Step.FINISHED: (0.25, 0.6)}
PEOPLE_WAITS = {
    Step.IN_REVIEW: (2 * HOUR, 70 * HOUR),
    Step.REVISION_ASKED: (HOUR / 2, 30 * HOUR),
    Step.APPROVED: (HOUR / 3, 30 * HOUR),
    Step.GENERATING: (HOUR / 4, 24 * HOUR),
}
OTHERWISE = (3 * MINUTE, 15 * MINUTE)
# How many of those that are under way take far longer than they should.
SLOW_SHARE = 0.3


Course = dict[Step, datetime]


def draw_course(
    stage: Stage, *, begins: datetime, seconds: int, chances: Chances, now: datetime
) -> Course:
    """`seconds`: of the video. Every moment lies between `begins` and `now`."""
    steps = STEPS[stage]
    if stage == Stage.FINISHED and chances.happens(0.25):
        steps = UNSEEN
    elif stage == Stage.FAILED and chances.happens(0.4):
        steps = LATE_FAILURE
    if stage in (Stage.PREPARING, Stage.GENERATING):
        return _under_way(steps, begins=begins, seconds=seconds, chances=chances, now=now)
    return _moments(steps, begins, now - 5 * MINUTE, seconds, chances)


def _under_way(
    steps: tuple[Step, ...], *, begins: datetime, seconds: int, chances: Chances, now: datetime
) -> Course:
    """The last step was taken a moment ago; for some far too long ago."""
    waits = (5 * HOUR, 30 * HOUR) if chances.happens(SLOW_SHARE) else (MINUTE, 8 * MINUTE)
    last = max(now - chances.between(*waits), begins + MINUTE)
    moments: Course = {}
    if steps[:-1]:
        moments = _moments(steps[:-1], begins, last - MINUTE / 2, seconds, chances)
    return moments | {steps[-1]: last}


def _moments(
    steps: tuple[Step, ...], begins: datetime, ends: datetime, seconds: int, chances: Chances
) -> Course:
    """Pressed together where there was not so much time."""
    gaps = [_gap(step, seconds, chances) for step in steps]
    total = sum(gaps, timedelta())
    share = min(1.0, max(ends - begins, timedelta(seconds=len(gaps))) / total)
    moments: Course = {}
    moment = begins
    for step, gap in zip(steps, gaps, strict=True):
        moment += gap * share
        moments[step] = moment
    return moments


def _gap(step: Step, seconds: int, chances: Chances) -> timedelta:
    if step in ENGINE_SHARES:
        low, high = ENGINE_SHARES[step]
        return chances.between(timedelta(seconds=seconds * low), timedelta(seconds=seconds * high))
    return chances.between(*PEOPLE_WAITS.get(step, OTHERWISE))
