"""Looks at what an address leads to, without becoming a way into our own network.

Every address is judged when the socket is opened, and the socket goes to exactly the judged
address: a name that changes its mind between two questions, or a redirect, gains nothing.
"""

from __future__ import annotations

from dubbing.links.addresses import check_address
from dubbing.links.faults import LinkError
from dubbing.links.looking import LinkFacts, Wanted, look_at
from dubbing.links.rules import LinkRules, environment_proxies

__all__ = [
    "LinkError",
    "LinkFacts",
    "LinkRules",
    "Wanted",
    "check_address",
    "environment_proxies",
    "look_at",
]
