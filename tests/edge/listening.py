"""A viewer of edge's event streams, as a browser is one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from edge.live_tokens import stream_path
from tests.edge.process import ORIGIN, SECRET, wait_for


@dataclass(frozen=True)
class Event:
    name: str
    data: Any
    at: float


@dataclass
class Listener:
    events: list[Event] = field(default_factory=list)
    ended_at: float | None = None

    def names(self) -> list[str]:
        return [event.name for event in self.events]

    def changes(self) -> list[Event]:
        return [event for event in self.events if event.name == "message"]

    def told(self) -> dict[str, int]:
        """What the viewer knows in the end."""
        known: dict[str, int] = {}
        for event in self.changes():
            known |= event.data["assets"]
        return known

    def wait_for(self, name: str, seconds: float = 20.0) -> Event:
        wait_for(lambda: name in self.names(), seconds)
        return next(event for event in self.events if event.name == name)

    def read(self, response: httpx.Response) -> None:
        name = "message"
        try:
            for line in response.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = json.loads(line.removeprefix("data: "))
                    self.events.append(Event(name, data, time.monotonic()))
                    name = "message"
        except httpx.HTTPError:
            pass
        finally:
            self.ended_at = time.monotonic()


def address_of(
    edge: str, team: str, *, member: str = "alice", seconds: int = 600, secret: str = SECRET
) -> str:
    return edge + stream_path(member=member, team=team, secret=secret, seconds=seconds)


@contextmanager
def listening(
    edge: str, team: str, *, member: str = "alice", age: int | None = 0, seconds: int = 600
) -> Iterator[Listener]:
    """From when edge has said that it is ready. `age` in milliseconds, as a page tells it."""
    url = address_of(edge, team, member=member, seconds=seconds)
    query = "" if age is None else f"?age={age}"
    headers = {"Origin": ORIGIN, "Accept": "text/event-stream"}
    listener = Listener()
    with (
        httpx.Client(trust_env=False, timeout=httpx.Timeout(10, read=None)) as client,
        client.stream("GET", url + query, headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        reader = threading.Thread(target=listener.read, args=[response], daemon=True)
        reader.start()
        listener.wait_for("ready")
        yield listener
