"""Who is in a team and as what. A team never loses its last owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.live import cut_streams
from accounts.models import Membership, Team, User
from accounts.roles import Role, roles_up_to


def change_role(
    *, membership: Membership, role: Role, changed_by: Membership | None = None
) -> Membership:
    """Without `changed_by`: the operator, who may give every role."""
    if changed_by is not None:
        check_may_give(changed_by, role)
    with _locked(membership) as row:
        if role != Role.OWNER:
            _check_owner_remains(row)
        row.role = role
        row.full_clean()
        row.save(update_fields=["role"])
        cut_streams(user_id=row.user_id, team_id=row.team_id)
    return row


def remove_member(*, membership: Membership) -> None:
    """Also how somebody leaves. What the person made, keys included, stays the team's."""
    with _locked(membership) as row:
        _check_owner_remains(row)
        row.delete()
        cut_streams(user_id=row.user_id, team_id=row.team_id)


def rename_person(*, user: User, name: str) -> None:
    user.name = name.strip()
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name"])


def check_may_give(giver: Membership, role: Role) -> None:
    if role not in roles_up_to(giver.role):
        raise ValidationError(
            {"role": ValidationError("You can give your own role or a lower one.", code="role")}
        )


@contextmanager
def _locked(membership: Membership) -> Iterator[Membership]:
    """The row as it is now. The team is locked: two owners could leave at the same moment."""
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=membership.team_id)
        row = Membership.objects.filter(pk=membership.pk).first()
        if row is None:
            raise ValidationError("This person is no longer in the team.", code="not_a_member")
        yield row


def _check_owner_remains(row: Membership) -> None:
    if row.role != Role.OWNER:
        return
    others = Membership.objects.filter(team=row.team_id, role=Role.OWNER).exclude(pk=row.pk)
    if not others.exists():
        raise ValidationError(
            "A team keeps at least one owner. Make somebody else an owner first.",
            code="last_owner",
        )
