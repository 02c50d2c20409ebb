from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import TEAM_SESSION_KEY, team_view
from accounts.http import TeamRequest
from accounts.models import User
from accounts.roles import Can
from accounts.services.teams import switch_team
from dubbing.screens.attention import AttentionScreen
from dubbing.services.attention import look_at_slow, things
from dubbing.views.live import live_part


@require_GET
@team_view(Can.VIEW)
def attention(request: TeamRequest) -> HttpResponse:
    screen = AttentionScreen(request.membership)
    return render(request, "dubbing/attention/page.html", {"screen": screen})


@require_GET
@team_view(Can.VIEW)
def attention_groups(request: TeamRequest) -> HttpResponse:
    """The live part of the page."""
    screen = AttentionScreen(request.membership)
    return live_part(
        request,
        "dubbing/attention/_groups.html",
        revision=screen.revision,
        context=lambda: {"screen": screen},
    )


@require_POST
@team_view(Can.PRODUCE)
def attention_look(request: TeamRequest) -> HttpResponseRedirect:
    """Asks Panjaya for news of whatever takes longer than usual."""
    videos = look_at_slow()
    if videos:
        messages.success(request, f"Panjaya is asked about {things(videos, 'video')} now.")
    else:
        messages.info(request, "Nothing takes longer than usual any more.")
    return redirect("dubbing:attention")


@require_GET
def attention_of_team(request: HttpRequest, team_id: uuid.UUID) -> HttpResponseRedirect:
    """Where mails lead: to this team's page, whichever team was open before."""
    try:
        membership = switch_team(user=cast(User, request.user), team_id=team_id)
    except ValidationError:
        raise Http404 from None
    request.session[TEAM_SESSION_KEY] = str(membership.team_id)
    return redirect("dubbing:attention")
