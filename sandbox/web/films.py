"""Finished films by signed, expiring links, whole or in ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sandbox.commands import require_version
from sandbox.errors import ApiError
from sandbox.installation import Installation
from sandbox.web.http import Answer, Request

_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


class UnsatisfiableRangeError(Exception):
    """The range asked for lies outside the film."""


def get_film(here: Installation, request: Request, film: str) -> Answer:
    if not here.link_key.is_valid("film", film, request.query.get("token", "")):
        raise ApiError(403, "the link is not valid, or no longer: read the version again")
    version_id, _, generation = film.rpartition("-")
    version = require_version(here, version_id)
    if version.film_path is None or str(version.generation) != generation:
        raise ApiError(404, "this film was removed when its version was revised")
    share = 0.5 if here.quirks.halves_films else 1.0
    return send_file(Path(version.film_path), request.headers.get("range"), f"{film}.mp4", share)


def send_file(path: Path, wanted: str | None, name: str, share: float = 1.0) -> Answer:
    """`share`: what part of the file, from its beginning, is taken for all of it."""
    try:
        size = int(path.stat().st_size * share)
    except FileNotFoundError:
        raise ApiError(404, "this film was removed") from None
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="{name}"',
    }
    try:
        span = read_range(wanted, size)
    except UnsatisfiableRangeError:
        return Answer(416, "text/plain", b"", {**headers, "Content-Range": f"bytes */{size}"})
    first, last = span or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if span:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Answer(206 if span else 200, "video/mp4", _pieces(path, first, last), headers)


def read_range(wanted: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte; None where the header is absent or of a kind we may ignore."""
    found = _RANGE.match(wanted.strip()) if wanted else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0:
            raise UnsatisfiableRangeError
        return max(0, size - int(last)), size - 1
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableRangeError
    return int(first), end


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as file:
        file.seek(first)
        while left and (piece := file.read(min(left, _CHUNK_BYTES))):
            left -= len(piece)
            yield piece
