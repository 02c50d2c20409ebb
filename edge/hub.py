"""Who listens, and what each of them has still to be told.

Nothing is queued: what a viewer has not been told yet is one entry per video, and of too many only
that there were too many. So a reader who does not read costs no memory.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from edge.live_tokens import LiveGrant

# So many videos are told by name; beyond it a page asks for everything anyway.
MOST_TOLD = 500
# What has just changed is kept for those who come in between: a page is a moment older than its
# stream, and a stream that broke is soon opened again.
KEPT_SECONDS = 120.0
MOST_KEPT = 2000
# An address is a moment on its way here, and so is a change.
MARGIN_SECONDS = 2.0
# A revoked viewer whose connection takes nothing any more is cut.
FAREWELL_SECONDS = 1.0

Revisions = dict[str, int]


@dataclass(slots=True, eq=False)
class Viewer:
    """One stream. `assets`: id → revision that it has still to be told."""

    grant: LiveGrant
    task: asyncio.Task[object] | None = None
    assets: Revisions = field(default_factory=dict)
    is_resync: bool = False
    is_down: bool = False
    is_revoked: bool = False
    is_over: bool = False
    _sleeper: asyncio.Future[None] | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.assets) or self.is_resync or self.is_down

    def tell(self, assets: Revisions) -> None:
        if self.is_resync:
            return
        self.assets.update(assets)
        if len(self.assets) > MOST_TOLD:
            self.tell_all()
        self.wake()

    def tell_all(self) -> None:
        self.assets.clear()
        self.is_resync, self.is_down = True, False
        self.wake()

    def tell_down(self) -> None:
        self.is_down = True
        self.wake()

    def wake(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Until woken, for so long at most."""
        loop = asyncio.get_running_loop()
        self._sleeper = sleeper = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await sleeper
        finally:
            timer.cancel()
            self._sleeper = None


class Recent:
    """A team's last changes, by when they were heard."""

    def __init__(self, since: float) -> None:
        self.since = since  # all from here on is known
        self._heard: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def note(self, assets: Revisions, now: float) -> None:
        for asset, revision in assets.items():
            self._heard.pop(asset, None)
            self._heard[asset] = (revision, now)
        while len(self._heard) > MOST_KEPT:
            _, (_, self.since) = self._heard.popitem(last=False)

    def after(self, moment: float) -> Revisions | None:
        """None: that is longer ago than we know of."""
        if moment < self.since:
            return None
        return {asset: told for asset, (told, at) in self._heard.items() if at >= moment}

    def is_stale(self, now: float) -> bool:
        return all(now - at > KEPT_SECONDS for _, at in self._heard.values())


class Hub:
    def __init__(self) -> None:
        self._teams: dict[str, set[Viewer]] = {}
        self._streams: Counter[str] = Counter()  # by member
        self._recent: dict[str, Recent] = {}
        self._is_ending = False
        self._since: float | None = None  # when the present connection began to listen

    @property
    def viewers(self) -> int:
        return sum(map(len, self._teams.values()))

    def streams_of(self, member: str) -> int:
        return self._streams[member]

    @property
    def is_up(self) -> bool:
        return self._since is not None

    @contextlib.contextmanager
    def joined(self, viewer: Viewer, *, age_seconds: float) -> Iterator[None]:
        """`age_seconds`: how long ago the page knew everything; what came since is told first."""
        mates = self._teams.setdefault(viewer.grant.team, set())
        mates.add(viewer)
        self._streams[viewer.grant.member] += 1
        viewer.is_over = self._is_ending
        self._catch_up(viewer, age_seconds)
        try:
            yield
        finally:
            mates.discard(viewer)
            self._streams -= Counter((viewer.grant.member,))
            if not mates and self._teams.get(viewer.grant.team) is mates:
                del self._teams[viewer.grant.team]

    def _catch_up(self, viewer: Viewer, age_seconds: float) -> None:
        if self._since is None:
            viewer.tell_down()
            return
        missed = self._missed(viewer.grant.team, _now() - age_seconds - MARGIN_SECONDS)
        if missed is None or age_seconds > KEPT_SECONDS:
            viewer.tell_all()
        elif missed:
            viewer.tell(missed)

    def _missed(self, team: str, moment: float) -> Revisions | None:
        recent = self._recent.get(team)
        if recent is not None:
            return recent.after(moment)
        return {} if self._since is not None and moment >= self._since else None

    def heard(self, team: str, assets: Revisions) -> None:
        now = _now()
        if team not in self._recent:
            self._recent[team] = Recent(self._since or now)
        self._recent[team].note(assets, now)
        for viewer in self._teams.get(team, ()):
            viewer.tell(assets)

    def all_changed(self, team: str) -> None:
        self._recent[team] = Recent(_now())
        for viewer in self._teams.get(team, ()):
            viewer.tell_all()

    def revoke(self, member: str, team: str) -> None:
        """Ends this member's streams; an empty `team` means every team."""
        loop = asyncio.get_running_loop()
        for viewer in self._everybody():
            if viewer.grant.member != member or team not in ("", viewer.grant.team):
                continue
            viewer.is_revoked = viewer.is_over = True
            viewer.wake()
            if viewer.task is not None:
                loop.call_later(FAREWELL_SECONDS, viewer.task.cancel)

    def up(self) -> None:
        """Listening from now on: what was before, nobody knows."""
        self._since = _now()
        self._recent.clear()
        for viewer in self._everybody():
            viewer.tell_all()

    def down(self) -> None:
        if self._since is None:
            return
        self._since = None
        for viewer in self._everybody():
            viewer.tell_down()

    def tidy(self) -> None:
        """Forgets teams of which nothing has been heard for long."""
        now = _now()
        for team in [team for team, recent in self._recent.items() if recent.is_stale(now)]:
            del self._recent[team]

    def end(self) -> None:
        self._is_ending = True
        for viewer in self._everybody():
            viewer.is_over = True
            viewer.wake()

    def _everybody(self) -> list[Viewer]:
        return [viewer for mates in self._teams.values() for viewer in mates]


def _now() -> float:
    return asyncio.get_running_loop().time()
