from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts.models import Membership, Team, User
from accounts.roles import Role

SLUG_LENGTH = 50


def create_team(*, name: str, owner: User, slug: str = "") -> Team:
    """A team with its first owner. Raises ValidationError, also where the slug is taken."""
    team = Team(name=name.strip(), slug=slug or slugify(name)[:SLUG_LENGTH])
    with transaction.atomic():
        team.full_clean()
        team.save(force_insert=True)
        Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def switch_team(*, user: User, team_id: uuid.UUID) -> Membership:
    """The membership to work in from now on; of a team the person is not in, nothing is said."""
    membership = user.memberships.select_related("team").filter(team_id=team_id).first()
    if membership is None:
        raise ValidationError("You are not in this team.", code="not_a_member")
    return membership
