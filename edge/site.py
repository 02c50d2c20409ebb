from __future__ import annotations

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.archive_tokens import ARCHIVES_PATH
from edge.archives import archive
from edge.config import EdgeConfig
from edge.films import film
from edge.hub import Hub
from edge.live_tokens import STREAMS_PATH
from edge.streams import BARE_SEND, listening, stream
from edge.tokens import FILMS_PATH
from edge.upload_tokens import UPLOADS_PATH
from edge.uploads import METHODS, upload

COMMON_HEADERS = {
    # Pages of the web process, which is another origin on one machine, play what lies here.
    "Cross-Origin-Resource-Policy": "cross-origin",
    # The address of this page is its permit: it must not travel on in a Referer.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
READABLE_HEADERS = (
    *("Accept-Ranges", "Content-Length", "Content-Range", "ETag", "Retry-After"),
    *("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"),
    *("Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires"),
)
SENT_HEADERS = (
    *("Range", "If-Range", "If-None-Match", "Content-Type", "X-HTTP-Method-Override"),
    *("Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Checksum"),
)
PREFLIGHT_SECONDS = 3600


class CommonHeaders:
    """Puts the headers that every answer carries on every answer, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(COMMON_HEADERS)
            await send(message)

        # For streams: what follows their head goes past every layer, a thousand times in a row.
        scope[BARE_SEND] = send
        await self.app(scope, receive, send_with_headers)


async def live(_request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


async def streams(request: Request) -> Response:
    """For whoever runs it: whether news is heard, and by how many."""
    hub: Hub = request.app.state.hub
    facts = {"listening": hub.is_up, "viewers": hub.viewers}
    return JSONResponse(facts, headers={"Cache-Control": "no-store"})


def _aliases(origin: str) -> list[str]:
    """Other words for this machine, which people type too."""
    before, here, after = origin.partition("://127.0.0.1")
    return [f"{before}://{name}{after}" for name in ("localhost", "[::1]")] if here else []


def build_app(config: EdgeConfig) -> Starlette:
    middleware = [Middleware(CommonHeaders)]
    if config.origin:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=[config.origin, *_aliases(config.origin)],
                allow_methods=["GET", *METHODS],
                allow_headers=SENT_HEADERS,
                expose_headers=READABLE_HEADERS,
                max_age=PREFLIGHT_SECONDS,
            )
        )
    routes = [
        Route("/health/live", live),
        Route("/health/streams", streams),
        Route(STREAMS_PATH + "/{token}", stream, methods=["GET"]),
        Route(FILMS_PATH + "/{token}/{filename:path}", film),
        Route(ARCHIVES_PATH + "/{token}/{filename:path}", archive),
        Route(UPLOADS_PATH + "/{token}", upload, methods=METHODS),
        Route(UPLOADS_PATH + "/", upload, methods=["OPTIONS"]),
    ]
    app = Starlette(routes=routes, middleware=middleware, lifespan=listening)
    app.state.config = config
    app.state.hub = Hub()
    return app
