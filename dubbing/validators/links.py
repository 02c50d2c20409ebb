from __future__ import annotations

from django.core.exceptions import ValidationError

from dubbing.links.addresses import MAX_URL_CHARACTERS, check_address
from dubbing.links.faults import LinkError

__all__ = ["MAX_URL_CHARACTERS", "validate_media_url"]


def validate_media_url(url: str, *, loopback_allowed: bool) -> None:
    """A public http(s) link. Names are not resolved here: pre-flight does that when it connects.

    `loopback_allowed` is for the sandbox, which runs on this machine.
    """
    try:
        check_address(url, loopback_allowed=loopback_allowed)
    except LinkError as error:
        raise ValidationError(error.message, code=error.code) from None
