"""What has become of each video and each dub: decided here, written down elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dubbing.demo.catalogue import LANGUAGES, SERIES, Series
from dubbing.demo.chances import Chances
from dubbing.states import ASSET_STAGES, AssetStatus, FailureCode, Stage

# Age of a video in days → how likely each stage is, of a hundred.
SHARES: tuple[tuple[int, dict[Stage, int]], ...] = (
    (3, {Stage.PREPARING: 22, Stage.READY: 44, Stage.IN_REVIEW: 17, Stage.APPROVED: 8,
         Stage.GENERATING: 3, Stage.FAILED: 4, Stage.REVISION_ASKED: 2}),
    (14, {Stage.READY: 30, Stage.IN_REVIEW: 22, Stage.REVISION_ASKED: 8, Stage.APPROVED: 14,
          Stage.GENERATING: 2, Stage.FINISHED: 22, Stage.FAILED: 2}),
    (60, {Stage.READY: 9, Stage.IN_REVIEW: 7, Stage.REVISION_ASKED: 4, Stage.APPROVED: 5,
          Stage.FINISHED: 74, Stage.FAILED: 1}),
    (10_000, {Stage.READY: 1, Stage.REVISION_ASKED: 1, Stage.FINISHED: 98}),
)  # fmt: skip
# A video of its own fate, each so many of a thousand, but at least one.
TROUBLES = (
    (AssetStatus.SENDING, 8),
    (AssetStatus.NOT_SENT, 8),
    (AssetStatus.UNCONFIRMED, 6),
    (AssetStatus.FAILED, 28),
)
# Every stage of a dub that the troubles above do not bring.
MUST_APPEAR = tuple(
    stage for stage in Stage if stage not in (Stage.SENDING, Stage.NOT_SENT, Stage.UNCONFIRMED)
)
NEWEST = timedelta(minutes=20)
# Series that go on: so many of their videos came just now.
STILL_RUNS_DAYS, TODAY_SHARE = 10, 0.06


@dataclass(frozen=True)
class VideoPlot:
    series: Series
    number: int
    title: str
    created_at: datetime
    seconds: int
    status: AssetStatus = AssetStatus.READY
    failure: FailureCode | None = None
    stages: tuple[tuple[str, Stage], ...] = ()
    """Of each language; the same for all where the video itself is in trouble."""

    @property
    def is_in_trouble(self) -> bool:
        return self.status != AssetStatus.READY


def plot_videos(count: int, chances: Chances, now: datetime) -> list[VideoPlot]:
    """Oldest first."""
    videos = sorted(_given(count, chances, now), key=lambda video: video.created_at)
    fates = _troubles(len(videos), chances)
    told = [
        _in_trouble(video, *fates[place])
        if place in fates
        else replace(video, stages=tuple(_stages(video, chances, now)))
        for place, video in enumerate(videos)
    ]
    return _with_every_stage(told)


def _given(count: int, chances: Chances, now: datetime) -> Iterator[VideoPlot]:
    for place in range(count):
        series = SERIES[place % len(SERIES)]
        number = place // len(SERIES) + 1
        subject = series.subjects[(number - 1) % len(series.subjects)]
        days = chances.uniform(series.ends, series.begins) * (1 - 0.6 * chances.random())
        if series.ends <= STILL_RUNS_DAYS and chances.happens(TODAY_SHARE):
            days = chances.uniform(0, 2)
        yield VideoPlot(
            series=series,
            number=number,
            title=series.pattern.format(n=number, subject=subject),
            created_at=now - NEWEST - timedelta(days=days),
            seconds=chances.randint(series.minutes[0] * 60, series.minutes[1] * 60),
        )


def _troubles(count: int, chances: Chances) -> dict[int, tuple[AssetStatus, FailureCode | None]]:
    """By place, among the newer half; what waits to be sent is the newest."""
    found: dict[int, tuple[AssetStatus, FailureCode | None]] = {}
    codes = list(FailureCode)
    newer_half = list(range(count // 2, count))
    chances.shuffle(newer_half)
    for status, share in TROUBLES:
        for turn in range(max(1, round(count * share / 1000))):
            code = codes[turn % len(codes)] if status == AssetStatus.FAILED else None
            place = max(newer_half) if status == AssetStatus.SENDING else newer_half[0]
            newer_half.remove(place)
            found[place] = status, code
    return found


def _in_trouble(video: VideoPlot, status: AssetStatus, failure: FailureCode | None) -> VideoPlot:
    """All its languages share its fate."""
    stages = tuple((code, ASSET_STAGES[status]) for code in languages_of(video.series))
    return replace(video, status=status, failure=failure, stages=stages)


def languages_of(series: Series) -> list[str]:
    return [code for code in LANGUAGES if code != series.locale][: series.languages]


def _stages(video: VideoPlot, chances: Chances, now: datetime) -> Iterator[tuple[str, Stage]]:
    age = (now - video.created_at).days
    shares = next(shares for days, shares in SHARES if age <= days)
    stages, weights = list(shares), list(shares.values())
    for code in languages_of(video.series):
        yield code, chances.choices(stages, weights)[0]


def _with_every_stage(videos: list[VideoPlot]) -> list[VideoPlot]:
    """What chance left out is put into the newest video that has room for it."""
    there = {stage for video in videos for _, stage in video.stages}
    there -= {stage for video in videos if video.is_in_trouble for _, stage in video.stages}
    missing = [stage for stage in MUST_APPEAR if stage not in there]
    for place in reversed(range(len(videos))):
        video = videos[place]
        if not missing or video.is_in_trouble:
            continue
        kept = list(video.stages)
        for slot in range(min(len(missing), len(kept) // 2)):
            kept[slot] = (kept[slot][0], missing.pop())
        videos[place] = replace(video, stages=tuple(kept))
    return videos
