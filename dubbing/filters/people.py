"""Whose hands a dub is in: an id, `me` or `none`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q

from accounts.models import Membership, User
from accounts.scoping import active_team_id
from dubbing.filters.terms import NonsenseError, Term, apart_by


def read_people(name: str, values: Sequence[str], user: User | None) -> Term | None:
    """`name` is `owner` or `reviewer`; several values: any of them."""
    label = name.capitalize()
    members = _members(values)
    wanted: list[uuid.UUID] = []
    kept: list[str] = []
    words: list[str] = []
    unknown: list[str] = []
    for value in values:
        if value == "none":
            kept, words = [*kept, value], [*words, "nobody"]
        elif value == "me" and user is not None:
            kept, words, wanted = [*kept, value], [*words, "me"], [*wanted, user.pk]
        elif member := members.get(value.lower()):
            kept, words = [*kept, str(member.pk)], [*words, str(member)]
            wanted.append(member.pk)
        else:
            unknown.append(value)
    condition, apart = Q(**{f"{name}__in": wanted}), apart_by(name, wanted)
    if "none" in values:
        nobody = Q(**{f"{name}__isnull": True})
        condition, apart = condition | nobody, (*apart, nobody)
    told = " or ".join(words)
    term = Term(name, tuple(kept), label, told, dubs=condition, apart=apart) if kept else None
    if unknown:
        raise NonsenseError(_told(unknown[0], user), _code(unknown[0]), kept=term)
    return term


def _members(values: Sequence[str]) -> dict[str, User]:
    """By id and by e-mail: people of this team."""
    ids = [row_id for value in values if (row_id := _id(value))]
    addresses = [value.lower() for value in values if "@" in value]
    if not ids and not addresses:
        return {}
    rows = Membership.objects.filter(team=active_team_id()).select_related("user")
    found = rows.filter(Q(user__in=ids) | Q(user__email__in=addresses))
    by_id = {str(row.user_id): row.user for row in found}
    return by_id | {row.user.email: row.user for row in found}


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _told(value: str, user: User | None) -> str:
    if value == "me" and user is None:
        return "A key is nobody in person: name somebody by id or e-mail."
    return "Somebody who is named here is not in the team any more."


def _code(value: str) -> str:
    return "nobody_in_person" if value == "me" else "not_a_member"
