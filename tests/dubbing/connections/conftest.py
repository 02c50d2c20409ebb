from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from accounts.models import Team
from accounts.scoping import team_scope
from dubbing.models import Connection
from dubbing.services.connections import save_connection
from tests.builders import PUBLIC_PEM
from tests.dubbing.remote.far_end import far_end, send

KEY = "panjaya-live-abcd"
Asked = list[tuple[str, str, str]]


@pytest.fixture
def scope(team: Team) -> Iterator[Team]:
    with team_scope(team.id):
        yield team


class Engine:
    """A far end that keeps what it was asked and answers every path in one way, or its own."""

    def __init__(self, status: int, body: Any) -> None:
        self.status, self.body = status, body
        self.by_path: dict[str, tuple[int, Any]] = {}
        self.asked: Asked = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path = handler.path.partition("?")[0]
        self.asked.append((handler.command, path, handler.headers.get("Authorization", "")))
        status, body = self.by_path.get(path, (self.status, self.body))
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        send(handler, status, raw)

    def run(self) -> AbstractContextManager[str]:
        return far_end(self.answer)

    @property
    def calls(self) -> list[str]:
        return [f"{method} {path}" for method, path, _key in self.asked]


EMPTY_LIST = {"items": [], "total": 0}


@pytest.fixture
def far() -> Iterator[tuple[Engine, str]]:
    engine = Engine(200, EMPTY_LIST)
    with engine.run() as url:
        yield engine, url


Enter = Callable[..., Connection]


@pytest.fixture
def enter(scope: Team) -> Enter:
    """Enters a connection as an owner would; changes by keyword."""

    def entered(base_url: str, *, key: str | None = KEY, **changes: Any) -> Connection:
        row = changes.pop("row", None) or Connection(team=scope)
        row.base_url = base_url
        for name, value in changes.items():
            setattr(row, name, value)
        return save_connection(connection=row, key=key, public_keys=PUBLIC_PEM, make_current=True)

    return entered
