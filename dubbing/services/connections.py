from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Team
from accounts.scoping import team_atomic
from dubbing.models import Asset, Connection
from dubbing.remote.client import RemoteClient, make_http_client
from dubbing.remote.signature import PANJAYA_PUBLIC_KEY, load_key

SANDBOX_KEY = "panjaya-sandbox"
SANDBOX_KEY_PATH = "/sandbox/public-key.pem"
PUBLIC_KEY_SECONDS = 5


@lru_cache(maxsize=1)
def http_client() -> httpx.Client:
    """One pool for the whole process; httpx clients are safe to share between threads."""
    return make_http_client()


def client_for(connection: Connection) -> RemoteClient:
    return RemoteClient(http_client(), connection.base_url, connection.read_key())


def current_connection() -> Connection:
    """The active team's way to the engine; raises ValidationError when there is none."""
    connection: Connection | None = Connection.objects.filter(is_current=True).first()
    if connection is None:
        raise ValidationError(
            "This team has no connection to Panjaya yet. An administrator adds one under "
            "“Connections” in the admin.",
            code="no_connection",
        )
    return connection


def callback_url(asset: Asset) -> str | None:
    """Where the engine tells us of changes; None where it could not reach us anyway."""
    if not asset.connection.is_sandbox and urlsplit(settings.PUBLIC_URL).scheme != "https":
        return None
    return urljoin(settings.PUBLIC_URL, reverse("dubbing:callback", args=[asset.callback_token]))


def is_sandbox_address(base_url: str) -> bool:
    return bool(settings.SANDBOX) and base_url.rstrip("/") == settings.SANDBOX_URL


def save_connection(
    *, connection: Connection, key: str | None, public_keys: str, make_current: bool
) -> Connection:
    """Saves a new or changed connection; a blank `key` keeps the one that is there.

    Blank public keys stand for the vendor's published one, or the sandbox's own.
    """
    connection.base_url = connection.base_url.rstrip("/")
    connection.is_sandbox = is_sandbox_address(connection.base_url)
    connection.public_keys = public_keys.strip() or _default_public_keys(connection)
    connection.is_current = make_current
    if unreadable := [pem for pem in connection.public_key_list() if load_key(pem) is None]:
        raise ValidationError(
            {"public_keys": f"{len(unreadable)} of these is no P-256 public key in PEM form."},
            code="invalid_public_key",
        )
    if key:
        connection.set_key(key.strip())
    if not connection.sealed_key:
        raise ValidationError({"key": "Paste the key that Panjaya gave you."}, code="required")
    with team_atomic():
        if make_current:
            others = Connection.objects.filter(team_id=connection.team_id, is_current=True)
            others.exclude(pk=connection.pk).update(is_current=False)
        connection.save()
    return connection


def connect_sandbox(*, team: Team) -> Connection:
    connection = Connection(team=team, name="Sandbox", base_url=settings.SANDBOX_URL)
    return save_connection(
        connection=connection, key=SANDBOX_KEY, public_keys="", make_current=True
    )


def _default_public_keys(connection: Connection) -> str:
    if not connection.is_sandbox:
        return PANJAYA_PUBLIC_KEY
    try:
        answer = httpx.get(connection.base_url + SANDBOX_KEY_PATH, timeout=PUBLIC_KEY_SECONDS)
        answer.raise_for_status()
    except httpx.HTTPError:
        raise ValidationError(
            {"base_url": "The sandbox does not answer. Start it, then save again."},
            code="sandbox_down",
        ) from None
    return answer.text
