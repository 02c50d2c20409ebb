"""The tus protocol 1.0, from the first byte to the last: https://tus.io/protocols/resumable-upload

Web makes uploads and permits (`POST /api/v1/uploads/`); here their bytes come in. Extensions:
checksum, termination, expiration; creation is web's.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from edge.config import EdgeConfig
from edge.spool import GIVEN_UP, REFUSED, WHOLE, BusyError, End, EndedError, GoneError, Part, Spool
from edge.tokens import LapsedTokenError, TokenError
from edge.upload_pieces import (
    ALGORITHMS,
    FULL,
    HungUpError,
    Piece,
    in_thread,
    read_piece,
    store_piece,
)
from edge.upload_refusals import GONE_WORDS, NOT_MEDIA, UploadError, gone
from edge.upload_tokens import UploadGrant, read_upload

VERSION = "1.0.0"
METHODS = ["HEAD", "PATCH", "DELETE", "OPTIONS", "POST"]
EXTENSIONS = "creation,checksum,termination,expiration"
Answer = Callable[[Request, UploadGrant, Spool], Awaitable[Response]]


async def upload(request: Request) -> Response:
    config: EdgeConfig = request.app.state.config
    try:
        response = await _answer(request, config)
    except UploadError as error:
        response = error.answer()
    except (BusyError, GoneError, EndedError) as error:
        response = _told_apart(error).answer()
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


async def _answer(request: Request, config: EdgeConfig) -> Response:
    # For clients whose network knows no PATCH or DELETE.
    method = request.headers.get("x-http-method-override", request.method).upper()
    if method == "OPTIONS":
        return _abilities(config)
    grant = _grant(request, config)
    if request.headers.get("tus-resumable") != VERSION:
        words = f"This desk speaks version {VERSION} of the protocol: say so in Tus-Resumable."
        raise UploadError(412, "unknown_version", words, {"Tus-Version": VERSION})
    act = ACTIONS.get(method)
    if act is None:
        allowed = {"Allow": ", ".join(METHODS)}
        raise UploadError(405, "method_not_allowed", "Send HEAD, PATCH or DELETE.", allowed)
    response = await act(request, grant, Spool(config.upload_dir))
    response.headers["Upload-Expires"] = formatdate(grant.expires_at, usegmt=True)
    return response


def _grant(request: Request, config: EdgeConfig) -> UploadGrant:
    try:
        return read_upload(request.path_params["token"], secret=config.secret)
    except LapsedTokenError:
        words = "This address has lapsed. Ask the desk for the upload’s new one."
        raise UploadError(410, "lapsed", words) from None
    except TokenError:
        raise UploadError(403, "permission_denied", "This address is not valid.") from None


def _told_apart(error: BusyError | GoneError | EndedError) -> UploadError:
    if isinstance(error, BusyError):
        words = "Somebody else is sending this upload. Wait a moment."
        return UploadError(423, "upload_busy", words, {"Retry-After": "1"})
    if isinstance(error, EndedError):
        end = error.end
        return UploadError(410, end.code or "not_found", end.message or GONE_WORDS[end.state])
    return gone()


def _abilities(config: EdgeConfig) -> Response:
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        "Tus-Max-Size": str(config.max_source_bytes),
    }
    return Response(status_code=204, headers=headers)


async def _tell_offset(request: Request, grant: UploadGrant, spool: Spool) -> Response:
    try:
        offset = await in_thread(spool.offset, grant.upload)
    except EndedError as error:
        if error.end.state != WHOLE:
            raise
        offset = grant.size
    name = base64.b64encode(grant.name.encode()).decode()
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Length": str(grant.size),
        "Upload-Metadata": f"filename {name}",
    }
    return Response(status_code=200, headers=headers)


async def _take_piece(request: Request, grant: UploadGrant, spool: Spool) -> Response:
    piece = read_piece(request.headers)
    part = await in_thread(spool.take, grant.upload)
    try:
        _check_fit(piece, part, grant)
        await _check_room(request, piece)
        silence = request.app.state.config.silence_seconds
        await store_piece(request.receive, part, piece, size=grant.size, silence_seconds=silence)
        return _at(part.offset)
    except HungUpError:
        # Nobody reads this; a proxy in between might.
        return Response(status_code=HTTPStatus.REQUEST_TIMEOUT, headers=_offset(part.offset))
    except UploadError as error:
        if error.code == NOT_MEDIA:
            await in_thread(spool.end, grant.upload, End(REFUSED, error.code, error.message))
        raise
    finally:
        part.close()


def _check_fit(piece: Piece, part: Part, grant: UploadGrant) -> None:
    if piece.offset != part.offset:
        words = f"The upload stands at {part.offset}, not at {piece.offset}."
        raise UploadError(409, "offset_mismatch", words, _offset(part.offset))
    if piece.offset + piece.length > grant.size:
        words = f"The upload was announced with {grant.size} bytes; these would be more."
        raise UploadError(413, "too_large", words)


async def _check_room(request: Request, piece: Piece) -> None:
    config: EdgeConfig = request.app.state.config
    free = (await in_thread(shutil.disk_usage, config.upload_dir)).free
    if free - piece.length < config.min_free_bytes:
        raise UploadError(507, "storage_full", FULL)


async def _give_up(request: Request, grant: UploadGrant, spool: Spool) -> Response:
    def end() -> None:
        with spool.alone_with(grant.upload):
            spool.end(grant.upload, End(GIVEN_UP))

    await in_thread(end)
    return Response(status_code=204)


def _at(offset: int) -> Response:
    return Response(status_code=204, headers=_offset(offset))


def _offset(offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset)}


ACTIONS: dict[str, Answer] = {"HEAD": _tell_offset, "PATCH": _take_piece, "DELETE": _give_up}
