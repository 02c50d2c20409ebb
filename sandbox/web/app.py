"""Routes, and the one place where errors become answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.errors import ApiError, BadInputError
from sandbox.installation import Installation
from sandbox.scenarios import Call
from sandbox.web import api, control, films, seeds, spoiling, studio
from sandbox.web.http import Answer, Environ, Request, json_answer, read_request
from sandbox.wire import bad_input_answer

log = logging.getLogger(__name__)
Handler = Callable[..., Answer]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]

_ID = r"([A-Za-z0-9_-]{1,80})"


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    handler: Handler
    # What scenarios know it by; None where none applies.
    call: Call | None = None
    needs_key: bool = True


def _keyed(method: str, path: str, handler: Handler, call: Call | None = None) -> Route:
    # A trailing slash is optional everywhere: the public pages write both.
    return Route(method, re.compile(path + "/?"), handler, call)


def _open(method: str, path: str, handler: Handler, call: Call | None = None) -> Route:
    return Route(method, re.compile(path + "/?"), handler, call, needs_key=False)


ROUTES = (
    _keyed("GET", r"/v1/assets", api.list_assets, Call.LIST),
    _keyed("POST", r"/v1/assets", api.create_asset, Call.CREATE),
    _keyed("POST", r"/v1/assets/upload", api.upload_asset, Call.UPLOAD),
    _keyed("GET", rf"/v1/assets/{_ID}", api.get_asset, Call.ASSET),
    _keyed("POST", rf"/v1/assets/{_ID}/languages", api.post_languages, Call.LANGUAGES),
    _keyed("GET", rf"/v1/versions/{_ID}", api.get_version, Call.VERSION),
    _keyed("PATCH", rf"/v1/versions/{_ID}/revise", api.revise, Call.REVISE),
    _keyed("POST", rf"/v1/versions/{_ID}/studio_url", api.sign_studio_url, Call.STUDIO_URL),
    _keyed("POST", rf"/v1/versions/{_ID}/generate", api.generate, Call.GENERATE),
    _keyed("POST", rf"/v1/versions/{_ID}/duplicate", api.duplicate, Call.DUPLICATE),
    _keyed("GET", r"/sandbox/ledger", api.ledger),
    _keyed("GET", r"/sandbox/scenarios", control.list_scenarios),
    _keyed("POST", r"/sandbox/scenarios", control.switch_on),
    _keyed("DELETE", r"/sandbox/scenarios", control.clear),
    _keyed("POST", r"/sandbox/seeds", seeds.plant),
    _keyed("DELETE", r"/sandbox/seeds", seeds.remove),
    _open("GET", r"/sandbox/health", api.health),
    _open("GET", r"/sandbox/public-key\.pem", api.public_key),
    _open("GET", rf"/films/{_ID}\.mp4", films.get_film, Call.FILM),
    _open("GET", r"/studio/studio\.css", studio.stylesheet),
    _open("GET", r"/studio/sign-in", studio.sign_in_page),
    _open("POST", r"/studio/sign-in", studio.sign_in),
    _open("GET", rf"/studio/versions/{_ID}", studio.version_page),
    _open("POST", rf"/studio/versions/{_ID}/generate", studio.generate),
    _open("POST", rf"/studio/versions/{_ID}/revise", studio.revise),
)


class Application:
    def __init__(self, here: Installation) -> None:
        self._here = here

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = read_request(environ)
        answer = self._answer(request, lambda: self._route(request))
        headers = {"Content-Type": answer.content_type, "X-Content-Type-Options": "nosniff"}
        if isinstance(answer.body, bytes):
            headers["Content-Length"] = str(len(answer.body))
        headers |= answer.headers
        start_response(answer.status_line, list(headers.items()))
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [answer.body] if isinstance(answer.body, bytes) else answer.body

    def _answer(self, request: Request, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except BadInputError as error:
            return json_answer(
                *bad_input_answer(self._here.dialect, error.path, error.message, error.detail)
            )
        except ApiError as error:
            return json_answer(error.status, {"detail": error.detail})
        except spoiling.HangUpError:
            raise
        except Exception:
            log.exception("%s %s", request.method, request.path)
            return json_answer(500, {"detail": "internal error of the sandbox"})

    def _route(self, request: Request) -> Answer:
        method = "GET" if request.method == "HEAD" else request.method
        is_known = False
        for route in ROUTES:
            found = route.path.fullmatch(request.path)
            if found and route.method == method:
                if route.needs_key:
                    api.require_key(self._here, request)
                return self._serve(route, request, found.groups())
            is_known = is_known or bool(found)
        if request.path.startswith("/v1/"):
            api.require_key(self._here, request)
        raise ApiError(405, "Method Not Allowed") if is_known else ApiError(404, "Not Found")

    def _serve(self, route: Route, request: Request, ids: tuple[str, ...]) -> Answer:
        def work(here: Installation) -> Answer:
            return self._answer(request, lambda: route.handler(here, request, *ids))

        if route.call is None:
            return work(self._here)
        return spoiling.serve(self._here, route.call, work)
