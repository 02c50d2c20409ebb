"""Saved views: where they lead, what they are called, who may change them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Membership, User
from dubbing.models import MemberDesk, SavedView
from dubbing.screens.filter_line import PageAddress
from dubbing.services.desks import may_change_view

PAGES = {"matrix": "dubbing:home", "list": "dubbing:dubbing-list"}


@dataclass(frozen=True)
class OfferedView:
    view: SavedView
    url: str
    is_current: bool
    is_mine: bool
    is_start: bool
    may_change: bool


@dataclass(frozen=True)
class OfferedViews:
    mine: list[OfferedView]
    shared: list[OfferedView]

    @property
    def current(self) -> OfferedView | None:
        return next((one for one in [*self.mine, *self.shared] if one.is_current), None)

    @property
    def has_start(self) -> bool:
        return any(one.is_start for one in [*self.mine, *self.shared])


def view_address(view: SavedView) -> str:
    """The page with what the view shows; it says which view it is."""
    mark = urlencode({"view": str(view.pk)})
    query = "&".join(part for part in (view.query, mark) if part)
    return f"{reverse(PAGES[view.page])}?{query}"


def find_view(address: PageAddress, *, user: User) -> SavedView | None:
    """The view that the address names, if the person may see it."""
    try:
        row_id = uuid.UUID(address.chosen("view"))
    except ValueError:
        return None
    view: SavedView | None = SavedView.objects.offered_to(user).filter(pk=row_id).first()
    return view


def heading_of(address: PageAddress, *, user: User) -> str:
    view = find_view(address, user=user)
    if view is not None:
        return view.name
    return "Hidden videos" if address.filter.is_hidden else "All videos"


def offered_views(
    *, membership: Membership, user: User, desk: MemberDesk, current: str
) -> OfferedViews:
    rows = SavedView.objects.offered_to(user).select_related("user").order_by("name", "pk")
    offered = [
        OfferedView(
            view=view,
            url=view_address(view),
            is_current=str(view.pk) == current,
            is_mine=view.user_id == user.pk,
            is_start=view.pk == desk.start_view_id,
            may_change=may_change_view(view, user_id=user.pk, role=membership.role),
        )
        for view in rows
    ]
    return OfferedViews(
        mine=[one for one in offered if one.is_mine],
        shared=[one for one in offered if not one.is_mine],
    )
