from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from anyio import fail_after, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from edge.config import EdgeConfig
from edge.tokens import FilmGrant, LapsedTokenError, TokenError, plain_name, read

CHUNK_BYTES = 256 * 1024
# A player that is paused may leave its connection unread; each one holds some MiB here. It asks
# for the rest by Range when it goes on.
STALL_SECONDS = 600.0
# No more than this is known as a range; by RFC 9110 anything else is ignored, not refused.
ONE_RANGE = r"(\d{1,18}-(\d{1,18})?|-\d{1,18})"
RANGES = re.compile(rf"bytes=\s*{ONE_RANGE}(\s*,\s*{ONE_RANGE})*\s*", re.ASCII)
BACKWARD = re.compile(r"(\d+)-(\d+)", re.ASCII)

LAPSED = "This link has lapsed. Reload the page and press play again."
FORGED = "This link is not valid. Reload the page and press play again."
MISSING = "This film is not in the storage. Reload the page to see what became of it."


class FilmResponse(FileResponse):
    """Starlette's file answer, in larger pieces and not waiting for ever on a stalled client."""

    chunk_size = CHUNK_BYTES
    stall_seconds = STALL_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def patient_send(message: Message) -> None:
            with fail_after(self.stall_seconds):
                await send(message)

        try:
            await super().__call__(_tidied(scope), receive, patient_send)
        except TimeoutError:
            return


async def film(request: Request) -> Response:
    config: EdgeConfig = request.app.state.config
    try:
        grant = read(request.path_params["token"], secret=config.secret)
    except LapsedTokenError:
        return _refusal(410, LAPSED)
    except TokenError:
        return _refusal(403, FORGED)
    found = await to_thread.run_sync(locate, config.media_root, grant.path)
    if found is None:
        return _refusal(404, MISSING)
    path, facts = found
    # Strong: a film's file is written once and never changed in place.
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}-{facts.st_ino:x}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=3600"}
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    return _film_response(grant, path, facts, headers)


def locate(media_root: Path, relative: str) -> tuple[Path, os.stat_result] | None:
    """A regular file that really lies under the media folder, links followed; else None."""
    try:
        root = media_root.resolve(strict=True)
        path = (root / relative).resolve(strict=True)
        if not path.is_relative_to(root):
            return None
        facts = path.stat()
    except (OSError, ValueError, RuntimeError):
        return None
    return (path, facts) if stat.S_ISREG(facts.st_mode) else None


def _film_response(
    grant: FilmGrant, path: Path, facts: os.stat_result, headers: dict[str, str]
) -> FilmResponse:
    return FilmResponse(
        path,
        headers=headers,
        media_type=grant.kind,
        filename=plain_name(grant.filename),
        stat_result=facts,
        content_disposition_type="inline" if grant.is_shown else "attachment",
    )


def is_known(headers: Headers, etag: str) -> bool:
    known = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]


def _tidied(scope: Scope) -> Scope:
    """The scope without what we do not want FileResponse to follow.

    Measured on Granian: its own file sending reaches 0.4 GB/s, our chunks over 2 GB/s.
    """
    headers = MutableHeaders(raw=list(scope["headers"]))
    wanted = headers.get("range")
    if wanted is not None and not _is_range(wanted):
        del headers["range"]
    extensions = dict(scope.get("extensions") or {})
    extensions.pop("http.response.pathsend", None)
    return {**scope, "headers": headers.raw, "extensions": extensions}


def _is_range(text: str) -> bool:
    if not RANGES.fullmatch(text):
        return False
    return all(int(first) <= int(last) for first, last in BACKWARD.findall(text))


def _refusal(status: int, text: str) -> Response:
    return PlainTextResponse(text, status, headers={"Cache-Control": "no-store"})
