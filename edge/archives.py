"""Sends archives that lie nowhere: their plan says of which pieces of which files they are made.

Any range of bytes can be asked for, so a download that was cut goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import anyio
from anyio import fail_after, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from edge.archive_tokens import ArchiveGrant, read_archive
from edge.config import EdgeConfig
from edge.films import STALL_SECONDS, is_known, locate
from edge.plans import Piece, Plan, PlanError, plan_path, read_plan
from edge.ranges import UnsatisfiableError, asked_range
from edge.tokens import LapsedTokenError, TokenError, plain_name

# Larger than for players: nobody seeks in an archive, and each piece costs two hops of threads.
CHUNK_BYTES = 1024 * 1024

LAPSED = "This link has lapsed. Open the download's page again: its new link goes on from here."
FORGED = "This link is not valid. Open the download's page again and take the link from there."
ENDED = "This download is over. Open its page: it says whether a new one has to be made."
GONE = (
    "A film of this download is no longer in the storage: {name}. Nothing was sent. Make the "
    "download anew, without it."
)


class CutError(Exception):
    """A film ended early or went away while it was sent: the connection is cut, so that nobody
    takes what came for the whole."""


async def archive(request: Request) -> Response:
    config: EdgeConfig = request.app.state.config
    try:
        grant = read_archive(request.path_params["token"], secret=config.secret)
        path = plan_path(config.plan_dir, grant.archive, grant.part)
        plan = await to_thread.run_sync(read_plan, path)
    except LapsedTokenError:
        return _refusal(410, LAPSED)
    except (TokenError, ValueError):
        return _refusal(403, FORGED)
    except PlanError:
        return _refusal(410, ENDED)
    return await _answer(request, grant, plan, path)


async def _answer(request: Request, grant: ArchiveGrant, plan: Plan, path: Path) -> Response:
    etag = f'"{plan.etag}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes"}
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    try:
        asked = asked_range(request.headers, size=plan.size, etag=etag)
    except UnsatisfiableError:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{plan.size}"})
    start, stop = asked or (0, plan.size)
    root = request.app.state.config.media_root
    pieces = list(plan.pieces(start, stop))
    if missing := await to_thread.run_sync(_first_missing, root, pieces):
        return _refusal(410, GONE.format(name=missing))
    name = quote(plain_name(grant.filename), safe="")
    headers |= {
        "Content-Type": "application/zip",
        "Content-Length": str(stop - start),
        "Content-Disposition": f"attachment; filename*=utf-8''{name}",
    }
    if asked is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{plan.size}"
    return ArchiveResponse(206 if asked else 200, headers, pieces, path, root)


def _first_missing(root: Path, pieces: Sequence[Piece]) -> str:
    """The name of the first film that is not there as it was; empty where all are."""
    for piece in pieces:
        if not piece.film:
            continue
        found = locate(root, piece.film)
        if found is None or found[1].st_size != piece.size:
            return piece.film.rpartition("/")[2]
    return ""


class ArchiveResponse(Response):
    """Holds one piece of one file at a time, whatever the archive's length."""

    stall_seconds = STALL_SECONDS

    def __init__(
        self,
        status_code: int,
        headers: dict[str, str],
        pieces: Sequence[Piece],
        plan: Path,
        root: Path,
    ) -> None:
        super().__init__(status_code=status_code, headers=headers)
        self._pieces, self._plan, self._root = pieces, plan, root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin = {"type": "http.response.start", "status": self.status_code}
        await send(begin | {"headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_gone, receive, tasks.cancel_scope)
            await self._send_all(send)
            tasks.cancel_scope.cancel()

    async def _send_all(self, send: Send) -> None:
        try:
            for piece in self._pieces:
                await self._send_piece(piece, send)
        except TimeoutError:
            return
        await send({"type": "http.response.body", "body": b""})

    async def _send_piece(self, piece: Piece, send: Send) -> None:
        path = self._root / piece.film if piece.film else self._plan
        async with await anyio.open_file(path, "rb") as file:
            await file.seek(piece.offset)
            left = piece.length
            while left:
                chunk = await file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise CutError(piece.film)
                left -= len(chunk)
                with fail_after(self.stall_seconds):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(receive: Receive, sending: anyio.CancelScope) -> None:
    """Nothing is read any more for somebody who has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
    sending.cancel()


def _refusal(status: int, text: str) -> Response:
    return PlainTextResponse(text, status, headers={"Cache-Control": "no-store"})
