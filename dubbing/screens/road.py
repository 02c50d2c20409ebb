"""The road of a dub, with the times at which it got there, and what is usual for the way on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from dubbing.models import Dubbing, StatusChange, Version
from dubbing.services.usual_times import Run, usual_times_for_team
from dubbing.states import (
    BADGES,
    REVIEW_BADGES,
    VERSION_STAGES,
    Badge,
    ReviewState,
    VersionStatus,
)

# As people know it; a failure takes the place of the step it happened in.
ROAD = (
    VersionStatus.NOT_READY,
    VersionStatus.READY_TO_EDIT,
    VersionStatus.GENERATING,
    VersionStatus.COMPLETED,
)


WORTH_TELLING = timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    badge: Badge
    at: datetime | None
    place: str
    """`past`, `now` or `ahead`."""
    took: timedelta | None = None
    """How long it stayed there."""


@dataclass(frozen=True)
class Pace:
    """What is usual for what Panjaya does just now."""

    usual: timedelta
    is_learnt: bool
    finish_at: datetime
    is_late: bool

    @property
    def lateness(self) -> timedelta:
        """By how much it is over the usual time; nothing while it is not."""
        return max(timezone.now() - self.finish_at, timedelta(0))


def pace_of(dubbing: Dubbing) -> Pace | None:
    """None while Panjaya has nothing to do."""
    run = Run(dubbing, usual_times_for_team())
    if run.finish_at is None:
        return None
    usual = run.usual
    return Pace(usual.expected, usual.is_learnt, run.finish_at, run.is_slow(timezone.now()))


def road_of(version: Version, dubbing: Dubbing) -> list[Step]:
    """With the verdict among its steps, where people have begun to judge this version."""
    moves = StatusChange.objects.filter(version=version).exclude(after="").order_by("pk")
    times = dict(moves.values_list("after", "at"))
    steps = _engine_steps(VersionStatus(version.status), times)
    if dubbing.current_id == version.pk and dubbing.review != ReviewState.NOT_STARTED:
        steps = _with_verdict(steps, dubbing, times)
    return _with_durations(steps)


def _engine_steps(status: VersionStatus, times: dict[str, datetime]) -> list[Step]:
    if status not in ROAD:
        now = Step(BADGES[VERSION_STAGES[status]], times.get(status), "now")
        reached = [step for step in ROAD if step in times and step != VersionStatus.COMPLETED]
        past = [Step(BADGES[VERSION_STAGES[step]], times[step], "past") for step in reached]
        return [*past, now]
    place = ROAD.index(status)
    return [
        Step(
            BADGES[VERSION_STAGES[step]],
            times.get(step) if number <= place else None,
            "past" if number < place else "now" if number == place else "ahead",
        )
        for number, step in enumerate(ROAD)
    ]


def _with_verdict(steps: list[Step], dubbing: Dubbing, times: dict[str, datetime]) -> list[Step]:
    """After the draft; after the film where that was judged."""
    present = next((place for place, step in enumerate(steps) if step.place == "now"), 0)
    at, made_at = dubbing.reviewed_at, times.get(VersionStatus.GENERATING)
    was_before = present > 1 and at is not None and made_at is not None and at < made_at
    place = 2 if was_before else present + 1
    verdict = Step(REVIEW_BADGES[ReviewState(dubbing.review)], at, "past" if was_before else "now")
    if not was_before:
        steps[present] = replace(steps[present], place="past")
    return [*steps[:place], verdict, *steps[place:]]


def _with_durations(steps: list[Step]) -> list[Step]:
    """From each step's time to the next one's."""
    told = []
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        took = None
        if following and step.place == "past" and step.at and following.at:
            took = following.at - step.at
        told.append(replace(step, took=took if took and took >= WORTH_TELLING else None))
    return told
