"""What is begun without a task and ended by one."""

from __future__ import annotations

import asyncio

import pytest

from edge.begun import Begun


def test_what_never_waits_is_done_at_once():
    told = []

    async def act() -> None:
        told.append("done")

    assert Begun(act()).is_done
    assert told == ["done"]


def test_what_waits_goes_on_where_a_task_awaits_it():
    async def story() -> list[str]:
        gate, told = asyncio.Event(), []

        async def act() -> None:
            told.append("begun")
            await gate.wait()
            told.append("on")
            await asyncio.sleep(0)
            told.append("done")

        begun = Begun(act())
        assert told == ["begun"] and not begun.is_done
        asyncio.get_running_loop().call_soon(gate.set)
        await begun
        assert begun.is_done
        return told

    assert asyncio.run(story()) == ["begun", "on", "done"]


@pytest.mark.parametrize("is_late", [False, True])
def test_what_it_raises_is_raised_to_who_awaits_it(is_late):
    async def act() -> None:
        if is_late:
            await asyncio.sleep(0)
        raise OSError("gone")

    async def story() -> None:
        begun = Begun(act())
        assert not begun.is_done
        with pytest.raises(OSError, match="gone"):
            await begun

    asyncio.run(story())


def test_a_time_limit_reaches_into_it():
    ended = []

    async def act() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def story() -> None:
        begun = Begun(act())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await begun

    asyncio.run(story())
    assert ended == [True]


def test_what_nobody_awaits_any_more_is_closed():
    ended = []

    async def act() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def story() -> None:
        Begun(act()).close()

    asyncio.run(story())
    assert ended == [True]
