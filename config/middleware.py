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
from django.urls import Resolver404, get_script_prefix, is_valid_path, resolve, reverse

from config.health import PROBES
from config.sizes import size_words
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
    """Refuses a body that is too large, or would not fit on the disk, before a byte of it is taken
    in.

    Small ones pass: whether a file may be kept is then the service's decision, with a word at the
    right field.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        size = int(announced) if announced.isdigit() else 0
        if size > most_body_bytes():
            return _too_large(request)
        if size > SMALL_BODY_BYTES and not room_for(size):
            logger.error("storage is full: a body of %s bytes was refused", size)
            return _no_room(request)
        return get_response(request)

    return answer


def most_body_bytes() -> int:
    """A source with the values beside it."""
    return int(settings.MAX_SOURCE_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


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


def callbacks_first(get_response: Answer) -> Answer:
    """The engine proves itself by its signature: it needs no session, cookie, form or page.

    The layers for those would cost it as much time as its own work.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/callbacks/"):
            return get_response(request)
        try:
            match = resolve(request.path_info, urlconf="dubbing.callback_urls")
        except Resolver404:
            return get_response(request)
        request.resolver_match = match
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer

    return answer


def _no_room(request: HttpRequest) -> HttpResponseBase:
    if is_api_path(request):
        problem = Problem(507, STORAGE_FULL, FULL)
        return JsonResponse(problem.as_json(), status=507)
    return render(request, "507.html", {"words": FULL}, status=507)


def _too_large(request: HttpRequest) -> HttpResponseBase:
    words = f"The desk takes {size_words(settings.MAX_SOURCE_BYTES)} at most."
    if is_api_path(request):
        return JsonResponse(Problem(413, "too_large", words).as_json(), status=413)
    return render(request, "413.html", {"words": words}, status=413)


def explained_methods(get_response: Answer) -> Answer:
    """Who opens the address of a button, say from the browser's history, is told so and led back;
    Django's own answer is an empty page."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        has_words = bool(getattr(response, "content", True))
        if response.status_code != 405 or has_words or is_api_path(request):
            return response
        back = {"back": nearest_page(request.path_info)}
        page = render(request, "405.html", back, status=405)
        page["Allow"] = response.get("Allow", "")
        return page

    return answer


def nearest_page(path: str) -> str:
    """The closest address above this one that leads somewhere; the start where there is none."""
    while path := path.rstrip("/").rpartition("/")[0]:
        if is_valid_path(f"{path}/"):
            return f"{get_script_prefix()}{path.lstrip('/')}/"
    return reverse("dubbing:home")
