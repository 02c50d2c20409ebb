"""An engine that hangs may hold a few of a web process's threads, and never all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Event, Semaphore

import pytest

from accounts.models import Team
from dubbing.models import Connection
from dubbing.remote.client import RemoteClient
from dubbing.remote.errors import UnreachableError
from dubbing.services.clients import (
    ASKED_AT_ONCE,
    asked_client_for,
    asked_http_client,
    client_for,
)
from tests.builders import make_connection
from tests.dubbing.remote.far_end import far_end, send

LIST = json.dumps({"results": []}).encode()
MOMENT = 20.0


@contextmanager
def hanging_engine(team: Team, held: int) -> Iterator[Connection]:
    """So many of its first answers come when the block is left, all others at once."""
    arrived, release = Semaphore(0), Event()
    waits = iter([True] * held)

    def answer(request: BaseHTTPRequestHandler) -> None:
        if next(waits, False):
            arrived.release()
            release.wait(MOMENT)
        send(request, 200, LIST)

    with far_end(answer) as address, ThreadPoolExecutor(held) as people:
        connection = make_connection(team, base_url=address)
        asked: list[Future[object]] = []
        for _ in range(held):
            asked.append(people.submit(_ask, asked_client_for(connection)))
            assert arrived.acquire(timeout=MOMENT)
        try:
            yield connection
        finally:
            release.set()
            for one in asked:
                one.result(MOMENT)


def _ask(client: RemoteClient) -> object:
    return client.list_assets()


@pytest.fixture(autouse=True)
def own_pool() -> Iterator[None]:
    asked_http_client.cache_clear()
    yield
    asked_http_client.cache_clear()


@pytest.mark.django_db
def test_whoever_finds_all_places_waiting_is_told_so_soon(team: Team) -> None:
    with hanging_engine(team, ASKED_AT_ONCE) as connection:
        with pytest.raises(UnreachableError):
            asked_client_for(connection).list_assets()
        # A worker's calls have a pool of their own.
        assert client_for(connection).list_assets().items == ()


@pytest.mark.django_db
def test_a_place_that_is_left_serves_the_next(team: Team) -> None:
    with hanging_engine(team, ASKED_AT_ONCE - 1) as connection:
        for _ in range(3):
            assert asked_client_for(connection).list_assets().items == ()
