"""What viewers have still to be told, without a server: the clock is the loop's own."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from edge.hub import MOST_KEPT, Hub, Recent
from edge.live_tokens import LiveGrant
from edge.sights import EVERYTHING, Sight
from edge.streams import Stream
from edge.viewers import MOST_TOLD, STEP_SECONDS, Viewer


def viewer_of(member: str = "m", team: str = "t") -> Viewer:
    return Viewer(LiveGrant(member, team, int(time.time()) + 600))


def test_what_a_viewer_has_to_be_told_is_bounded():
    async def story() -> None:
        hub, viewer = Hub(), viewer_of()
        hub.up()
        with hub.joined(viewer, age_seconds=0):
            viewer.is_resync = False
            for number in range(MOST_TOLD):
                viewer.keep({f"a{number}": number})
            assert len(viewer.assets) == MOST_TOLD
            viewer.keep({"one more": 1})
            assert viewer.is_resync and not viewer.assets
            viewer.keep({"and more": 1})
            assert not viewer.assets

    asyncio.run(story())


def test_a_newer_revision_replaces_the_older_one():
    viewer = viewer_of()
    viewer.keep({"a": 1, "b": 1})
    viewer.keep({"a": 2})
    assert viewer.assets == {"a": 2, "b": 1}


def test_recent_changes_are_bounded_and_honest_about_it():
    recent = Recent(since=0.0)
    for number in range(MOST_KEPT):
        recent.note({f"a{number}": number}, float(number))
    assert recent.after(MOST_KEPT - 2.0) == {
        f"a{number}": number for number in (MOST_KEPT - 2, MOST_KEPT - 1)
    }
    recent.note({"one more": 1}, float(MOST_KEPT))
    assert recent.after(-1.0) is None
    assert recent.after(1.0) is not None


def test_a_member_who_left_leaves_nothing_behind():
    async def story() -> None:
        hub = Hub()
        with hub.joined(viewer_of(), age_seconds=0):
            assert (hub.viewers, hub.streams_of("m")) == (1, 1)
        assert (hub.viewers, hub.streams_of("m")) == (0, 0)

    asyncio.run(story())


def test_while_nothing_is_heard_viewers_know_it():
    async def story() -> None:
        hub, viewer = Hub(), viewer_of()
        with hub.joined(viewer, age_seconds=0):
            assert viewer.is_down
            hub.up()
            assert viewer.is_resync and not viewer.is_down
            hub.down()
            assert viewer.is_down

    asyncio.run(story())


def test_a_revoked_viewer_who_takes_nothing_is_cut_within_two_seconds():
    async def story() -> float:
        hub = Hub()
        hub.up()
        grant = LiveGrant("m", "t", int(time.time()) + 600)
        never = asyncio.Event()

        async def receive() -> dict[str, str]:
            await never.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.body":
                await never.wait()

        async def serve() -> None:
            await Stream(hub, grant, age_seconds=0)({}, receive, send)

        serving = asyncio.create_task(serve())
        while not hub.viewers:
            await asyncio.sleep(0)
        began = time.monotonic()
        hub.revoke("m", "t")
        await serving
        assert not hub.viewers
        return time.monotonic() - began

    assert asyncio.run(story()) < 2


class Line:
    """A connection that takes messages as long as it is open."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.taken: list[str] = []

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.open.wait()
        if "body" in message:
            self.taken.append(message["body"].decode())

    async def receive(self) -> dict[str, str]:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    def told(self) -> list[dict[str, int]]:
        news = [text.removeprefix("data: ") for text in self.taken if text.startswith("data: ")]
        return [json.loads(one)["assets"] for one in news]


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def streaming(hub: Hub, count: int, sight: Sight = EVERYTHING) -> AsyncIterator[list[Line]]:
    """So many streams of one team that have begun."""
    lines = [Line() for _ in range(count)]
    grants = [LiveGrant(f"m{number}", "t", int(time.time()) + 600) for number in range(count)]
    streams = [Stream(hub, grant, age_seconds=0, sight=sight) for grant in grants]
    serving = [
        asyncio.create_task(stream({}, line.receive, line.send))
        for stream, line in zip(streams, lines, strict=True)
    ]
    await until(lambda: all(line.taken for line in lines))
    try:
        yield lines
    finally:
        for line in lines:
            line.open.set()
        hub.end()
        await asyncio.gather(*serving)


def listening_hub() -> Hub:
    hub = Hub()
    hub.up()
    hub._since = -1e9  # for so long that nobody is told to ask for everything
    return hub


