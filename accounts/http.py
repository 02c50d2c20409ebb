from __future__ import annotations

from django.http import HttpRequest

from accounts.models import Membership, Team, User


class TeamRequest(HttpRequest):
    """A request inside a team: team_view has set these."""

    user: User
    team: Team
    membership: Membership
    memberships: list[Membership]
