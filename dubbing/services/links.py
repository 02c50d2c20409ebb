"""Links to what lies in our storage: edge serves it, by short-lived permits that we issue."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePosixPath

from django.conf import settings

from dubbing.models import Asset, Film
from edge.tokens import FilmGrant, film_path

# Long enough to watch a feature film with a pause in it: the player asks by Range all the while.
LINK_SECONDS = 6 * 3600
POSTER_SECONDS = 24 * 3600
UNFIT_FOR_NAMES = re.compile(r"[^\w.()+-]+")


def film_link(*, film: Film, member: str, attachment: bool = False) -> str:
    """Our own copy of a film. `member` is the id of the person or key it is given to."""
    return _link(film.file.name or "", film_name(film), film.team_id, member, attachment)


def source_link(*, asset: Asset, member: str, attachment: bool = False) -> str:
    """The video that was given as a file; empty where it was given by address."""
    if not asset.media_file:
        return ""
    name = asset.media_name or "video"
    return _link(asset.media_file.name or "", name, asset.team_id, member, attachment)


def poster_link(*, asset: Asset, member: str) -> str:
    """Empty where there is no picture yet."""
    if not asset.poster:
        return ""
    return _link(
        asset.poster.name or "", "poster.jpg", asset.team_id, member, False, POSTER_SECONDS
    )


def film_name(film: Film) -> str:
    """What a download is called: `Title_de-DE_v1.mp4`, `_v1_2` for its second film."""
    version = film.version
    title = UNFIT_FOR_NAMES.sub("_", film.asset.title).strip("_.")[:100] or "film"
    again = f"_{film.generation}" if film.generation > 1 else ""
    suffix = PurePosixPath(film.file.name or "").suffix or ".mp4"
    return f"{title}_{version.dubbing.locale_id}_v{version.number}{again}{suffix}"


def _link(
    path: str,
    name: str,
    team: object,
    member: str,
    attachment: bool,
    seconds: int = LINK_SECONDS,
) -> str:
    grant = FilmGrant(
        path=path,
        filename=name,
        content_type=mimetypes.guess_type(path)[0] or "application/octet-stream",
        disposition="attachment" if attachment else "inline",
        member=member,
        team=str(team),
    )
    secret = str(settings.SECRET_KEY)
    return str(settings.EDGE_URL) + film_path(grant, secret=secret, seconds=seconds)
