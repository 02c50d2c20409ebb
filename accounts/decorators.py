from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.http import TeamRequest
from accounts.memberships import memberships_of
from accounts.models import Membership, User
from accounts.roles import Can
from accounts.scoping import team_scope

TEAM_SESSION_KEY = "team"
P = ParamSpec("P")
TeamView = Callable[Concatenate[TeamRequest, P], HttpResponseBase]


def active_membership(request: HttpRequest) -> tuple[Membership | None, list[Membership]]:
    """The membership in the team this session works in, and all of the person's."""
    user = cast(User, request.user)
    memberships = memberships_of(user)
    chosen = request.session.get(TEAM_SESSION_KEY)
    for membership in memberships:
        if str(membership.team_id) == chosen:
            return membership, memberships
    return (memberships[0] if memberships else None), memberships


def team_view(action: Can) -> Callable[[TeamView[P]], Callable[..., HttpResponseBase]]:
    """The only door to a team's page: opens the team's scope, asks the role table."""

    def decorate(view: TeamView[P]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            team_request = cast(TeamRequest, request)
            membership, team_request.memberships = active_membership(request)
            if membership is None:
                return _no_team(request)
            team_request.membership, team_request.team = membership, membership.team
            with team_scope(membership.team_id):
                if not membership.can(action):
                    # A row of another team stays unknown even to those who may not act here:
                    # the view would answer 404 before it looked at the role.
                    raise PermissionDenied(action.value)
                return view(team_request, *args, **kwargs)

        wrapped.needs = action  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _no_team(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/no_team.html", status=403)
