"""What is wrong with an installation, found before anybody meets it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection

from accounts.sealing import read_ring
from dubbing.validators import validate_media_url

OLDEST_SERVER = 15


@register(Tags.security)
def key_ring_can_be_read(**_: Any) -> list[CheckMessage]:
    try:
        read_ring(settings.KEY_RING)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="dubdesk.E001")]
    return []


@register(Tags.database)
def server_is_new_enough(databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """Asked by `migrate` and by `check --database default`."""
    if not databases:
        return []
    connection.ensure_connection()
    return judge_server(connection.connection.info.server_version)


def judge_server(version: int) -> list[CheckMessage]:
    """`version` as libpq tells it: 150004 is 15.4."""
    if version >= OLDEST_SERVER * 10_000:
        return []
    text = f"The database is PostgreSQL {version // 10_000}; {OLDEST_SERVER} or newer is needed."
    return [Error(text, id="dubdesk.E002")]


@register(Tags.security, deploy=True)
def public_address_is_safe(**_: Any) -> list[CheckMessage]:
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    text = "PUBLIC_URL is not https: cookies travel in the clear, and Panjaya cannot call back."
    return [Warning(text, id="dubdesk.W001")]


@register(Tags.security, deploy=True)
def bucket_can_be_reached_by_browsers(**_: Any) -> list[CheckMessage]:
    """An https page plays nothing that comes by http."""
    bucket = settings.BUCKET
    if bucket is None or all(origin.startswith("https://") for origin in bucket.origins):
        return []
    text = "Browsers get films from the bucket by http. Set S3_PUBLIC_URL to its https address."
    return [Warning(text, id="dubdesk.W003")]


@register(Tags.security)
def engine_can_follow_links(**_: Any) -> list[CheckMessage]:
    if not settings.LINKS_FOR_PANJAYA:
        return []
    if settings.BUCKET is None:
        text = "S3_LINKS_FOR_PANJAYA is set, but S3_BUCKET is not."
        return [Error(text, id="dubdesk.E003")]
    if settings.SANDBOX or all(map(_is_public, settings.BUCKET.origins)):
        return []
    text = "S3_LINKS_FOR_PANJAYA is set, but only your own network can reach the bucket."
    return [Error(text, id="dubdesk.E004")]


def _is_public(address: str) -> bool:
    try:
        validate_media_url(address, loopback_allowed=False)
    except ValidationError:
        return False
    return True


@register(Tags.security, deploy=True)
def metrics_token_is_long(**_: Any) -> list[CheckMessage]:
    if 0 < len(settings.METRICS_TOKEN) < 16:
        return [Warning("METRICS_TOKEN should have 16 characters at least.", id="dubdesk.W002")]
    return []
