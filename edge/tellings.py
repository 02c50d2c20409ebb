"""One piece of news on its way to all viewers of a team.

Those whose pages show the video are told at once. The others have nothing to draw: they are told in
pieces over the next moment, so that a thousand of them do not take the processor from what the
first ones now ask of the desk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from edge.viewers import Revisions, Viewer, changed

PIECE = 50
MOST_PIECES = 30
PAUSE_SECONDS = 0.003


class Telling:
    """`said_at`: when somebody was told last, by the loop's clock; nobody was told later."""

    def __init__(self, assets: Revisions, viewers: Iterable[Viewer]) -> None:
        """Tells the first ones."""
        everybody = list(viewers)
        self._assets = assets
        self._message = changed(assets, len(everybody))
        lowest, highest = min(assets), max(assets)
        self._rest: list[Viewer] = []
        self._timer: asyncio.TimerHandle | None = None
        self.said_at = asyncio.get_running_loop().time()
        for viewer in everybody:
            if viewer.sight.meets(lowest, highest):
                self._tell(viewer)
            else:
                self._rest.append(viewer)
        self._piece = max(PIECE, -(-len(self._rest) // MOST_PIECES))
        self._plan()

    def finish(self) -> None:
        """Tells whoever is left now: there is newer news."""
        if self._timer is not None:
            self._timer.cancel()
        self._piece = len(self._rest)
        self._go_on()

    def _go_on(self) -> None:
        self.said_at = asyncio.get_running_loop().time() if self._rest else self.said_at
        for _ in range(min(self._piece, len(self._rest))):
            self._tell(self._rest.pop())
        self._plan()

    def _plan(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PAUSE_SECONDS, self._go_on) if self._rest else None

    def _tell(self, viewer: Viewer) -> None:
        viewer.tell(self._assets, self._message, self.said_at)
