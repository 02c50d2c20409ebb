"""Requests at a fixed rate that care for no answer but its first line, at next to no cost.

Sender and receiver share the machine: what the sender burns, the receiver lacks. So this one keeps
bare sockets, one request under way on each, and looks at nothing but whether it was refused.
"""

from __future__ import annotations

import selectors
import socket
import time

REFUSED = b"HTTP/1.1 400 "
END = b"Refused.\n"
LONGEST_ANSWER = 4096  # bytes
TICK = 0.001  # seconds


def send(
    host: str, port: int, request: bytes, *, rate: float, seconds: float, connections: int
) -> float:
    """Refusals per second. Raises RuntimeError for any other answer."""
    idle = [socket.create_connection((host, port)) for _ in range(connections)]
    refused = sent = 0
    began = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        while (passed := time.perf_counter() - began) < seconds:
            while idle and sent < passed * rate:
                connection = idle.pop()
                connection.sendall(request)
                waiting.register(connection, selectors.EVENT_READ)
                sent += 1
            for key, _ in waiting.select(TICK):
                answered = _refused(key.fileobj)  # type: ignore[arg-type]
                waiting.unregister(answered)
                idle.append(answered)
                refused += 1
        took = time.perf_counter() - began
        under_way = [key.fileobj for key in waiting.get_map().values()]
    for connection in (*idle, *under_way):
        connection.close()  # type: ignore[union-attr]
    return refused / took


def _refused(connection: socket.socket) -> socket.socket:
    """The connection, once it has taken its answer."""
    answer = b""
    while not answer.endswith(END):
        piece = connection.recv(LONGEST_ANSWER)
        if not piece or not (answer + piece).startswith(REFUSED):
            raise RuntimeError(f"not a refusal: {(answer + piece)[:80]!r}")
        answer += piece
    return connection
