"""The outermost layers of every request."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

from config.health import PROBES
from config.tracing import request_id
from dubbing.api.errors import Problem, is_api_path
from dubbing.services.space import FULL, STORAGE_FULL, room_for

logger = logging.getLogger("dubdesk.request")

Answer = Callable[[HttpRequest], HttpResponseBase]
SMALL_BODY_BYTES = 10 * 1024 * 1024
GIVEN_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)


def probes_first(get_response: Answer) -> Answer:
    """Machines ask for our health under any name, so this comes before the Host is judged."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return answer


def request_ids(get_response: Answer) -> Answer:
    """Names the request in every line logged meanwhile and in the answer; logs one line for it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        name = _name(request)
        token = request_id.set(name)
        try:
            response = get_response(request)
            response["X-Request-ID"] = name
            _log(request, response, time.perf_counter() - began)
            return response
        finally:
            request_id.reset(token)

    return answer


def _name(request: HttpRequest) -> str:
    """The proxy's own; a stranger's word is taken only where a proxy stands in between."""
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUST_PROXY_HEADERS and GIVEN_ID.fullmatch(given):
        return given
    return uuid.uuid4().hex


def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """By the route: the address itself may hold a token."""
    match = request.resolver_match
    if match is None and response.status_code < 400:
        return  # a static file or a probe
    route = f"/{match.route}" if match else "(no such page)"
    extra = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "team": getattr(getattr(request, "team", None), "pk", None),
    }
    words = (request.method, route, response.status_code, extra["milliseconds"])
    logger.info("%s %s %s in %s ms", *words, extra=extra)


def room_first(get_response: Answer) -> Answer:
    """Refuses a large body that would not fit on the disk, before a byte of it is taken in.

    Small ones pass: whether a file may be kept is then the service's decision, with a word at the
    right field.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        size = int(announced) if announced.isdigit() else 0
        if size > SMALL_BODY_BYTES and not room_for(size):
            logger.error("storage is full: a body of %s bytes was refused", size)
            return _no_room(request)
        return get_response(request)

    return answer


def no_half_files(get_response: Answer) -> Answer:
    """Django closes the files that arrived whole. What came of one whose sender hung up would lie
    on the disk until the garbage collector passes."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            return get_response(request)
        finally:
            if request.content_type == "multipart/form-data":
                for handler in request.upload_handlers:
                    handler.upload_interrupted()

    return answer


def _no_room(request: HttpRequest) -> HttpResponseBase:
    if is_api_path(request):
        problem = Problem(507, STORAGE_FULL, FULL)
        return JsonResponse(problem.as_json(), status=507)
    return render(request, "507.html", {"words": FULL}, status=507)
