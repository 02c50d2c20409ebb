from __future__ import annotations

from collections.abc import Mapping

import anyio
import httpx
from starlette.types import ASGIApp


class LooplessClient:
    """Asks an ASGI application without a server, from a test that has no event loop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", path, headers)

    def head(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.ask("HEAD", path, headers)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://edge") as http:
                return await http.request(method, path, headers=headers)

        return anyio.run(exchange)
