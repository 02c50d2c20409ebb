"""One viewer of a team's changes: what it has still to be told, and the telling.

Nothing is queued: what a viewer has not been told yet is one entry per video, and of too many only
that there were too many. So a reader who does not read costs no memory.
"""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass, field

from starlette.types import Message, Send

from edge.begun import Begun
from edge.live_tokens import LiveGrant
from edge.sights import EVERYTHING, Sight

# So many videos are told by name; beyond it a page asks for everything anyway.
MOST_TOLD = 500
# The first news goes out at once, what follows at most so often: a little over a quarter, so that
# no second, wherever it begins, holds a fifth.
STEP_SECONDS = 0.3
BEAT_SECONDS = 20.0

Revisions = dict[str, int]


def words(text: str) -> Message:
    """One message of a stream; the same one goes to any number of viewers."""
    return {"type": "http.response.body", "body": f"{text}\n\n".encode(), "more_body": True}


def ready(viewers: int) -> Message:
    """`viewers`: of the team, so that their pages do not ask the desk all at once."""
    return words(f"event: ready\ndata: {viewers}")


def changed(assets: Revisions, viewers: int) -> Message:
    news = {"assets": assets, "viewers": viewers}
    return words(f"data: {json.dumps(news, separators=(',', ':'))}")


RESYNC = words("event: resync\ndata: 1")
DOWN = words("event: down\ndata: 1")
BEAT = words("event: beat\ndata: 1")
BYE = words("event: bye\ndata: 1")


@dataclass(slots=True, eq=False)
class Viewer:
    """One stream. `assets`: id → revision that it has still to be told.

    `sight`: what its page shows. `send`: how, from when its stream has begun. `unsent`: what its
    connection has not taken yet; until it has, nothing else is said.
    """

    grant: LiveGrant
    task: asyncio.Task[object] | None = None
    sight: Sight = EVERYTHING
    assets: Revisions = field(default_factory=dict)
    is_resync: bool = False
    is_down: bool = False
    is_revoked: bool = False
    is_over: bool = False
    send: Send | None = None
    unsent: Begun | None = None
    told_at: float = -math.inf  # news
    said_at: float = -math.inf  # anything
    _sleeper: asyncio.Future[None] | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.assets) or self.is_resync or self.is_down

    @property
    def due_at(self) -> float:
        """When something is to be said to it, by the loop's clock."""
        return self.told_at + STEP_SECONDS if self.has_news else self.said_at + BEAT_SECONDS

    def tell(self, assets: Revisions, message: Message, now: float) -> None:
        """`message` says the same as `assets`. At once, or when it has time for it."""
        if self._is_free(now):
            self._say_news(message, now)
        else:
            self.keep(assets)

    def _is_free(self, now: float) -> bool:
        return (
            self.send is not None
            and self.unsent is None
            and not self.has_news
            and not self.is_over
            and now - self.told_at >= STEP_SECONDS
        )

    def keep(self, assets: Revisions) -> None:
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

    def say_next(self, viewers: int, now: float) -> None:
        """What is due; nothing may be unsent. `viewers`: of its team."""
        if self.has_news:
            self._say_news(self._take_news(viewers), now)
        else:
            self.say(BEAT, now)

    def _say_news(self, message: Message, now: float) -> None:
        self.told_at = now
        self.say(message, now)

    def _take_news(self, viewers: int) -> Message:
        assets, is_resync, is_down = self.assets, self.is_resync, self.is_down
        self.assets, self.is_resync, self.is_down = {}, False, False
        if is_down:
            return DOWN
        return RESYNC if is_resync else changed(assets, viewers)

    def say(self, message: Message, now: float) -> None:
        """Never waits. Where the connection does not take it, its own task sees to the rest."""
        if self.send is None:
            raise RuntimeError("The stream has not begun.")
        self.said_at = now
        begun = Begun(self.send(message))
        if not begun.is_done:
            self.unsent = begun
            self.wake()

    def wake(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    def end(self) -> None:
        """Nothing more is said to it."""
        self.send, self.is_over = None, True
        if self.unsent is not None:
            self.unsent.close()

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
