"""What viewers have still to be told, without a server: the clock is the loop's own."""

from __future__ import annotations

import asyncio
import time

from edge.hub import MOST_KEPT, MOST_TOLD, Hub, Recent, Viewer
from edge.live_tokens import LiveGrant
from edge.streams import Stream


def viewer_of(member: str = "m", team: str = "t") -> Viewer:
    return Viewer(LiveGrant(member, team, int(time.time()) + 600))


def test_what_a_viewer_has_to_be_told_is_bounded():
    async def story() -> None:
        hub, viewer = Hub(), viewer_of()
        hub.up()
        with hub.joined(viewer, age_seconds=0):
            viewer.is_resync = False
            for number in range(MOST_TOLD):
                hub.heard("t", {f"a{number}": number})
            assert len(viewer.assets) == MOST_TOLD
            hub.heard("t", {"one more": 1})
            assert viewer.is_resync and not viewer.assets
            hub.heard("t", {"and more": 1})
            assert not viewer.assets

    asyncio.run(story())


def test_a_newer_revision_replaces_the_older_one():
    viewer = viewer_of()
    viewer.tell({"a": 1, "b": 1})
    viewer.tell({"a": 2})
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
