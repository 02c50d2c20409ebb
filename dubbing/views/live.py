"""How the live parts of pages answer: 304 as long as they would look the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.http import TeamRequest


def live_part(
    request: TeamRequest, template: str, *, revision: str, context: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Renders only where the page shows another revision."""
    etag = f'"{revision}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304)
    response = render(request, template, context() | {"is_fragment": True})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
