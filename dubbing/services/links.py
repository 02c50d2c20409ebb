"""Links to what lies in our storage.

On this machine's disk edge serves it, by short-lived permits that we issue. In a bucket the bucket
does, by links that it signs: pages hold a permit of ours then, which `resolve` turns into a signed
link at the moment somebody follows it.
"""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.urls import reverse

from config.storage import Showing, store
from dubbing.models import Asset, Dubbing, Film, Upload
from edge.tokens import FilmGrant, TokenError, film_path, issue, plain_name, read

# Long enough to watch a feature film with a pause in it: the player asks by Range all the while.
LINK_SECONDS = 6 * 3600
POSTER_SECONDS = 24 * 3600
# How long the engine may take to fetch a source by itself.
SOURCE_SECONDS = 24 * 3600
UNFIT_FOR_NAMES = re.compile(r"[^\w.()+-]+")


def film_link(*, film: Film, member: str, attachment: bool = False) -> str:
    """Our own copy of a film, for a page. `member` is the id of the person or key it is given
    to."""
    return _page_link(_film_grant(film, member, attachment))


def film_location(*, film: Film, member: str) -> str:
    """Where a download is sent: it is followed at once."""
    grant = _film_grant(film, member, attachment=True)
    return _page_link(grant) if store().is_local else _signed(grant)


def source_link(*, asset: Asset, member: str, attachment: bool = False) -> str:
    """The video that was given as a file; empty where it was given by address, or is no longer
    kept."""
    if not asset.media_file or asset.original_removed_at:
        return ""
    name = asset.media_name or "video"
    return _page_link(_grant(asset.media_file, name, asset.team_id, member, attachment))


def upload_link(*, upload: Upload, member: str) -> str:
    """A file that has come in whole, for a page's player; empty before."""
    if not upload.file:
        return ""
    return _page_link(_grant(upload.file, upload.name, upload.team_id, member, False))


def strip_link(*, upload: Upload, member: str) -> str:
    """Small pictures from all over it, side by side; empty until they are drawn."""
    if not upload.strip:
        return ""
    grant = _grant(upload.strip, "strip.jpg", upload.team_id, member, False)
    return _page_link(grant, POSTER_SECONDS)


def poster_link(*, asset: Asset, member: str) -> str:
    """Empty where there is no picture yet."""
    if not asset.poster:
        return ""
    grant = _grant(asset.poster, "poster.jpg", asset.team_id, member, False)
    return _page_link(grant, POSTER_SECONDS)


def link_for_engine(file: Any, *, name: str) -> str:
    """By which the engine fetches a source from a bucket: not to be stored or logged.

    Raises OSError.
    """
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    showing = Showing(kind, plain_name(name), inline=False)
    return store().signed_link(file.name or "", showing, seconds=SOURCE_SECONDS)


def resolve(token: str) -> tuple[str, bool]:
    """The signed link that a permit stands for, and whether it is a picture.

    Raises TokenError, and OSError where the bucket cannot sign.
    """
    if store().is_local:
        raise TokenError("Edge serves what lies on this disk.")
    grant = read(token, secret=str(settings.SECRET_KEY))
    return _signed(grant), grant.kind.startswith("image/")


def film_name(film: Film) -> str:
    """What a download is called: `Title_de-DE_v1.mp4`, `_v1_2` for its second film."""
    version = film.version
    title = UNFIT_FOR_NAMES.sub("_", film.asset.title).strip("_.")[:100] or "film"
    again = f"_{film.generation}" if film.generation > 1 else ""
    suffix = PurePosixPath(film.file.name or "").suffix or ".mp4"
    return f"{title}_{version.dubbing.locale_id}_v{version.number}{again}{suffix}"


def srt_name(dubbing: Dubbing) -> str:
    """`Title_de-DE.srt`, in ASCII: it stands in a header."""
    title = UNFIT_FOR_NAMES.sub("_", dubbing.asset.title).strip("_.")[:100]
    plain = plain_name(title).encode("ascii", "ignore").decode() or "subtitles"
    return f"{plain}_{dubbing.locale_id}.srt"


def _film_grant(film: Film, member: str, attachment: bool) -> FilmGrant:
    return _grant(film.file, film_name(film), film.team_id, member, attachment)


def _grant(file: Any, name: str, team: object, member: str, attachment: bool) -> FilmGrant:
    path = file.name or ""
    return FilmGrant(
        path=path,
        filename=name,
        content_type=mimetypes.guess_type(path)[0] or "application/octet-stream",
        disposition="attachment" if attachment else "inline",
        member=member,
        team=str(team),
    )


def _page_link(grant: FilmGrant, seconds: int = LINK_SECONDS) -> str:
    """The same for a quarter of an hour: a page that renews itself keeps its player going."""
    secret = str(settings.SECRET_KEY)
    if store().is_local:
        return str(settings.EDGE_URL) + film_path(grant, secret=secret, seconds=seconds)
    token = issue(grant, secret=secret, seconds=seconds)
    return reverse("dubbing:stored-file", args=[token, plain_name(grant.filename)])


def _signed(grant: FilmGrant) -> str:
    showing = Showing(grant.kind, plain_name(grant.filename), grant.is_shown)
    return store().signed_link(grant.path, showing, seconds=LINK_SECONDS)
