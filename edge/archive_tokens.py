"""Permits to download one part of an archive. Imports no Starlette, so that web can load it."""

from __future__ import annotations

import math
import time
from dataclasses import astuple, dataclass
from urllib.parse import quote

from django.core.signing import BadSignature, Signer

from edge.tokens import (
    LONGEST_TOKEN_CHARACTERS,
    STEP_SECONDS,
    LapsedTokenError,
    TokenError,
    plain_name,
)

ARCHIVE_SALT = "dubdesk.edge.archive"
# Its own word: web has pages under /archives/.
ARCHIVES_PATH = "/zips"


@dataclass(frozen=True, slots=True)
class ArchiveGrant:
    """One part of one archive for one member or key."""

    archive: str
    part: int
    filename: str
    member: str
    team: str


def archive_path(
    grant: ArchiveGrant, *, secret: str, seconds: int, now: float | None = None
) -> str:
    """The path at edge that sends it, good for at least `seconds`. The same for a quarter of an
    hour; the name at its end is for the eye only."""
    moment = time.time() if now is None else now
    until = math.ceil((moment + seconds) / STEP_SECONDS) * STEP_SECONDS
    token = _signer(secret).sign_object([until, *astuple(grant)], compress=True)
    return f"{ARCHIVES_PATH}/{token}/{quote(plain_name(grant.filename), safe='')}"


def read_archive(token: str, *, secret: str, now: float | None = None) -> ArchiveGrant:
    """What a token permits. Raises LapsedTokenError, or TokenError for anything not ours."""
    if len(token) > LONGEST_TOKEN_CHARACTERS:
        raise TokenError("The token is too long.")
    try:
        until, *fields = _signer(secret).unsign_object(token)
        grant = ArchiveGrant(*fields)
    except (BadSignature, ValueError, TypeError):
        raise TokenError("The token is not one of ours.") from None
    if (time.time() if now is None else now) > until:
        raise LapsedTokenError("The token's time is over.")
    return grant


def _signer(secret: str) -> Signer:
    # The fallback keys are named because Django would read its settings for them, and edge has
    # none.
    return Signer(key=secret, salt=ARCHIVE_SALT, fallback_keys=[])
