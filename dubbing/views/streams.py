from __future__ import annotations

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.decorators import team_view
from accounts.http import TeamRequest
from accounts.roles import Can
from edge.live_tokens import stream_path

# Not for longer: who is in the team is asked again each time.
STREAM_SECONDS = 600


@require_GET
@never_cache
@team_view(Can.VIEW)
def live(request: TeamRequest) -> JsonResponse:
    """Where this page hears what changes, for how many seconds, and of which team."""
    path = stream_path(
        member=str(request.user.pk),
        team=str(request.team.pk),
        secret=settings.SECRET_KEY,
        seconds=STREAM_SECONDS,
    )
    return JsonResponse(
        {
            "url": f"{settings.EDGE_URL}{path}",
            "seconds": STREAM_SECONDS,
            "team": str(request.team.pk),
        }
    )