def test_all_viewers_are_told_before_anything_else_happens():
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 50) as lines:
            hub.heard("t", {"a": 1})
            assert all(line.told() == [{"a": 1}] for line in lines)

    asyncio.run(story())


ELSEWHERE = Sight("1", "2")


def test_whose_page_shows_it_is_told_first_and_everybody_in_the_end():
    async def story() -> None:
        hub = listening_hub()
        async with (
            streaming(hub, 3, Sight("a", "b")) as first,
            streaming(hub, 400, ELSEWHERE) as rest,
        ):
            hub.heard("t", {"a": 1})
            assert all(line.told() == [{"a": 1}] for line in first)
            assert not any(line.told() for line in rest)
            await until(lambda: any(line.told() for line in rest))
            assert not all(line.told() for line in rest)  # one piece after the other
            await until(lambda: all(line.told() == [{"a": 1}] for line in rest))

    asyncio.run(story())


def test_newer_news_overtakes_nobody_who_has_not_heard_the_older():
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 400, ELSEWHERE) as lines:
            hub.heard("t", {"a": 1})
            assert not any(line.told() for line in lines)
            audience = hub._teams["t"]
            audience._told_at = audience._telling.said_at = -1e9  # as if that took a step and more
            hub.heard("t", {"b": 1})
            assert all(line.told() == [{"a": 1}] for line in lines)
            await until(lambda: all(line.told() == [{"a": 1}, {"b": 1}] for line in lines))

    asyncio.run(story())


@pytest.mark.parametrize("sight", [EVERYTHING, ELSEWHERE])
def test_in_a_burst_no_viewer_is_told_more_often_than_each_step(sight: Sight):
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 120, sight) as lines:
            heard: dict[int, list[float]] = {at: [] for at in range(len(lines))}
            for revision in range(300):
                hub.heard("t", {"a": revision})
                await asyncio.sleep(0.004)
                for at, line in enumerate(lines):
                    if len(line.told()) > len(heard[at]):
                        heard[at].append(time.monotonic())
            await until(lambda: all(line.told()[-1:] == [{"a": 299}] for line in lines))
            assert all(len(line.told()) >= 3 for line in lines)
            viewers = hub._teams["t"].viewers
            assert not any(viewer.assets for viewer in viewers)
            gaps = [
                later - sooner
                for moments in heard.values()
                for sooner, later in itertools.pairwise(moments)
            ]
            assert len(gaps) > 200 and sum(gaps) / len(gaps) >= STEP_SECONDS * 0.95

    asyncio.run(story())


def test_who_leaves_before_it_is_told_is_no_harm():
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 60, ELSEWHERE) as lines:
            hub.heard("t", {"a": 1})
            hub.revoke("m7", "t")
            await until(lambda: sum(line.told() == [{"a": 1}] for line in lines) >= 59)

    asyncio.run(story())


def test_who_takes_nothing_holds_up_nobody_and_is_told_the_last_in_the_end():
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 3) as (slow, *others):
            slow.open.clear()
            for revision in (1, 2, 3):
                hub.heard("t", {"a": revision})
                await until(lambda now=revision: others[0].told()[-1:] == [{"a": now}])
            assert others[0].told() == others[1].told() == [{"a": 1}, {"a": 2}, {"a": 3}]
            assert slow.told() == []
            slow.open.set()
            await until(lambda: slow.told()[-1:] == [{"a": 3}])
            assert slow.told() == [{"a": 1}, {"a": 3}]

    asyncio.run(story())


def test_what_comes_soon_after_goes_together_a_step_later():
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 2) as lines:
            hub.heard("t", {"a": 1})
            hub.heard("t", {"a": 2})
            hub.heard("t", {"b": 5})
            told_at = time.monotonic()
            assert lines[0].told() == [{"a": 1}]
            await until(lambda: len(lines[1].told()) == 2)
            assert time.monotonic() - told_at > STEP_SECONDS * 0.9
            assert lines[0].told() == [{"a": 1}, {"a": 2, "b": 5}]

    asyncio.run(story())


def test_too_many_within_a_step_become_one_word():
    async def story() -> None:
        hub = listening_hub()
        async with streaming(hub, 2) as lines:
            hub.heard("t", {"first": 1})
            hub.heard("t", {f"a{number}": 1 for number in range(MOST_TOLD + 1)})
            await until(lambda: all("event: resync" in line.taken[-1] for line in lines))

    asyncio.run(story())
