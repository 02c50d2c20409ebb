"""Sending without waiting: as far as a connection takes it at once, and the rest for later.

A thousand viewers are told the same in one go, and none of them may hold up the others; waking a
task for each of them costs more than the telling.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Any


class Begun:
    """Something to be awaited that runs at once, up to where it first has to wait.

    Where `is_done` says that it did, one task or another awaits it for the rest, once. What it
    raises is raised there, even where it did so at once.
    """

    __slots__ = ("_error", "_steps", "_waited_for", "is_done")

    def __init__(self, awaited: Awaitable[None]) -> None:
        self._steps = awaited.__await__()
        self._waited_for: Any = None
        self._error: Exception | None = None
        self.is_done = False
        try:
            self._waited_for = next(self._steps)
        except StopIteration:
            self.is_done = True
        except Exception as error:  # noqa: BLE001  # raised where it is awaited
            self._error = error

    def __await__(self) -> Generator[Any, Any, None]:
        if self._error is not None:
            raise self._error
        while not self.is_done:
            # The loop meets the future as if this task had come upon it first.
            try:
                answer = yield self._waited_for
            except BaseException as error:
                self._go_on(self._steps.throw, error)
            else:
                self._go_on(self._steps.send, answer)

    def _go_on(self, step: Any, value: Any) -> None:
        try:
            self._waited_for = step(value)
        except StopIteration:
            self.is_done = True

    def close(self) -> None:
        """Where nobody will await it any more."""
        self._steps.close()
