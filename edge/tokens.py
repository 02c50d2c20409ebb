"""Signed permits for the edge process. Web issues them, edge believes nothing else.

Imports no Starlette, so that the web process can load it.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from urllib.parse import quote

from django.core.signing import BadSignature, Signer

FILM_SALT = "dubdesk.edge.film"
FILMS_PATH = "/films"
# Links made within the same quarter hour are equal, so a page that renews itself does not give
# its player a new address, and the browser's cache stays of use.
STEP_SECONDS = 900
LONGEST_TOKEN_CHARACTERS = 4096
# Shown in place; a type that can hold scripts is only ever downloaded.
SHOWN_TYPES = re.compile(r"(video|audio)/[\w.+-]+|image/(png|jpeg|webp)|text/vtt")
KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
UNFIT_FOR_NAMES = re.compile(r"[/\\\x00-\x1f\x7f\x85\u2028\u2029]")


class TokenError(Exception):
    """The permit is forged, altered or not one of ours."""


class LapsedTokenError(TokenError):
    """The permit was good, but its time is over."""


@dataclass(frozen=True, slots=True)
class FilmGrant:
    """One file for one member: `path` is relative to the media folder, `disposition` is
    "inline" or "attachment", `filename` is what a download is called."""

    path: str
    filename: str
    content_type: str
    disposition: str
    member: str
    team: str

    @property
    def kind(self) -> str:
        fits = KIND.fullmatch(self.content_type)
        return self.content_type if fits else "application/octet-stream"

    @property
    def is_shown(self) -> bool:
        return self.disposition == "inline" and bool(SHOWN_TYPES.fullmatch(self.kind))


def issue(grant: FilmGrant, *, secret: str, seconds: int, now: float | None = None) -> str:
    """A token good for at least `seconds`, and at most a quarter of an hour longer."""
    moment = time.time() if now is None else now
    until = math.ceil((moment + seconds) / STEP_SECONDS) * STEP_SECONDS
    fields = [
        grant.path,
        grant.filename,
        grant.content_type,
        grant.disposition,
        grant.member,
        grant.team,
    ]
    return _signer(secret).sign_object([until, *fields], compress=True)


def read(token: str, *, secret: str, now: float | None = None) -> FilmGrant:
    """What a token permits. Raises LapsedTokenError, or TokenError for anything not ours."""
    if len(token) > LONGEST_TOKEN_CHARACTERS:
        raise TokenError("The token is too long.")
    try:
        until, *fields = _signer(secret).unsign_object(token)
        grant = FilmGrant(*fields)
    except (BadSignature, ValueError, TypeError):
        raise TokenError("The token is not one of ours.") from None
    if (time.time() if now is None else now) > until:
        raise LapsedTokenError("The token's time is over.")
    return grant


def film_path(grant: FilmGrant, *, secret: str, seconds: int) -> str:
    """The path at edge that serves this film; the name at its end is for the eye only."""
    token = issue(grant, secret=secret, seconds=seconds)
    return f"{FILMS_PATH}/{token}/{quote(plain_name(grant.filename), safe='')}"


def plain_name(filename: str) -> str:
    """A file name without folders, line breaks and half characters."""
    whole = filename.encode("utf-8", "replace").decode("utf-8")
    return UNFIT_FOR_NAMES.sub("_", whole) or "film"


def _signer(secret: str) -> Signer:
    # The fallback keys are named because Django would read its settings for them, and edge has
    # none.
    return Signer(key=secret, salt=FILM_SALT, fallback_keys=[])
