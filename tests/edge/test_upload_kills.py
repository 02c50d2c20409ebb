"""Whatever is killed in the middle of an upload, and wherever: the file arrives as it was.

A few of the twenty kills run always, all of them in `make test-slow`.
"""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from tests.edge.process import EdgeProcess, run_edge, wait_for
from tests.edge.tus import Tus, content
from tests.faults.proxy import FaultProxy, Way, cut_answer, cut_request, run_proxy

MB = 1024 * 1024
SIZE = 24 * MB + 11
PIECE = 4 * MB
KILLS = 20
ALWAYS = 3


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeProcess]:
    with run_edge(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


@pytest.fixture(scope="module")
def proxy(edge: EdgeProcess) -> Iterator[FaultProxy]:
    with run_proxy(("127.0.0.1", edge.port)) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def whole() -> bytes:
    return content(SIZE)


@dataclass
class Sender:
    """Sends piece after piece, and after each break goes on from what edge says it has."""

    tus: Tus
    whole: bytes
    sent_to: int = 0
    again: list[int] = field(default_factory=list)

    def send_all(self) -> None:
        while (offset := self._offset()) < len(self.whole):
            if offset < self.sent_to:
                self.again.append(self.sent_to - offset)
            piece = self.whole[offset : offset + PIECE]
            self.sent_to = offset + len(piece)
            try:
                answer = self.tus.patch(piece, offset)
            except httpx.TransportError:
                continue
            assert answer.status_code in (204, 409, 423), answer.text

    def _offset(self) -> int:
        """Asked until edge is back."""
        found: list[int] = []

        def is_told() -> bool:
            try:
                found.append(self.tus.offset())
            except httpx.TransportError:
                return False
            return True

        wait_for(is_told)
        return found[-1]


def kills(edge: EdgeProcess, proxy: FaultProxy, chance: random.Random) -> threading.Thread | None:
    """Breaks something at a moment that nobody chose."""
    way = chance.choice(("server", "server", "client", "reset", "answer"))
    if way == "server":
        killer = threading.Timer(chance.uniform(0.005, 0.25), edge.kill_and_restart)
        killer.start()
        return killer
    at = chance.randrange(1000, PIECE)
    faults = {
        "client": cut_request(at),
        "reset": cut_request(at, Way.RESET),
        "answer": cut_answer(0),
    }
    # The first connection asks for the offset.
    proxy.next(cut_request(10**9), *[faults[way]] * chance.randint(1, 3))
    return None


SEEDS = [
    pytest.param(seed, marks=[pytest.mark.slow] if seed >= ALWAYS else []) for seed in range(KILLS)
]


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_upload_arrives_as_it_was(
    edge: EdgeProcess, proxy: FaultProxy, whole: bytes, seed: int
) -> None:
    tus = Tus(edge, len(whole))
    tus.address = proxy.url
    sender = Sender(tus, whole)
    killer = kills(edge, proxy, random.Random(seed))
    try:
        sender.send_all()
    finally:
        if killer:
            killer.join()
    assert hashlib.sha256(tus.stored()).digest() == hashlib.sha256(whole).digest()
    assert all(again <= PIECE for again in sender.again)
