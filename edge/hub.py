"""Who listens to which team, and what was told last."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter, OrderedDict
from collections.abc import Iterator

from edge.tellings import Telling
from edge.viewers import MOST_TOLD, STEP_SECONDS, Revisions, Viewer

# What has just changed is kept for those who come in between: a page is a moment older than its
# stream, and a stream that broke is soon opened again.
KEPT_SECONDS = 120.0
MOST_KEPT = 2000
# An address is a moment on its way here, and so is a change.
MARGIN_SECONDS = 2.0
# A revoked viewer whose connection takes nothing any more is cut.
FAREWELL_SECONDS = 1.0


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


class Audience:
    """A team's viewers. They are told together, with words that are made once for all of them."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self._assets: Revisions = {}
        self._told_at = -math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._telling: Telling | None = None

    def hear(self, assets: Revisions) -> None:
        self._assets.update(assets)
        if self._timer is None:
            self._tell_when_due()

    def _tell_when_due(self) -> None:
        """A step after the last viewer was told, so that all of them have time for it."""
        last = self._telling.said_at if self._telling is not None else -math.inf
        wait = max(last, self._told_at) + STEP_SECONDS - _now()
        if wait <= 0:
            self._timer = None
            self._tell()
        else:
            self._timer = asyncio.get_running_loop().call_later(wait, self._tell_when_due)

    def _tell(self) -> None:
        assets, self._assets = self._assets, {}
        self._told_at = _now()
        if self._telling is not None:
            self._telling.finish()
        if len(assets) > MOST_TOLD:
            self.tell_all()
        else:
            self._telling = Telling(assets, self.viewers)

    def tell_all(self) -> None:
        for viewer in self.viewers:
            viewer.tell_all()


class Hub:
    def __init__(self) -> None:
        self._teams: dict[str, Audience] = {}
        self._streams: Counter[str] = Counter()  # by member
        self._recent: dict[str, Recent] = {}
        self._is_ending = False
        self._since: float | None = None  # when the present connection began to listen

    @property
    def viewers(self) -> int:
        return sum(len(audience.viewers) for audience in self._teams.values())

    def mates_of(self, viewer: Viewer) -> int:
        """All viewers of its team, itself among them."""
        return len(self._teams[viewer.grant.team].viewers)

    def streams_of(self, member: str) -> int:
        return self._streams[member]

    @property
    def is_up(self) -> bool:
        return self._since is not None

    @contextlib.contextmanager
    def joined(self, viewer: Viewer, *, age_seconds: float) -> Iterator[None]:
        """`age_seconds`: how long ago the page knew everything; what came since is told first."""
        audience = self._teams.setdefault(viewer.grant.team, Audience())
        audience.viewers.add(viewer)
        self._streams[viewer.grant.member] += 1
        viewer.is_over = self._is_ending
        self._catch_up(viewer, age_seconds)
        try:
            yield
        finally:
            audience.viewers.discard(viewer)
            self._streams -= Counter((viewer.grant.member,))
            if not audience.viewers and self._teams.get(viewer.grant.team) is audience:
                del self._teams[viewer.grant.team]

    def _catch_up(self, viewer: Viewer, age_seconds: float) -> None:
        if self._since is None:
            viewer.tell_down()
            return
        missed = self._missed(viewer.grant.team, _now() - age_seconds - MARGIN_SECONDS)
        if missed is None or age_seconds > KEPT_SECONDS:
            viewer.tell_all()
        elif missed:
            viewer.keep(missed)

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
        if team in self._teams:
            self._teams[team].hear(assets)

    def all_changed(self, team: str) -> None:
        self._recent[team] = Recent(_now())
        if team in self._teams:
            self._teams[team].tell_all()

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
        return [viewer for audience in self._teams.values() for viewer in audience.viewers]


def _now() -> float:
    return asyncio.get_running_loop().time()
