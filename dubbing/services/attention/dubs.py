"""What dubs need of people: failed, slow, past due, waiting for a verdict or a change."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from accounts.roles import Can
from dubbing.models import Dubbing
from dubbing.services.attention.concerns import (
    COUNTED,
    Button,
    Concern,
    Viewer,
    bulk_button,
    filter_words,
    list_address,
    things,
)
from dubbing.services.usual_times import slow_dubbings
from dubbing.states import BulkVerb, Group, Stage, VersionStatus, failure_words

REVIEW_STAGES = (Stage.READY, Stage.IN_REVIEW)
# A due date is met by the film alone.
OPEN_STAGES = tuple(stage for stage in Stage if stage != Stage.FINISHED)
OTHER_OPEN_STAGES = tuple(stage for stage in OPEN_STAGES if stage not in REVIEW_STAGES)
FAILURES_READ = 5000

LONGEST_TITLE = 60
# What of a dub is read: the moment that counts comes before these.
COLUMNS = (
    "asset_id", "current_id", "failure_code", "asset__title", "locale__name", "current__status",
)  # fmt: skip
Row = tuple[Any, uuid.UUID, uuid.UUID | None, str, str, str, str | None]


@dataclass(frozen=True)
class Found:
    """At most COUNTED + 1 dubs of a group, the oldest first."""

    rows: list[Row]

    @property
    def count(self) -> int:
        return len(self.rows)

    @cached_property
    def videos(self) -> int:
        return len({row[1] for row in self.rows})

    @property
    def oldest(self) -> datetime:
        """Since when the first of them waits; of a due date: since it was over."""
        first: date | datetime = self.rows[0][0]
        if isinstance(first, datetime):
            return first
        return timezone.make_aware(datetime.combine(first + timedelta(days=1), time.min))

    @property
    def words(self) -> str:
        """“17 dubs of 5 videos”; what is one is named."""
        title = f"“{Truncator(self.rows[0][4]).chars(LONGEST_TITLE)}”"
        if self.count == 1:
            return f"{title} in {self.rows[0][5]}"
        videos = title if self.videos == 1 else things(self.videos, "video")
        return f"{things(self.count, 'dub')} of {videos}"

    @property
    def verb(self) -> str:
        return "is" if self.count == 1 else "are"

    @property
    def can_heal(self) -> bool:
        """Panjaya failed at the draft or film alone: those are reopened, and made once more."""
        return any(row[6] == VersionStatus.FAILED for row in self.rows)

    def retry_button(self, query: str, label: str) -> Button:
        """One is looked at first."""
        if self.count == 1:
            return self.button(query)
        return bulk_button(label, BulkVerb.RETRY, query, "refresh")

    def button(self, query: str, label: str = "Show them", icon: str = "list") -> Button:
        """One dub has its own page, many have a list."""
        asset, version = self.rows[0][1:3]
        if self.count == 1 and version is not None:
            return Button("Open it", reverse("dubbing:version-detail", args=[version]))
        if self.videos == 1:
            return Button("Open the video", reverse("dubbing:asset-detail", args=[asset]))
        return Button(label, list_address(query), icon)


def find(rows: Any, moment: str = "stage_since") -> Found:
    return Found(list(rows.order_by(moment).values_list(moment, *COLUMNS)[: COUNTED + 1]))


def dub_concerns(viewer: Viewer, now: datetime) -> Iterable[Concern]:
    """Producers see the team's, reviewers what is theirs."""
    if viewer.can(Can.PRODUCE):
        yield from _failures()
        yield from _not_sent()
        yield from _unknown_words()
        yield from _slow(now)
        yield from _waiting_for(viewer)
        yield from _review_due(Dubbing.objects.shown(), {})
        yield from _due(Dubbing.objects.shown())
        yield from _asked(Dubbing.objects.shown(), {})
    elif viewer.can(Can.REVIEW) and viewer.user is not None:
        shown = Dubbing.objects.shown()
        yield from _waiting_for(viewer)
        yield from _review_due(shown.filter(reviewer=viewer.user), {"reviewer": "me"})
        yield from _asked(shown.filter(owner=viewer.user), {"owner": "me"})


def _failures() -> Iterable[Concern]:
    rows = Dubbing.objects.shown().in_stage(Stage.FAILED).order_by("-stage_since")
    wanted = rows.values_list("stage_since", *COLUMNS)
    causes: dict[str, list[Row]] = defaultdict(list)
    for row in wanted[:FAILURES_READ]:
        causes[row[3]].append(row)
    for code, found in sorted(causes.items(), key=lambda cause: (-len(cause[1]), cause[0])):
        yield _failure(code, Found(sorted(found[: COUNTED + 1], key=lambda row: row[0])))


def _failure(code: str, found: Found) -> Concern:
    reason, advice = failure_words(code)
    if not reason.startswith("Panjaya"):
        reason = reason[0].lower() + reason[1:]
    query = filter_words(stage=Stage.FAILED.value, failure=code or "none")
    return Concern(
        key=f"failed:{code or 'none'}",
        group=Group.BROKEN,
        icon="x",
        sentence=f"{found.words} failed: {reason}.",
        advice=advice,
        count=found.count,
        oldest=found.oldest,
        query=query,
        button=found.retry_button(query, "Retry…") if found.can_heal else found.button(query),
    )


