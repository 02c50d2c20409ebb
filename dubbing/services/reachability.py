"""Whether the engine can call us back, and where."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from dubbing.models import Asset, Connection
from dubbing.validators import validate_media_url


def why_no_callbacks(connection: Connection) -> str:
    """Empty where the engine can reach us, else the reason in words."""
    if connection.is_sandbox:
        return ""
    address = settings.PUBLIC_URL
    if urlsplit(address).scheme != "https":
        return f"Panjaya calls back to https addresses only, and PUBLIC_URL is {address}."
    try:
        validate_media_url(address, loopback_allowed=False)
    except ValidationError:
        return f"PUBLIC_URL is {address}: only your own network can reach that."
    return ""


def callback_url(asset: Asset) -> str | None:
    """Where the engine tells us of changes; None where it could not reach us anyway."""
    if why_no_callbacks(asset.connection):
        return None
    return urljoin(settings.PUBLIC_URL, reverse("dubbing:callback", args=[asset.callback_token]))
