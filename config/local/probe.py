"""Questions to a socket: is it free, does something answer."""

from __future__ import annotations

import http.client
import socket
import struct
from pathlib import Path

PROTOCOL_3 = 3 << 16


def postgres_accepts(path: Path, *, user: str, database: str, timeout: float = 2) -> bool:
    """Whether the server behind this socket lets the user in now (not: is still recovering)."""
    words = b"\0".join([b"user", user.encode(), b"database", database.encode(), b"", b""])
    hello = struct.pack("!II", len(words) + 8, PROTOCOL_3) + words
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(str(path))
            connection.sendall(hello)
            answer = connection.recv(1)
            if answer == b"R":
                connection.sendall(b"X\0\0\0\4")
        except OSError:
            return False
    return answer == b"R"


def why_not_bound(host: str, port: int) -> OSError | None:
    """What keeps a server from listening here; none where nothing does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        # As servers do: connections of the last run that still fade away do not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            return error
    return None


def http_answers(host: str, port: int, path: str, *, timeout: float = 2) -> bool:
    """Whether a server answers here, and not with an error of its own."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
