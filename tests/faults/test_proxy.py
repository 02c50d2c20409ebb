"""The proxy's own promises, against a plain TCP server and in front of a real sandbox."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.faults.proxy import (
    CUT_BEFORE_ANSWER,
    PASS,
    STALL,
    STALL_BEFORE_ANSWER,
    FaultProxy,
    Way,
    cut_answer,
    cut_request,
    run_proxy,
)
from tests.sandbox.client import Client, new_asset
from tests.sandbox.loopback import wait_for
from tests.sandbox_process import KEY, run_sandbox

END = b"\n"


@dataclass
class Upstream:
    """Reads a request up to END or the end, then says its answer."""

    address: tuple[str, int]
    answer: bytes = b"the answer" + END
    requests: list[bytes] = field(default_factory=list)


def serve(listener: socket.socket, upstream: Upstream) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=answer_one, args=(connection, upstream), daemon=True).start()


def answer_one(connection: socket.socket, upstream: Upstream) -> None:
    with connection:
        request = received(connection)
        upstream.requests.append(request)
        if request.endswith(END):
            connection.sendall(upstream.answer)


def received(connection: socket.socket) -> bytes:
    data = b""
    try:
        while not data.endswith(END) and (piece := connection.recv(65_536)):
            data += piece
    except ConnectionResetError:
        pass
    return data


@contextmanager
def run_upstream() -> Iterator[Upstream]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = Upstream(listener.getsockname())
        thread = threading.Thread(target=serve, args=(listener, upstream))
        thread.start()
        yield upstream
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with run_upstream() as running:
        yield running


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultProxy]:
    with run_proxy(upstream.address) as running:
        yield running


@contextmanager
def connected(proxy: FaultProxy) -> Iterator[socket.socket]:
    with socket.create_connection(proxy.address, timeout=10) as connection:
        yield connection


def ask(proxy: FaultProxy, request: bytes = b"a question" + END) -> bytes:
    with connected(proxy) as connection:
        connection.sendall(request)
        return received(connection)


def test_everything_passes_untouched_both_ways(proxy: FaultProxy, upstream: Upstream) -> None:
    noise = random.Random(7).randbytes(2_000_000).replace(END, b" ")
    upstream.answer = noise[::-1] + END
    assert ask(proxy, noise + END) == upstream.answer
    assert upstream.requests == [noise + END]
    [passage] = proxy.passages
    assert (passage.request.passed, passage.answer.passed) == (2_000_001, 2_000_001)
    assert not passage.has_struck


@pytest.mark.parametrize("size", [1, 4, 9])
def test_exactly_so_many_bytes_of_the_request_arrive(
    proxy: FaultProxy, upstream: Upstream, size: int
) -> None:
    proxy.next(cut_request(size))
    assert ask(proxy) == b""
    wait_for(lambda: upstream.requests == [b"a question"[:size]])
    assert proxy.passages[0].has_struck


def test_a_request_cut_at_its_first_byte_never_arrives(
    proxy: FaultProxy, upstream: Upstream
) -> None:
    proxy.next(cut_request(0))
    assert ask(proxy) == b""
    wait_for(lambda: upstream.requests == [b""])


@pytest.mark.parametrize("size", [1, 5, 10])
def test_exactly_so_many_bytes_of_the_answer_arrive(proxy: FaultProxy, size: int) -> None:
    proxy.next(cut_answer(size))
    assert ask(proxy) == b"the answer"[:size]
    assert ask(proxy) == b"the answer" + END


def test_before_the_answer_means_after_the_work(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.next(CUT_BEFORE_ANSWER)
    assert ask(proxy) == b""
    assert upstream.requests == [b"a question" + END]


@pytest.mark.parametrize("fault", [cut_request(3, Way.RESET), cut_answer(0, Way.RESET)])
def test_a_reset_is_felt_as_one(proxy: FaultProxy, fault) -> None:
    proxy.next(fault)
    with connected(proxy) as connection:
        connection.sendall(b"a question" + END)
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_faults_are_taken_in_order_and_then_the_lasting_one(proxy: FaultProxy) -> None:
    proxy.always(cut_answer(3))
    proxy.next(PASS, cut_answer(1))
    assert [ask(proxy) for _ in range(4)] == [b"the answer" + END, b"t", b"the", b"the"]


def test_refusing_is_a_true_refusal_and_can_end(proxy: FaultProxy) -> None:
    with connected(proxy) as before:
        wait_for(lambda: len(proxy.passages) == 1)
        for _ in range(3):
            proxy.refuse()
            with pytest.raises(ConnectionRefusedError):
                ask(proxy)
            proxy.accept()
            assert ask(proxy) == b"the answer" + END
        before.sendall(b"still here" + END)
        assert received(before) == b"the answer" + END


def test_a_stall_holds_the_request_back_until_let_go(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.next(STALL)
    with connected(proxy) as connection:
        connection.sendall(b"a question" + END)
        wait_for(lambda: proxy.passages and proxy.passages[0].has_struck)
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert upstream.requests == []
        connection.settimeout(10)
        proxy.let_go()
        assert connection.recv(1) == b""
    assert ask(proxy) == b"the answer" + END


def test_an_answer_can_be_stalled_after_the_work(proxy: FaultProxy, upstream: Upstream) -> None:
    proxy.next(STALL_BEFORE_ANSWER)
    with connected(proxy) as connection:
        connection.sendall(b"a question" + END)
        wait_for(lambda: proxy.passages and proxy.passages[0].has_struck)
        assert upstream.requests == [b"a question" + END]
        proxy.cut_all()
        assert received(connection) == b""


def test_without_an_upstream_a_connection_just_ends() -> None:
    with run_upstream() as upstream:
        address = upstream.address
    with run_proxy(address) as proxy:
        assert ask(proxy, b"") == b""
        wait_for(lambda: proxy.passages[0].is_over)


def test_the_end_of_the_proxy_ends_what_is_open_and_its_thread(upstream: Upstream) -> None:
    with run_proxy(upstream.address) as proxy:
        proxy.next(STALL)
        connection = socket.create_connection(proxy.address, timeout=10)
        connection.sendall(b"a question" + END)
        wait_for(lambda: proxy.passages and proxy.passages[0].has_struck)
    assert received(connection) == b""
    connection.close()
    assert "fault-proxy" not in {thread.name for thread in threading.enumerate()}


def test_what_was_paid_depends_on_the_byte_at_which_the_line_broke(tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    body = new_asset(media_url="http://127.0.0.1:1/video.mp4")
    with run_sandbox(tmp_path) as handle, run_proxy(handle.url) as proxy:
        for fault, is_paid in ((cut_request(200), 0), (CUT_BEFORE_ANSWER, 1), (cut_answer(50), 2)):
            proxy.next(fault)
            with pytest.raises(httpx.TransportError):
                httpx.post(f"{proxy.url}/v1/assets/", json=body, headers=headers)
            assert len(Client(handle).get("/sandbox/ledger")["entries"]) == is_paid
