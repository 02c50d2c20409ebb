"""Which addresses lead to the public, by their spelling and by what a name resolves to."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import SplitResult, urlsplit

from dubbing.links.faults import LinkError

MAX_URL_CHARACTERS = 2000
HOST_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}\w)?")
# Last labels that never lead to a public machine.
PRIVATE_SUFFIXES = frozenset(
    {"local", "internal", "localdomain", "lan", "home", "intranet", "arpa"}
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# A gateway for local use unwraps these wherever it likes; the others were taken out of use.
NEVER_PUBLIC = (
    ipaddress.IPv6Network("64:ff9b:1::/48"),
    ipaddress.IPv6Network("::/96"),
    ipaddress.IPv6Network("fec0::/10"),
)


def check_address(url: str, *, loopback_allowed: bool) -> None:
    """A public http(s) link, as far as its spelling tells. Raises LinkError.

    Names are not resolved here. `loopback_allowed` is for the sandbox, on this machine.
    """
    parts = _split(url)
    if parts.scheme not in {"http", "https"}:
        raise LinkError("The link must begin with https:// or http://.", "url_scheme")
    if "@" in parts.netloc:
        raise LinkError(
            "The link contains a user name or password. Give a link that works without.",
            "url_credentials",
        )
    host = _host(parts)
    if not _is_public_host(host, loopback_allowed=loopback_allowed):
        raise private(host)


def is_public(address: Address, *, loopback_allowed: bool) -> bool:
    judged = _embedded(address) or address
    if judged.is_loopback:
        return loopback_allowed
    if any(judged in network for network in NEVER_PUBLIC if network.version == judged.version):
        return False
    return judged.is_global and not judged.is_multicast


def literal_address(host: str) -> Address | None:
    """The address a literal stands for, in the old spellings (`127.1`, `0x7f000001`) as well."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    if not re.fullmatch(r"[0-9a-fx.]+", host) or not host.rpartition(".")[2][:1].isdigit():
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def private(host: str) -> LinkError:
    return LinkError(
        f"“{host}” is an address only your own network can reach. "
        "Give a public link, or upload the file.",
        "url_private",
    )


def _split(url: str) -> SplitResult:
    if not isinstance(url, str) or not url:
        raise _invalid()
    if len(url) > MAX_URL_CHARACTERS:
        raise LinkError(
            f"A link has at most {MAX_URL_CHARACTERS:,} characters; this one has {len(url):,}. "
            "Use a shorter one, or upload the file.",
            "url_too_long",
        )
    # Looked for before splitting: urlsplit silently drops tabs and line breaks, and browsers
    # read a backslash as a slash.
    if any(_breaks_a_link(character) for character in url):
        raise _invalid("It contains a space, a backslash or a control character.")
    try:
        return urlsplit(url)
    except ValueError:
        raise _invalid() from None


def _breaks_a_link(character: str) -> bool:
    return character == "\\" or unicodedata.category(character)[0] in "CZ"


def _host(parts: SplitResult) -> str:
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _invalid("Its port is not a number up to 65535.") from None
    if not host or port == 0:
        raise _invalid("It names no machine.")
    host = unicodedata.normalize("NFKC", host).removesuffix(".").lower()
    if literal_address(host) is None and not _is_host_name(host):
        raise _invalid(f"“{host[:80]}” is not the name of a machine.")
    return host


def _is_host_name(host: str) -> bool:
    return len(host) <= 253 and all(HOST_LABEL.fullmatch(label) for label in host.split("."))


def _is_public_host(host: str, *, loopback_allowed: bool) -> bool:
    address = literal_address(host)
    if address is not None:
        return is_public(address, loopback_allowed=loopback_allowed)
    last = host.rpartition(".")[2]
    if last == "localhost":
        return loopback_allowed
    return "." in host and last not in PRIVATE_SUFFIXES


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within an IPv6 one, where a gateway would unwrap it."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _invalid(why: str = "") -> LinkError:
    hint = "Copy the whole link, from https:// on."
    return LinkError(f"This is not a link. {why} {hint}".replace("  ", " "), "invalid_url")
