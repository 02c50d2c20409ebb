"""Permits to hear of a team's changes. Imports no Starlette, so that web can load it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from edge.tokens import LONGEST_TOKEN_CHARACTERS, LapsedTokenError, TokenError

LIVE_SALT = "dubdesk.edge.live"
# Its own word: web has a page under /live/.
STREAMS_PATH = "/streams"


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """One member of one team, until then (seconds since 1970): edge ends the stream at that time,
    and web asks the roles anew before it issues another."""

    member: str
    team: str
    until: int


def stream_path(
    *, member: str, team: str, secret: str, seconds: int, now: float | None = None
) -> str:
    """The path at edge that tells this member what changes in the team, for so many seconds."""
    moment = time.time() if now is None else now
    grant = [member, team, int(moment) + seconds]
    return f"{STREAMS_PATH}/{_signer(secret).sign_object(grant, compress=True)}"


def read_live(token: str, *, secret: str, now: float | None = None) -> LiveGrant:
    """What a token permits. Raises LapsedTokenError, or TokenError for anything not ours."""
    if len(token) > LONGEST_TOKEN_CHARACTERS:
        raise TokenError("The token is too long.")
    try:
        grant = LiveGrant(*_signer(secret).unsign_object(token))
    except (BadSignature, ValueError, TypeError):
        raise TokenError("The token is not one of ours.") from None
    if (time.time() if now is None else now) > grant.until:
        raise LapsedTokenError("The token's time is over.")
    return grant


def _signer(secret: str) -> Signer:
    # The fallback keys are named because Django would read its settings for them, and edge has
    # none.
    return Signer(key=secret, salt=LIVE_SALT, fallback_keys=[])
