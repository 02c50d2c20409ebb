"""Permits to send the bytes of one upload. Imports no Starlette, so that web can load it."""

from __future__ import annotations

import math
import time
from dataclasses import astuple, dataclass

from django.core.signing import BadSignature, Signer

from edge.tokens import LONGEST_TOKEN_CHARACTERS, STEP_SECONDS, LapsedTokenError, TokenError

UPLOAD_SALT = "dubdesk.edge.upload"
# Its own word: web has pages under /uploads/.
UPLOADS_PATH = "/tus"


@dataclass(frozen=True, slots=True)
class UploadGrant:
    """One upload for one member or key. `size` in bytes; `expires_at` in seconds since 1970: when
    what has come is swept away."""

    upload: str
    team: str
    member: str
    size: int
    name: str
    expires_at: int


def upload_path(grant: UploadGrant, *, secret: str, seconds: int, now: float | None = None) -> str:
    """The path at edge that takes the bytes; good for at least `seconds`."""
    moment = time.time() if now is None else now
    until = math.ceil((moment + seconds) / STEP_SECONDS) * STEP_SECONDS
    token = _signer(secret).sign_object([until, *astuple(grant)], compress=True)
    return f"{UPLOADS_PATH}/{token}"


def read_upload(token: str, *, secret: str, now: float | None = None) -> UploadGrant:
    """What a token permits. Raises LapsedTokenError, or TokenError for anything not ours."""
    if len(token) > LONGEST_TOKEN_CHARACTERS:
        raise TokenError("The token is too long.")
    try:
        until, *fields = _signer(secret).unsign_object(token)
        grant = UploadGrant(*fields)
    except (BadSignature, ValueError, TypeError):
        raise TokenError("The token is not one of ours.") from None
    moment = time.time() if now is None else now
    if moment > until or moment > grant.expires_at:
        raise LapsedTokenError("The token's time is over.")
    return grant


def _signer(secret: str) -> Signer:
    # The fallback keys are named because Django would read its settings for them, and edge has
    # none.
    return Signer(key=secret, salt=UPLOAD_SALT, fallback_keys=[])
