"""How people keep their desk: saved views, the one it begins with, density, columns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Can, Role, allows
from accounts.scoping import active_team_id
from dubbing.models import MemberDesk, SavedView
from dubbing.models.assets import TITLE_LENGTH

PAGES = ("matrix", "list")
MOST_QUERY = 2000


def desk_of(user: User) -> MemberDesk:
    """Unsaved where the person has never changed anything."""
    desk: MemberDesk | None = (
        MemberDesk.objects.select_related("start_view").filter(user=user).first()
    )
    return desk or MemberDesk(team_id=active_team_id(), user=user)


def keep_desk(*, user: User, **changes: Any) -> None:
    MemberDesk.objects.update_or_create(
        user=user, team_id=active_team_id(), defaults=changes,
        create_defaults={"team_id": active_team_id(), **changes},
    )  # fmt: skip


def save_view(
    *, user: User, name: str, page: str, query: str, is_shared: bool = False
) -> SavedView:
    """`query` as it stands in the address. Raises ValidationError on `name`, or with the codes
    `unknown_page` and `query_too_long`."""
    if page not in PAGES:
        raise ValidationError("Views are kept of the matrix and of the list.", code="unknown_page")
    if len(query) > MOST_QUERY:
        raise ValidationError("This is too much for one view.", code="query_too_long")
    view = SavedView(
        team_id=active_team_id(), user=user, name=_name(name), page=page, query=query,
        is_shared=is_shared,
    )  # fmt: skip
    _save(view)
    return view


def change_view(*, view: SavedView, name: str, is_shared: bool, query: str | None = None) -> None:
    """`query`: what it shows from now on; None leaves that as it is."""
    view.name, view.is_shared = _name(name), is_shared
    if query is not None:
        view.query = query[:MOST_QUERY]
    _save(view)


def delete_view(*, view: SavedView) -> None:
    """Whoever began with it begins with all videos again."""
    view.delete()


def begin_with(*, user: User, view: SavedView | None) -> None:
    keep_desk(user=user, start_view=view)


def keep_columns(*, user: User, columns: Sequence[str]) -> None:
    keep_desk(user=user, columns=list(columns))


def may_change_view(view: SavedView, *, user_id: uuid.UUID, role: str) -> bool:
    """One's own; what is shared, owners may tidy up too."""
    return view.user_id == user_id or (view.is_shared and allows(Role(role), Can.MANAGE_TEAM))


def _name(text: str) -> str:
    name = " ".join(text.replace("\0", " ").split())
    if not name:
        raise _on_name("Give it a name.", "name_empty")
    if len(name) > TITLE_LENGTH:
        raise _on_name(f"A name has at most {TITLE_LENGTH} characters.", "name_too_long")
    return name


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        message = f"You have a view “{view.name}” already. Choose another name."
        raise _on_name(message, "name_taken") from None


def _on_name(message: str, code: str) -> ValidationError:
    return ValidationError({"name": ValidationError(message, code=code)})
