"""Event streams: what has changed, never what it is. Web answers that, and asks who may see it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from edge.config import EdgeConfig
from edge.hub import KEPT_SECONDS, Hub
from edge.live_tokens import LiveGrant, read_live
from edge.nudges import listen
from edge.sights import EVERYTHING, Sight, read_sight
from edge.tokens import LapsedTokenError, TokenError
from edge.viewers import BYE, Viewer, ready

# A reader that takes nothing for so long is gone.
STALL_SECONDS = 30.0
# Windows of one person, on all their machines.
MOST_STREAMS = 50
# In the scope: how an answer's body is sent past the layers, which only mind its head.
BARE_SEND = "edge.bare_send"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies of the nginx kind would keep it to themselves.
    (b"x-accel-buffering", b"no"),
]

LAPSED = "This stream has lapsed. The page asks the desk for another."
FORGED = "This address is not valid. Reload the page."
TOO_MANY = "You have too many pages open. Close some of them."
UNABLE = "This edge has no DATABASE_URL, so it hears no news."


async def stream(request: Request) -> Response:
    config: EdgeConfig = request.app.state.config
    if not config.database_url:
        return _refusal(503, UNABLE)
    try:
        grant = read_live(request.path_params["token"], secret=config.secret)
    except LapsedTokenError:
        return _refusal(410, LAPSED)
    except TokenError:
        return _refusal(403, FORGED)
    hub: Hub = request.app.state.hub
    if hub.streams_of(grant.member) >= MOST_STREAMS:
        return _refusal(429, TOO_MANY)
    if request.method == "HEAD":
        return Response(headers={"Cache-Control": "no-store"})
    sight = read_sight(request.query_params)
    return Stream(hub, grant, age_seconds=_age(request), sight=sight)


def _refusal(status: int, text: str) -> Response:
    return PlainTextResponse(text, status, headers={"Cache-Control": "no-store"})


def _age(request: Request) -> float:
    """How long ago the page knew everything; without a word: too long."""
    text = request.query_params.get("age", "")
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) / 1000 if is_number else KEPT_SECONDS + 1


class Stream(Response):
    """Not Starlette's StreamingResponse, which costs each viewer a group of tasks."""

    def __init__(
        self, hub: Hub, grant: LiveGrant, *, age_seconds: float, sight: Sight = EVERYTHING
    ) -> None:
        self.hub = hub
        self.grant = grant
        self.age_seconds = age_seconds
        self.sight = sight
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        viewer = Viewer(self.grant, asyncio.current_task(), self.sight)
        leaving = asyncio.create_task(_watch(receive, viewer))
        try:
            with self.hub.joined(viewer, age_seconds=self.age_seconds):
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                viewer.send = scope.get(BARE_SEND, send)
                await _tell(viewer, self.hub)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return
        except asyncio.CancelledError:
            if not viewer.is_revoked:
                raise
        finally:
            leaving.cancel()
            viewer.end()


async def _watch(receive: Receive, viewer: Viewer) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    viewer.is_over = True
    viewer.wake()


async def _tell(viewer: Viewer, hub: Hub) -> None:
    """Until the viewer goes, is sent away, or its permit ends.

    Most of what it is told is said by the hub, to all viewers in one go; this sees to what is left.
    """
    loop = asyncio.get_running_loop()
    viewer.say(ready(hub.mates_of(viewer)), loop.time())
    while not viewer.is_over:
        if viewer.unsent is not None:
            await _finish(viewer)
            continue
        left = viewer.grant.until - time.time()
        if left <= 0:
            return
        now = loop.time()
        if viewer.due_at > now:
            await viewer.sleep(min(viewer.due_at - now, left))
        else:
            viewer.say_next(hub.mates_of(viewer), now)
    if viewer.is_revoked:
        await _finish(viewer)
        viewer.say(BYE, loop.time())
        await _finish(viewer)


async def _finish(viewer: Viewer) -> None:
    """Until its connection has taken what was said."""
    if viewer.unsent is not None:
        async with asyncio.timeout(STALL_SECONDS):
            await viewer.unsent
        viewer.unsent = None


@contextlib.asynccontextmanager
async def listening(app: Starlette) -> AsyncIterator[None]:
    """Starlette's lifespan: the ear at the database, as long as the process runs."""
    config: EdgeConfig = app.state.config
    hub: Hub = app.state.hub
    _end_streams_when_told(hub)
    ear = asyncio.create_task(listen(config.database_url, hub)) if config.database_url else None
    try:
        yield
    finally:
        hub.end()
        if ear is not None:
            ear.cancel()
            await asyncio.gather(ear, return_exceptions=True)


def _end_streams_when_told(hub: Hub) -> None:
    """The server waits for its streams before it tells of the end, and they would wait for it."""
    if threading.current_thread() is not threading.main_thread():
        return  # a test's; signals come to the main thread only
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _and_end(signal.getsignal(number), hub, loop))


def _and_end(former: Any, hub: Hub, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
    def act(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.end)
        if callable(former):
            former(number, frame)

    return act
