"""Lines for COPY: what differs from row to row first, then one of some hundred prepared tails."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.fields.files import FieldFile

from benchmarks.scale_words import title_of
from dubbing.demo.catalogue import LANGUAGES
from dubbing.models import Asset, Dubbing, Version
from dubbing.states import (
    MERGED_STAGES,
    AssetStatus,
    DubbingStatus,
    FailureCode,
    ReviewState,
    Stage,
    VersionStatus,
    stage_of,
)

PER_VIDEO = len(LANGUAGES)
# Prime, so that neighbours differ.
TAILS = 997
# The newest videos are what people work on; of the others nearly all is finished. However large
# an archive grows, its people do not.
FRESH_VIDEOS = 240
YEARS = timedelta(days=730)
# Out of twenty videos the big team has sixteen, and four others one each.
TURNS = 20
BIG_TURNS = 16
SMALL_TEAMS = 4

Pair = tuple[VersionStatus | None, ReviewState]
FRESH: Sequence[tuple[Pair, int]] = (
    ((None, ReviewState.NOT_STARTED), 4),
    ((VersionStatus.NOT_READY, ReviewState.NOT_STARTED), 8),
    ((VersionStatus.READY_TO_EDIT, ReviewState.NOT_STARTED), 26),
    ((VersionStatus.READY_TO_EDIT, ReviewState.IN_REVIEW), 12),
    ((VersionStatus.READY_TO_EDIT, ReviewState.REVISION_ASKED), 5),
    ((VersionStatus.READY_TO_EDIT, ReviewState.APPROVED), 9),
    ((VersionStatus.GENERATING, ReviewState.APPROVED), 3),
    ((VersionStatus.COMPLETED, ReviewState.APPROVED), 28),
    ((VersionStatus.FAILED, ReviewState.NOT_STARTED), 5),
)
SETTLED: Sequence[tuple[Pair, int]] = (
    ((VersionStatus.COMPLETED, ReviewState.APPROVED), 705),
    ((VersionStatus.COMPLETED, ReviewState.NOT_STARTED), 285),
    ((VersionStatus.FAILED, ReviewState.NOT_STARTED), 10),
)


@dataclass(frozen=True)
class House:
    """A team with what its rows point to."""

    team_id: uuid.UUID
    connection_id: uuid.UUID
    projects: Sequence[uuid.UUID]
    people: Sequence[uuid.UUID]


def row_id(moment_ms: int, kind: int, number: int) -> str:
    """A UUIDv7 without its hyphens."""
    return f"{moment_ms:012x}70008000{kind:01x}{number:011x}"


def as_copied(value: Any) -> str:
    """In COPY's text format."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(json.dumps(item) for item in value) + "}"
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    return text.replace("\\", r"\\").replace("\t", " ").replace("\n", " ")


class Lines:
    """The lines of one table. `varying` columns come first; `tail` makes the rest of a line."""

    def __init__(self, model: type[Model], varying: Sequence[str]) -> None:
        self._model = model
        self.table = model._meta.db_table
        fields = {str(field.attname): str(field.column) for field in model._meta.concrete_fields}
        self._rest = [name for name in fields if name not in varying]
        self.columns = [fields[name] for name in (*varying, *self._rest)]

    def tail(self, **values: Any) -> str:
        """Columns that are not named are as a new row has them."""
        row = self._model()
        texts = (values[name] if name in values else _new(row, name) for name in self._rest)
        return "\t".join(as_copied(text) for text in texts) + "\n"


def _new(row: Model, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, FieldFile):
        return value.name or ""
    # What only the database gives by itself is a text here.
    return "" if isinstance(value, DatabaseDefault) else value


