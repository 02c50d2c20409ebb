"""Requests at a fixed rate that care for no answer but its first line, at next to no cost.

Sender and receiver share the machine: what the sender burns, the receiver lacks. So this one keeps
bare sockets, one request under way on each, and looks at nothing but whether it was refused.
"""

from __future__ import annotations

import select
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
    lines = [socket.create_connection((host, port)) for _ in range(connections)]
    idle = list(lines)
    under_way: dict[int, socket.socket] = {}
    refused = sent = 0
    began = time.perf_counter()
    with select.epoll() as answers:
        for line in lines:
            answers.register(line, select.EPOLLIN)
        while (passed := time.perf_counter() - began) < seconds:
            while idle and sent < passed * rate:
                line = idle.pop()
                line.sendall(request)
                under_way[line.fileno()] = line
                sent += 1
            for number, _ in answers.poll(TICK):
                idle.append(_refused(under_way.pop(number)))
                refused += 1
        took = time.perf_counter() - began
    for line in lines:
        line.close()
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
