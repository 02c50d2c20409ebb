from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import TEAM_SESSION_KEY, team_view
from accounts.forms import SwitchTeamForm
from accounts.http import TeamRequest
from accounts.models import User
from accounts.roles import Can
from accounts.services.members import remove_member
from accounts.services.teams import switch_team as switch_team_service


@require_POST
def switch_team(request: HttpRequest) -> HttpResponse:
    """To the start, because the page one stood on belongs to the other team."""
    form = SwitchTeamForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        membership = switch_team_service(
            user=cast(User, request.user), team_id=form.cleaned_data["team"]
        )
    except ValidationError:
        raise Http404 from None
    request.session[TEAM_SESSION_KEY] = str(membership.team_id)
    return redirect("dubbing:home")


@require_http_methods(["GET", "POST"])
@team_view(Can.VIEW)
def leave_team(request: TeamRequest) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        try:
            remove_member(membership=request.membership)
        except ValidationError as error:
            refusal = error.messages[0]
        else:
            messages.success(request, f"You have left {request.team}.")
            request.session.pop(TEAM_SESSION_KEY, None)
            return redirect("accounts:profile")
    status = 409 if refusal else 200
    return render(request, "accounts/team_leave.html", {"refusal": refusal}, status=status)