class Library:
    """Videos and dubs of several teams, all by their numbers: the same count, the same rows."""

    def __init__(self, houses: Sequence[House], *, videos: int, now: datetime) -> None:
        self._houses = houses
        self._videos = videos
        self._fresh_from = max(videos - FRESH_VIDEOS, 0)
        self._now = now
        self._first_ms = int((now - YEARS).timestamp() * 1000)
        self._step_ms = max(1, int(YEARS.total_seconds() * 1000) // max(1, videos))
        self.assets = Lines(
            Asset,
            ("id", "title", "reference", "callback_token", "remote_id", "project_id", "created_at"),
        )
        self.dubbings = Lines(
            Dubbing, ("id", "asset_id", "locale_id", "remote_id", "current_id", "created_at")
        )
        self.versions = Lines(Version, ("id", "asset_id", "dubbing_id", "remote_id", "created_at"))
        chances = random.Random(7)  # noqa: S311
        self._plans = [_plan(chances, FRESH), _plan(chances, SETTLED)]
        self._dub_tails = [[self._dubs(house, plan) for plan in self._plans] for house in houses]
        self._version_tails = [
            [[self._version(house, pair) for pair in plan] for plan in self._plans]
            for house in houses
        ]

    def asset_lines(self) -> Iterator[str]:
        tails = [
            self.assets.tail(
                team_id=house.team_id,
                connection_id=house.connection_id,
                media_url="https://media.example.org/video.mp4",
                duration_seconds=600,
                locale_id="he-IL",
                status=AssetStatus.READY,
                raw_status=AssetStatus.READY,
                tags=["archive"],
                updated_at=self._now,
            )
            for house in self._houses
        ]
        for video in range(self._videos):
            at = self._house_at(video)
            projects = self._houses[at].projects
            project = projects[video // TURNS % len(projects)].hex
            moment = self._ms(video)
            yield (
                f"{row_id(moment, 1, video)}\t{title_of(video)}\tREF-{video}\ttoken-{video}\t"
                f"ast_{video:x}\t{project}\t{_time(moment)}\t{tails[at]}"
            )

    def dubbing_lines(self) -> Iterator[str]:
        for video in range(self._videos):
            moment, at, age = self._place(video)
            asset, created = row_id(moment, 1, video), _time(moment)
            tails, plan = self._dub_tails[at][age], self._plans[age]
            for slot, locale in enumerate(LANGUAGES):
                number, which = video * PER_VIDEO + slot, (video * 31 + slot * 17) % TAILS
                current = row_id(moment, 3, number) if plan[which][0] else r"\N"
                yield (
                    f"{row_id(moment, 2, number)}\t{asset}\t{locale}\tdub_{number:x}\t{current}\t"
                    f"{created}\t{tails[which]}"
                )

    def version_lines(self) -> Iterator[str]:
        for video in range(self._videos):
            moment, at, age = self._place(video)
            asset, created = row_id(moment, 1, video), _time(moment)
            tails, plan = self._version_tails[at][age], self._plans[age]
            for slot in range(PER_VIDEO):
                number, which = video * PER_VIDEO + slot, (video * 31 + slot * 17) % TAILS
                if plan[which][0]:
                    yield (
                        f"{row_id(moment, 3, number)}\t{asset}\t{row_id(moment, 2, number)}\t"
                        f"ver_{number:x}\t{created}\t{tails[which]}"
                    )

    def _house_at(self, video: int) -> int:
        turn = video % TURNS
        return 0 if turn < BIG_TURNS else turn - BIG_TURNS + 1

    def _place(self, video: int) -> tuple[int, int, int]:
        """Milliseconds, the team's place, and the plan: 0 for what is fresh."""
        return self._ms(video), self._house_at(video), int(video < self._fresh_from)

    def _ms(self, video: int) -> int:
        return self._first_ms + video * self._step_ms

    def _dubs(self, house: House, plan: Sequence[Pair]) -> list[str]:
        chances = random.Random(house.team_id.int)  # noqa: S311
        return [self._dub(house, pair, chances) for pair in plan]

    def _dub(self, house: House, pair: Pair, chances: random.Random) -> str:
        version, review = pair
        status = DubbingStatus.STARTED if version else DubbingStatus.SENDING
        engine = stage_of(AssetStatus.READY, status, version)
        stage = MERGED_STAGES[engine, review]
        since = self._now - timedelta(minutes=chances.expovariate(1 / 6000))
        is_said = review != ReviewState.NOT_STARTED
        values: dict[str, Any] = {
            "team_id": house.team_id,
            "status": status,
            "stage": stage,
            "stage_since": since,
            "failure_code": chances.choice(FailureCode.values) if stage == Stage.FAILED else "",
            "versions_count": int(version is not None),
            "owner_id": chances.choice((None, *house.people)),
            "reviewer_id": chances.choice((None, *house.people)),
            "priority": chances.choices((1, 2, 3, 4), (10, 70, 15, 5))[0],
            "review": review,
            "reviewed_by_id": chances.choice(house.people) if is_said else None,
            "reviewed_at": since if is_said else None,
            "review_reason": "Too loud." if review == ReviewState.REVISION_ASKED else "",
            "updated_at": since,
        }
        # What failed long ago and was left so is due no more.
        if stage not in (Stage.FINISHED, Stage.FAILED) and chances.random() < 0.7:
            values["due_on"] = (self._now + timedelta(days=chances.randint(-12, 30))).date()
        return self.dubbings.tail(**values)

    def _version(self, house: House, pair: Pair) -> str:
        status = pair[0] or VersionStatus.NOT_READY
        made = status == VersionStatus.COMPLETED
        return self.versions.tail(
            team_id=house.team_id,
            number=1,
            status=status,
            raw_status=status,
            generation=int(made),
            completed_at=self._now if made else None,
            updated_at=self._now,
        )


def _plan(chances: random.Random, shares: Sequence[tuple[Pair, int]]) -> list[Pair]:
    pairs = [pair for pair, _ in shares]
    return chances.choices(pairs, [weight for _, weight in shares], k=TAILS)


def _time(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, tz=UTC).isoformat()
