"""Opens sockets: judged, counted, and closed when their time is over."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from dubbing.links.addresses import is_public, literal_address, private
from dubbing.links.faults import LinkError
from dubbing.links.rules import LinkRules, resolve_in_time

# One dead address of several must not use up all the time.
MOST_ADDRESSES = 4


class Meter:
    """The time and bytes that are left for one look."""

    def __init__(self, rules: LinkRules) -> None:
        self.deadline = time.monotonic() + rules.seconds
        self._pause = rules.pause_seconds
        self._bytes = rules.max_bytes

    def pause(self) -> float:
        """Seconds that the next step may take. Raises LinkError when time is up."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise too_slow()
        return min(left, self._pause)

    def count(self, received: int) -> None:
        self._bytes -= received
        if self._bytes < 0:
            raise LinkError(
                "The server sends more than was asked for. Upload the file instead.", "link_answer"
            )


def too_slow() -> LinkError:
    return LinkError(
        "The server did not answer in time. Check the link in a private browser window; the desk "
        "tries again by itself when the row is checked anew.",
        "link_timeout",
        is_passing=True,
    )


class MeteredStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, meter: Meter) -> None:
        self._inner = inner
        self._meter = meter

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._meter.pause())
        self._meter.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._meter.pause())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        pause = self._meter.pause()
        return MeteredStream(
            self._inner.start_tls(ssl_context, server_hostname, pause), self._meter
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Dialler(httpcore.NetworkBackend):
    """Resolves, judges, and connects to what was judged: the name is not looked up again."""

    def __init__(self, rules: LinkRules, meter: Meter, *, is_proxy: bool = False) -> None:
        self._rules = rules
        self._meter = meter
        self._is_proxy = is_proxy
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._addresses(host, port)[:MOST_ADDRESSES]:
            try:
                stream = self._inner.connect_tcp(address, port, self._meter.pause())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return MeteredStream(stream, self._meter)
        raise failure or httpcore.ConnectError(host)

    def _addresses(self, host: str, port: int) -> list[str]:
        """Raises LinkError when none of them may be called."""
        literal = literal_address(host.strip("[]"))
        found = [str(literal)] if literal is not None else self._resolved(host, port)
        if self._is_proxy:
            return found
        allowed = self._rules.loopback_allowed
        public = [one for one in found if _may_be_called(one, loopback_allowed=allowed)]
        if not public:
            raise private(host)
        return public

    def _resolved(self, host: str, port: int) -> list[str]:
        try:
            found = resolve_in_time(self._rules.resolve, host, port, deadline=self._meter.deadline)
        except TimeoutError:
            raise too_slow() from None
        except (OSError, UnicodeError):
            found = ()
        if not found:
            raise LinkError(
                f"There is no machine of the name “{host}”. Check the link for a slip.",
                "link_unresolved",
            )
        return list(found)


def _may_be_called(text: str, *, loopback_allowed: bool) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return is_public(address, loopback_allowed=loopback_allowed)