def _not_sent() -> Iterable[Concern]:
    found = find(Dubbing.objects.shown().in_stage(Stage.NOT_SENT))
    if found.rows:
        query = filter_words(stage=Stage.NOT_SENT.value)
        yield Concern(
            key="not_sent",
            group=Group.BROKEN,
            icon="ban",
            sentence=f"{found.words} {found.verb} not sent: refused, or taken back.",
            advice="The reason stands with each. Send them again, or hide what is not wanted.",
            count=found.count,
            oldest=found.oldest,
            query=query,
            button=found.retry_button(query, "Send again…"),
        )


def _unknown_words() -> Iterable[Concern]:
    found = find(Dubbing.objects.shown().in_stage(Stage.UNKNOWN))
    if found.rows:
        query = filter_words(stage=Stage.UNKNOWN.value)
        yield Concern(
            key="unknown_state",
            group=Group.ASKED,
            icon="help-circle",
            sentence=f"{found.words} {found.verb} in a state that this desk does not know.",
            advice="Panjaya’s own word stands with each. Whoever runs this desk can teach it.",
            count=found.count,
            oldest=found.oldest,
            query=query,
            button=found.button(query),
        )


def _slow(now: datetime) -> Iterable[Concern]:
    found = find(slow_dubbings(now=now))
    if found.rows:
        yield Concern(
            key="slow",
            group=Group.SLOW,
            icon="clock-exclamation",
            sentence=f"{found.words} {'takes' if found.count == 1 else 'take'} longer than usual.",
            advice="A look costs nothing: what Panjaya has finished meanwhile shows at once.",
            count=found.count,
            oldest=found.oldest,
            query=filter_words(slow="1"),
            button=Button(
                "Look at Panjaya now", reverse("dubbing:attention-look"), "refresh", is_post=True
            ),
        )


def _waiting_for(viewer: Viewer) -> Iterable[Concern]:
    if viewer.user is None:
        return
    mine = Dubbing.objects.shown().filter(stage__in=REVIEW_STAGES, reviewer=viewer.user)
    found = find(mine)
    if found.rows:
        version = next((row[2] for row in found.rows if row[2]), None)
        query = filter_words(stage=[stage.value for stage in REVIEW_STAGES], reviewer="me")
        yield Concern(
            key="waiting_for_you",
            group=Group.PERSON,
            icon="eye",
            sentence=f"{found.words} {'waits' if found.count == 1 else 'wait'} for your review.",
            count=found.count,
            oldest=found.oldest,
            query=query,
            button=Button("Review the oldest", reverse("dubbing:version-detail", args=[version]))
            if version
            else found.button(query),
        )


def _review_due(rows: Any, mine: dict[str, str]) -> Iterable[Concern]:
    late = find(rows.filter(stage__in=REVIEW_STAGES, due_on__lt=timezone.localdate()), "due_on")
    if late.rows:
        words = "waits for a verdict and is" if late.count == 1 else "wait for a verdict and are"
        yield _dated("review_overdue", late, f"{words} past due", REVIEW_STAGES, "overdue", mine)


def _due(rows: Any) -> Iterable[Concern]:
    today = timezone.localdate()
    late = find(rows.filter(stage__in=OTHER_OPEN_STAGES, due_on__lt=today), "due_on")
    if late.rows:
        yield _dated("overdue", late, f"{late.verb} past due", OTHER_OPEN_STAGES, "overdue", {})
    soon = find(rows.filter(stage__in=OPEN_STAGES, due_on=today), "due_on")
    if soon.rows:
        words = f"{soon.verb} due today and not finished"
        yield _dated("due_today", soon, words, OPEN_STAGES, "today", {})


def _dated(
    key: str, found: Found, words: str, stages: Iterable[Stage], due: str, mine: dict[str, str]
) -> Concern:
    query = filter_words(due=due, stage=[stage.value for stage in stages], **mine)
    is_late = due == "overdue"
    return Concern(
        key=key,
        group=Group.BROKEN if is_late else Group.SLOW,
        icon="calendar-exclamation" if is_late else "calendar-due",
        sentence=f"{found.words} {words}.",
        count=found.count,
        oldest=found.oldest if is_late else None,
        query=query,
        button=found.button(query),
    )


def _asked(rows: Any, mine: dict[str, str]) -> Iterable[Concern]:
    found = find(rows.in_stage(Stage.REVISION_ASKED))
    if found.rows:
        query = filter_words(stage=Stage.REVISION_ASKED.value, **mine)
        yield Concern(
            key="revision_asked",
            group=Group.ASKED,
            icon="message-2",
            sentence=f"A revision is asked for: {found.words}.",
            advice="The reason stands with each.",
            count=found.count,
            oldest=found.oldest,
            query=query,
            button=found.button(query),
        )
