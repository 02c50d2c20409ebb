"""What the rail lists: pages, for those who may open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts.decorators import active_membership
from accounts.models import Membership
from accounts.roles import Can


@dataclass(frozen=True)
class RailPage:
    view_name: str
    label: str
    icon: str
    needs: Can
    # Where else this entry is marked as “here”: view names that begin so.
    covers: tuple[str, ...] = ()
    key: str = ""
    # Has a place in a phone's bottom bar; the others are behind its “More”.
    in_bar: bool = False


@dataclass(frozen=True)
class RailLink:
    page: RailPage
    url: str
    is_current: bool
    # What waits there; shown while it is not 0.
    count: int = 0


PAGES = (
    RailPage(
        "dubbing:home", "Matrix", "layout-grid", Can.VIEW,
        ("dubbing:home", "dubbing:dubbing-list", "dubbing:view", "dubbing:bulk"), in_bar=True,
    ),
    RailPage(
        "dubbing:attention", "Needs attention", "bell", Can.VIEW,
        ("dubbing:attention", "dubbing:digest"), in_bar=True,
    ),
    RailPage("dubbing:asset-list", "Videos", "movie", Can.VIEW, ("dubbing:",), in_bar=True),
    RailPage("dubbing:asset-new", "New dubbing", "plus", Can.PRODUCE, key="n", in_bar=True),
    RailPage(
        "dubbing:batch-list", "Batches", "stack-2", Can.PRODUCE,
        (
            "dubbing:batch", "dubbing:item", "dubbing:preset", "dubbing:language-set",
            "dubbing:sheet", "dubbing:file",
        ),
    ),
    RailPage("dubbing:queue", "Queue", "send", Can.VIEW, ("dubbing:queue",)),
    RailPage("dubbing:archive-list", "Downloads", "download", Can.DOWNLOAD, ("dubbing:archive",)),
    RailPage("dubbing:money", "Money", "coins", Can.PRODUCE, ("dubbing:money",)),
    RailPage(
        "accounts:members", "Team", "users", Can.VIEW,
        ("accounts:member", "accounts:invitation", "accounts:leave"),
    ),
    RailPage("accounts:keys", "API keys", "key", Can.MAKE_KEYS, ("accounts:key",)),
    RailPage(
        "dubbing:connection", "Connection", "plug", Can.MANAGE_TEAM, ("dubbing:connection",)
    ),
)  # fmt: skip

# Where the rail of an open page is asked for anew.
ITSELF = "dubbing:rail"
# Other applications tell here how much waits on a page of theirs: view name → count of a team.
COUNTERS: dict[str, Callable[[Membership], int]] = {}


@dataclass(frozen=True)
class Rail:
    """`here`: the view whose page it stands on."""

    here: str
    links: list[RailLink]

    @property
    def revision(self) -> str:
        """The same as long as nothing else waits."""
        return "-".join(str(link.count) for link in self.links)


def rail_for(request: HttpRequest, membership: Membership) -> Rail:
    here = _here(request)
    current = _current_page(here)
    links = [
        RailLink(page, reverse(page.view_name), page is current, _count(page, membership))
        for page in PAGES
        if membership.can(page.needs)
    ]
    return Rail(here, links)


def _here(request: HttpRequest) -> str:
    match = request.resolver_match
    name = match.view_name if match is not None else ""
    # Asked for by itself, it stands on the page that asks.
    return request.GET.get("here", "") if name == ITSELF else name


def membership_of(request: HttpRequest) -> Membership | None:
    """As the team's door has set it; the person's own account pages have no door."""
    membership: Membership | None = getattr(request, "membership", None)
    user = getattr(request, "user", None)
    if membership is None and user is not None and user.is_authenticated:
        membership, memberships = active_membership(request)
        # The context processor reads them from here too, and so does the team's menu.
        request.memberships = memberships  # type: ignore[attr-defined]
    return membership


def _current_page(here: str) -> RailPage | None:
    """The page itself, else the one that covers it most narrowly."""
    fits = [
        (len(name), page)
        for page in PAGES
        for name in (page.view_name, *page.covers)
        if here == name or (name in page.covers and here.startswith(name))
    ]
    return max(fits, key=lambda fit: fit[0], default=(0, None))[1]


def _count(page: RailPage, membership: Membership) -> int:
    counter = COUNTERS.get(page.view_name)
    return counter(membership) if counter is not None else 0
