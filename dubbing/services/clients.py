"""A connection's client: its address, its key, its spellings."""

from __future__ import annotations

from functools import lru_cache, partial

import httpx

from dubbing.models import Connection
from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.services.probing import MakeClient
from dubbing.services.profiles import profile_of


@lru_cache(maxsize=1)
def http_client() -> httpx.Client:
    """One pool for the whole process; httpx clients are safe to share between threads."""
    return make_http_client()


def client_for(connection: Connection) -> RemoteClient:
    """Raises SealError or ProfileUnusableError (a RejectedError)."""
    return client_maker(connection)(profile_of(connection))


def client_maker(connection: Connection) -> MakeClient:
    """Makes clients of this connection with any profile; raises SealError."""
    return partial(RemoteClient, http_client(), connection.base_url, connection.read_key())
