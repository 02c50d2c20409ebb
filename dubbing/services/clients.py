"""A connection's client: its address, its key, its spellings."""

from __future__ import annotations

from functools import lru_cache, partial

import httpx

from dubbing.models import Connection
from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.services.probing import MakeClient
from dubbing.services.profiles import profile_of

# Half of what a web process can do at once: while the engine hangs, the desk's own pages go on.
ASKED_AT_ONCE = 2
ASKED_PATIENCE_SECONDS = 0.5


@lru_cache(maxsize=1)
def http_client() -> httpx.Client:
    """One pool for the whole process; httpx clients are safe to share between threads."""
    return make_http_client()


@lru_cache(maxsize=1)
def asked_http_client() -> httpx.Client:
    """The pool of calls that somebody waits for in front of a page."""
    return make_http_client(at_once=ASKED_AT_ONCE, patience_seconds=ASKED_PATIENCE_SECONDS)


def client_for(connection: Connection) -> RemoteClient:
    """For a worker. Raises SealError or ProfileUnusableError (a RejectedError)."""
    return RemoteClient(
        http_client(), connection.base_url, connection.read_key(), profile_of(connection)
    )


def asked_client_for(connection: Connection) -> RemoteClient:
    """For a call within a request, to page or API. Raises as client_for does."""
    return client_maker(connection)(profile_of(connection))


def client_maker(connection: Connection) -> MakeClient:
    """Makes clients like asked_client_for, with any profile; raises SealError."""
    return partial(RemoteClient, asked_http_client(), connection.base_url, connection.read_key())
