"""Keys for machines: made with a secret that is shown once, and taken back."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import ApiKey, Team, User
from accounts.roles import Role
from accounts.scoping import team_scope


def create_api_key(
    *,
    team: Team,
    name: str,
    role: Role,
    created_by: User | None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """The key and its token, which nobody sees again. Raises ValidationError."""
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError(
            {"expires_at": ValidationError("This moment has passed.", code="expires_in_past")}
        )
    key = ApiKey(
        team=team, name=name.strip(), role=role, created_by=created_by, expires_at=expires_at
    )
    token = key.set_new_secret()
    with team_scope(team.id):
        key.full_clean()
        key.save(force_insert=True)
    return key, token


def revoke_api_key(*, key: ApiKey) -> None:
    """It works no more, from now on; a second time changes nothing."""
    with team_scope(key.team_id):
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        key.refresh_from_db(fields=["revoked_at"])
