"""The rail of a page that is open: how much waits behind each of its links."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.rail import rail_for
from accounts.roles import Can
from dubbing.views.live import live_part


@require_GET
@team_view(Can.VIEW)
def rail(request: TeamRequest) -> HttpResponse:
    """Its live part; `here` names the page that it stands on."""
    shown = rail_for(request, request.membership)
    return live_part(
        request,
        "components/rail_links.html",
        revision=shown.revision,
        context=lambda: {"rail": shown, "here": request.membership},
    )
