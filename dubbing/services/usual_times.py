"""How long Panjaya usually takes: a team's own runs where there are enough, else a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONArray, Least
from django.utils.functional import SimpleLazyObject

from dubbing.models import Dubbing, UsualTime
from dubbing.services.money import dubbed_seconds
from dubbing.states import (
    ENOUGH_RUNS,
    GUESS_SLOW_FACTOR,
    GUESSES,
    LENGTHS,
    USUAL_LENGTH,
    LipsModel,
    Stage,
    Step,
    length_group,
    lips_of,
)

STEPS = tuple(step.value for step in Step)
# Nothing is called slow sooner, whatever was learnt.
SLOW_AT_LEAST = timedelta(minutes=5)
LEARNT = (
    "step", "locale", "lips_model", "length_group", "median_seconds", "slow_seconds", "samples",
)  # fmt: skip


@dataclass(frozen=True)
class Usual:
    """What is usual for one step of one kind of video."""

    expected: timedelta
    slow_after: timedelta
    runs: int
    """0: a guess."""

    @property
    def is_learnt(self) -> bool:
        return self.runs > 0


Kind = tuple[str, str, str, int]  # step, locale or "", lips model, group of length


@dataclass(frozen=True)
class UsualTimes:
    """Of one team, read once: every further answer costs no query."""

    learnt: Mapping[Kind, Usual]

    def usual(
        self, step: str, locale: str, lips_model: str, seconds: Decimal | float | None
    ) -> Usual:
        """`seconds`: what of the video is dubbed; None where that is not known."""
        length = float(USUAL_LENGTH if seconds is None else seconds)
        lips, group = lips_of(lips_model), length_group(length)
        narrow = self.learnt.get((step, locale, lips, group))
        return narrow or self.learnt.get((step, "", lips, group)) or _guess(step, lips, length)

    def expected(
        self, step: str, locale: str, lips_model: str, seconds: Decimal | float | None
    ) -> timedelta:
        return self.usual(step, locale, lips_model, seconds).expected

    def is_slow(
        self,
        *,
        stage: str,
        since: datetime,
        now: datetime,
        locale: str,
        lips_model: str,
        seconds: Decimal | float | None,
    ) -> bool:
        """Whether a dub stays in this stage for longer than is usual. Only Panjaya is timed."""
        if stage not in STEPS or now - since < SLOW_AT_LEAST:
            return False
        return now - since > self.usual(stage, locale, lips_model, seconds).slow_after


@dataclass(frozen=True)
class Run:
    """One dub that Panjaya works on, or nobody does: what its page says about time."""

    dubbing: Dubbing
    times: UsualTimes

    @property
    def is_timed(self) -> bool:
        return self.dubbing.stage in STEPS

    @cached_property
    def usual(self) -> Usual:
        asset = self.dubbing.asset
        seconds = dubbed_seconds(
            duration=asset.duration_seconds, start=asset.start_time, end=asset.end_time
        )
        return self.times.usual(
            self.dubbing.stage, self.dubbing.locale_id, asset.lips_model, seconds
        )

    @property
    def finish_at(self) -> datetime | None:
        """When it should be done; None where Panjaya has nothing to do."""
        return self.dubbing.stage_since + self.usual.expected if self.is_timed else None

    def is_slow(self, now: datetime) -> bool:
        past = now - self.dubbing.stage_since
        return self.is_timed and past > max(SLOW_AT_LEAST, self.usual.slow_after)


def usual_times_for_team() -> UsualTimes:
    """Of the active team, in one query of at most a few thousand rows."""
    return times_of(_learnt_rows().values_list(*LEARNT))


def usual_times_if_needed() -> UsualTimes:
    """The same, read when the first answer needs it: most rows hold nothing that Panjaya has been
    at for long."""
    learnt: Any = SimpleLazyObject(lambda: usual_times_for_team().learnt)
    return UsualTimes(learnt)


def times_of(rows: Iterable[Sequence[Any]]) -> UsualTimes:
    """`rows`: of LEARNT."""
    return UsualTimes(
        {
            (step, locale, lips, group): Usual(
                timedelta(seconds=median), timedelta(seconds=slow), samples
            )
            for step, locale, lips, group, median, slow, samples in rows
        }
    )


def _learnt_rows() -> QuerySet[Any]:
    rows: QuerySet[Any] = UsualTime.objects.filter(samples__gte=ENOUGH_RUNS).order_by()
    return rows


class LearntTimes(Subquery):
    """The active team's own runs as one value of another query; `times_of` reads it."""

    template = "(SELECT jsonb_agg(told) FROM (%(subquery)s) AS learnt)"
    output_field = JSONField()

    def __init__(self) -> None:
        super().__init__(_learnt_rows().values(told=JSONArray(*LEARNT)))


def _guess(step: str, lips: LipsModel, length: float) -> Usual:
    seconds = GUESSES[Step(step), lips].seconds(length)
    return Usual(timedelta(seconds=seconds), timedelta(seconds=seconds * GUESS_SLOW_FACTOR), 0)


def slow_dubbings(*, now: datetime) -> QuerySet[Any]:
    """The same question to the database: shown dubs of the active team that are slow.

    Reads only what moves, by the index over stage and time.
    """
    moving: QuerySet[Any] = Dubbing.objects.shown().filter(
        stage__in=[Stage(step) for step in STEPS], stage_since__lt=now - SLOW_AT_LEAST
    )
    timed = moving.alias(length=_LENGTH, lips=_LIPS).alias(group=_GROUP)
    slow = timed.alias(slow_after=Coalesce(_learnt_slow(), _GUESSED_SLOW))
    found: QuerySet[Any] = slow.alias(slow_at=_SLOW_AT).filter(slow_at__lt=now)
    return found


def _learnt_slow() -> Subquery:
    """The language's own runs first: its word sorts behind the empty one."""
    rows = UsualTime.objects.filter(
        Q(locale=OuterRef("locale_id")) | Q(locale=""),
        step=OuterRef("stage"),
        lips_model=OuterRef("lips"),
        length_group=OuterRef("group"),
        samples__gte=ENOUGH_RUNS,
    )
    return Subquery(rows.order_by("-locale").values("slow_seconds")[:1])


_END = Coalesce(
    Least(F("asset__end_time"), F("asset__duration_seconds")),
    F("asset__end_time"),
    F("asset__duration_seconds"),
)
_LENGTH = Coalesce(
    Cast(_END - Coalesce(F("asset__start_time"), Value(Decimal(0))), FloatField()),
    Value(float(USUAL_LENGTH)),
)
_LIPS = Case(
    When(asset__lips_model="", then=Value(LipsModel.QUALITY.value)), default=F("asset__lips_model")
)
_GROUP = Case(
    *(When(length__lte=limit, then=Value(group)) for group, limit in enumerate(LENGTHS)),
    default=Value(len(LENGTHS)),
    output_field=IntegerField(),
)
_GUESSED_SLOW = Case(
    *(
        When(
            stage=step.value,
            lips=lips.value,
            then=(F("length") * guess.per_second + guess.base) * GUESS_SLOW_FACTOR,
        )
        for (step, lips), guess in GUESSES.items()
    ),
    output_field=FloatField(),
)
_SLOW_AT = ExpressionWrapper(
    F("stage_since")
    + ExpressionWrapper(
        F("slow_after") * Value(timedelta(seconds=1)), output_field=DateTimeField()
    ),
    output_field=DateTimeField(),
)
