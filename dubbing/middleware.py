from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Membership
from accounts.scoping import team_scope
from dubbing.services.attention import note_visit

View = Callable[[HttpRequest], HttpResponseBase]


def note_visits(get_response: View) -> View:
    """Whoever opens a page of a team is here; a page's parts that fetch themselves do not count."""

    def visited(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        membership: Membership | None = getattr(request, "membership", None)
        if membership is not None and _is_page(request, response):
            with team_scope(membership.team_id):
                note_visit(team_id=membership.team_id, user_id=membership.user_id)
        return response

    return visited


def _is_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    by_hand = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    is_whole = by_hand and "HX-Request" not in request.headers
    return request.method == "GET" and response.status_code == 200 and is_html and is_whole
