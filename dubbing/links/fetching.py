"""Asks for a part of what an address leads to. No cookies, no keys, nothing unpacked."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

import httpcore
import httpx

from dubbing.links.addresses import check_address
from dubbing.links.dialling import Dialler, Meter, too_slow
from dubbing.links.faults import LinkError
from dubbing.links.rules import LinkRules

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")
LENGTH = re.compile(r"\d{1,19}")
TIMED_OUT = (httpcore.ConnectTimeout, httpcore.ReadTimeout, httpcore.WriteTimeout)
CUT = "The server broke off in the middle of its answer. Try the link in a browser."


@dataclass(frozen=True)
class Reply:
    """`address` is the last one of the redirects; it may be signed, so it is never kept."""

    address: str
    status: int
    content_type: str  # lower case, without parameters
    body: bytes  # at most what was asked for
    first: int  # place of its first byte
    total: int | None  # bytes of the whole, where the server tells
    has_ranges: bool
    redirects: int


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class Fetcher:
    """For one look: its time and its bytes are counted over all requests."""

    def __init__(self, rules: LinkRules) -> None:
        self._rules = rules
        self._meter = Meter(rules)

    def get(self, address: str, first: int, last: int) -> Reply:
        """Bytes `first` to `last`, both included. Raises LinkError; any status is a Reply."""
        seen = 0
        while True:
            check_address(address, loopback_allowed=self._rules.loopback_allowed)
            answer = self._ask(address, first, last, seen)
            if isinstance(answer, Reply):
                return answer
            seen += 1
            if seen > self._rules.max_redirects:
                raise LinkError(
                    "The link leads from one address to the next without end. Give the last one.",
                    "link_redirects",
                )
            address = answer

    def _ask(self, address: str, first: int, last: int, redirects: int) -> Reply | str:
        """The reply, or the address that it points to."""
        with _told_in_words(), self._response(address, first, last) as response:
            headers = {name.lower(): value for name, value in response.headers}
            target = headers.get(b"location", b"").decode("utf-8", "replace")
            if response.status in REDIRECTS and target:
                return urljoin(address, target).partition("#")[0]
            is_part, start, total = _place(response.status, headers, first)
            return Reply(
                address=address,
                status=response.status,
                content_type=_text(headers, b"content-type").partition(";")[0].strip().lower(),
                body=_read(response, last - first + 1),
                first=start,
                total=total,
                has_ranges=is_part or _text(headers, b"accept-ranges").lower() == "bytes",
                redirects=redirects,
            )

    @contextmanager
    def _response(self, address: str, first: int, last: int) -> Iterator[httpcore.Response]:
        url = httpx.URL(address)
        headers = [
            ("User-Agent", "Dubdesk"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Range", f"bytes={first}-{last}"),
        ]
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        with (
            self._pool(url.scheme, url.host) as pool,
            pool.stream("GET", target, headers=headers) as response,
        ):
            yield response

    def _pool(self, scheme: str, host: str) -> httpcore.ConnectionPool:
        proxy = self._rules.proxy_for(scheme, host)
        dialler = Dialler(self._rules, self._meter, is_proxy=bool(proxy))
        if proxy:
            return httpcore.HTTPProxy(proxy, ssl_context=_tls(), network_backend=dialler)
        return httpcore.ConnectionPool(ssl_context=_tls(), network_backend=dialler)


def _read(response: httpcore.Response, wanted: int) -> bytes:
    """What is more than wanted is not read: leaving the block closes the connection."""
    body = bytearray()
    for piece in response.iter_stream():
        body += piece
        if len(body) >= wanted:
            break
    return bytes(body[:wanted])


def _place(status: int, headers: dict[bytes, bytes], asked: int) -> tuple[bool, int, int | None]:
    """Whether it is a part, where it begins, and the length of the whole."""
    found = CONTENT_RANGE.fullmatch(_text(headers, b"content-range"))
    if status == 206 and found:
        total = None if found[3] == "*" else int(found[3])
        return True, int(found[1]), total
    length = _text(headers, b"content-length")
    return False, 0, int(length) if LENGTH.fullmatch(length) else None


def _text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").strip()


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except TIMED_OUT:
        raise too_slow() from None
    except httpcore.ConnectError as error:
        raise _not_connected(error) from None
    except httpcore.ProxyError:
        raise LinkError(
            "This desk’s own proxy does not let the link through. Ask whoever runs the desk.",
            "link_proxy",
            is_passing=True,
        ) from None
    except (httpcore.ReadError, httpcore.WriteError):
        raise LinkError(CUT, "link_cut", is_passing=True) from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        raise LinkError(CUT, "link_cut") from None
    except httpx.InvalidURL:
        raise LinkError("This is not a link. Copy it again, whole.", "invalid_url") from None


def _not_connected(error: httpcore.ConnectError) -> LinkError:
    if "certificate" in str(error).lower() or "ssl" in str(error).lower():
        return LinkError(
            "The server’s certificate is not valid, so nobody can tell who answers. "
            "Ask its owner, or upload the file.",
            "link_tls",
        )
    return LinkError(
        "Nothing answers at this address. Check the link, or upload the file.", "link_refused"
    )
