"""The people of the active team, as pages, programs and sheets name them."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Membership, User
from accounts.roles import Can
from accounts.scoping import active_team_id

NOBODY = frozenset({"", "none"})


class Members:
    """Read once, when somebody is first asked for: a sheet names thousands."""

    @cached_property
    def _by_key(self) -> dict[str, Membership]:
        rows = Membership.objects.filter(team=active_team_id()).select_related("user")
        found: dict[str, Membership] = {}
        for row in rows:
            found[str(row.user_id)] = found[row.user.email.lower()] = row
        return found

    def names(self) -> dict[str, str]:
        """E-mail → what people call them."""
        return {row.user.email.lower(): str(row.user) for row in self._by_key.values()}

    def find(self, given: Any) -> Membership | None:
        """By the person, an id or an e-mail."""
        if isinstance(given, User):
            given = given.pk
        if not isinstance(given, (str, uuid.UUID)):
            return None
        return self._by_key.get(str(given).strip().lower())

    def person(self, given: Any) -> User | None:
        """None where nobody is meant. Raises ValidationError (code `not_a_member`)."""
        if is_nobody(given):
            return None
        member = self.find(given)
        if member is None:
            raise ValidationError(
                f"Nobody of this team has the id or e-mail “{str(given)[:80]}”. Invite them first.",
                code="not_a_member",
            )
        return member.user

    def reviewer(self, given: Any) -> User | None:
        """Raises ValidationError (codes `not_a_member`, `may_not_review`)."""
        person = self.person(given)
        member = self.find(person) if person is not None else None
        if member is not None and not member.can(Can.REVIEW):
            raise ValidationError(
                f"{person} may look, but not review. Give them the role of a reviewer first.",
                code="may_not_review",
            )
        return person


def is_nobody(given: Any) -> bool:
    return given is None or (isinstance(given, str) and given.strip().lower() in NOBODY)
