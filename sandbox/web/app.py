"""Routes, and the one place where errors become answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.errors import ApiError, BadInputError
from sandbox.installation import Installation
from sandbox.web import api, films, studio
from sandbox.web.http import Answer, Environ, Request, json_answer, read_request
from sandbox.wire import bad_input_answer

log = logging.getLogger(__name__)
Handler = Callable[..., Answer]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]

_ID = r"([A-Za-z0-9_-]{1,80})"
# A trailing slash is optional everywhere: the public pages write both.
_KEYED: tuple[tuple[str, str, Handler], ...] = (
    ("GET", r"/v1/assets", api.list_assets),
    ("POST", r"/v1/assets", api.create_asset),
    ("POST", r"/v1/assets/upload", api.upload_asset),
    ("GET", rf"/v1/assets/{_ID}", api.get_asset),
    ("POST", rf"/v1/assets/{_ID}/languages", api.post_languages),
    ("GET", rf"/v1/versions/{_ID}", api.get_version),
    ("PATCH", rf"/v1/versions/{_ID}/revise", api.revise),
    ("POST", rf"/v1/versions/{_ID}/studio_url", api.sign_studio_url),
    ("POST", rf"/v1/versions/{_ID}/generate", api.generate),
    ("POST", rf"/v1/versions/{_ID}/duplicate", api.duplicate),
    ("GET", r"/sandbox/ledger", api.ledger),
)
_OPEN: tuple[tuple[str, str, Handler], ...] = (
    ("GET", r"/sandbox/health", api.health),
    ("GET", r"/sandbox/public-key\.pem", api.public_key),
    ("GET", rf"/films/{_ID}\.mp4", films.get_film),
    ("GET", r"/studio/studio\.css", studio.stylesheet),
    ("GET", r"/studio/sign-in", studio.sign_in_page),
    ("POST", r"/studio/sign-in", studio.sign_in),
    ("GET", rf"/studio/versions/{_ID}", studio.version_page),
    ("POST", rf"/studio/versions/{_ID}/generate", studio.generate),
    ("POST", rf"/studio/versions/{_ID}/revise", studio.revise),
)


class Application:
    def __init__(self, here: Installation) -> None:
        self._here = here
        self._routes = [
            (method, re.compile(pattern + "/?"), handler, needs_key)
            for table, needs_key in ((_KEYED, True), (_OPEN, False))
            for method, pattern, handler in table
        ]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(read_request(environ))
        headers = {"Content-Type": answer.content_type, "X-Content-Type-Options": "nosniff"}
        if isinstance(answer.body, bytes):
            headers["Content-Length"] = str(len(answer.body))
        headers |= answer.headers
        start_response(answer.status_line, list(headers.items()))
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [answer.body] if isinstance(answer.body, bytes) else answer.body

    def _answer(self, request: Request) -> Answer:
        try:
            return self._route(request)
        except BadInputError as error:
            return json_answer(
                *bad_input_answer(self._here.dialect, error.path, error.message, error.detail)
            )
        except ApiError as error:
            return json_answer(error.status, {"detail": error.detail})
        except Exception:
            log.exception("%s %s", request.method, request.path)
            return json_answer(500, {"detail": "internal error of the sandbox"})

    def _route(self, request: Request) -> Answer:
        method = "GET" if request.method == "HEAD" else request.method
        is_known = False
        for allowed, pattern, handler, needs_key in self._routes:
            found = pattern.fullmatch(request.path)
            if found and allowed == method:
                if needs_key:
                    api.require_key(self._here, request)
                return handler(self._here, request, *found.groups())
            is_known = is_known or bool(found)
        if request.path.startswith("/v1/"):
            api.require_key(self._here, request)
        raise ApiError(405, "Method Not Allowed") if is_known else ApiError(404, "Not Found")
