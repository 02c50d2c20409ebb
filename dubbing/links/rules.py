from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.request import getproxies_environment, proxy_bypass

Resolver = Callable[[str, int], Sequence[str]]
RESOLVERS = 8


def resolve_host(host: str, port: int) -> list[str]:
    """The numeric addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@lru_cache(maxsize=1)
def _resolvers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")


def resolve_in_time(resolve: Resolver, host: str, port: int, *, deadline: float) -> Sequence[str]:
    """The system's resolver takes its time and cannot be stopped. Raises OSError, TimeoutError."""
    answer = _resolvers().submit(resolve, host, port)
    try:
        return answer.result(timeout=max(0.0, deadline - time.monotonic()))
    except LateError:
        raise TimeoutError from None


def environment_proxies() -> dict[str, str]:
    """Scheme → proxy, as the environment names them (HTTPS_PROXY and the like)."""
    return {name: url for name, url in getproxies_environment().items() if name != "no"}


@dataclass(frozen=True)
class LinkRules:
    """What a look may do. Where a proxy stands between, that one resolves names and connects:
    then only the spelling of an address is judged here, and the proxy guards its own network.
    """

    loopback_allowed: bool = False
    proxies: Mapping[str, str] = field(default_factory=dict)
    resolve: Resolver = resolve_host
    seconds: float = 20.0  # for the whole look, redirects and all
    pause_seconds: float = 6.0  # for one connection or read
    max_bytes: int = 40 << 20  # over the wire, headers included
    max_redirects: int = 5

    def proxy_for(self, scheme: str, host: str) -> str:
        """Empty where we connect ourselves."""
        is_here = host == "localhost" or host.startswith("127.") or host in ("::1", "[::1]")
        if is_here or proxy_bypass(host):
            return ""
        return self.proxies.get(scheme) or self.proxies.get("all", "")
