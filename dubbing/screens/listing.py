"""The list of videos: which rows, in what words, and where older and newer ones are."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    TextChoices,
)
from django.urls import reverse

from dubbing.models import Asset, Dubbing, Project, Version
from dubbing.screens.amounts import Amount, count_capped
from dubbing.services.links import poster_link
from dubbing.states import (
    ASSET_STAGES,
    BADGES,
    BROKEN_STAGES,
    MOVING_STAGES,
    AssetStatus,
    Badge,
    Group,
    Stage,
)

ROWS = 50
PERSON_STAGES = frozenset(
    stage for stage in Stage if BADGES[stage].group in (Group.PERSON, Group.ASKED)
)


class ListState(TextChoices):
    ANY = "", "any"
    PERSON = "person", "needs a person"
    MOVING = "moving", "moves by itself"
    FAILED = "failed", "failed"
    FINISHED = "finished", "finished"
    HIDDEN = "hidden", "hidden"


@dataclass(frozen=True)
class AssetFilter:
    """What an address asks of the list; `before` and `after` are ids at the page's edges."""

    text: str = ""
    state: ListState = ListState.ANY
    project: uuid.UUID | None = None
    tag: str = ""
    before: uuid.UUID | None = None
    after: uuid.UUID | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.state or self.project or self.tag)

    def url(self, **changes: Any) -> str:
        """The list's address with these changes, from its first page on."""
        wanted = replace(self, **({"before": None, "after": None} | changes))
        pairs = {
            "q": wanted.text,
            "state": wanted.state.value,
            "project": str(wanted.project or ""),
            "tag": wanted.tag,
            "before": str(wanted.before or ""),
            "after": str(wanted.after or ""),
        }
        query = urlencode({name: value for name, value in pairs.items() if value})
        return reverse("dubbing:asset-list") + (f"?{query}" if query else "")

    def matched(self) -> QuerySet[Any]:
        assets = Asset.objects.hidden() if self.state == ListState.HIDDEN else Asset.objects.shown()
        if self.text:
            assets = assets.matching(self.text)
        if self.project:
            assets = assets.filter(project=self.project)
        if self.tag:
            assets = assets.filter(tags__contains=[self.tag])
        return in_state(assets, self.state)


def in_state(assets: QuerySet[Any], state: ListState) -> QuerySet[Any]:
    dubbings = Dubbing.objects.filter(asset=OuterRef("pk"))
    if state == ListState.PERSON:
        return assets.filter(Exists(dubbings.filter(stage__in=PERSON_STAGES)))
    if state == ListState.MOVING:
        return assets.filter(Exists(dubbings.filter(stage__in=MOVING_STAGES)))
    if state == ListState.FAILED:
        return assets.filter(Exists(dubbings.filter(stage__in=BROKEN_STAGES)))
    if state == ListState.FINISHED:
        unfinished = dubbings.exclude(stage=Stage.FINISHED)
        return assets.filter(Exists(dubbings), ~Exists(unfinished))
    return assets


@dataclass(frozen=True)
class Cell:
    """One language of a video, as small as it gets."""

    code: str
    badge: Badge
    title: str
    url: str
    key: str


@dataclass(frozen=True)
class AssetRow:
    asset: Asset
    url: str
    poster: str
    trouble: Badge | None
    cells: list[Cell]


@dataclass(frozen=True)
class StateChoice:
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class FilterChip:
    """A filter that is set; its address takes it out."""

    name: str
    value: str
    url: str


@dataclass(frozen=True)
class AssetListing:
    asked: AssetFilter
    rows: list[AssetRow]
    older_url: str
    newer_url: str
    videos: Amount
    ready: Amount
    broken: Amount
    project: Project | None

    @property
    def state_choices(self) -> list[StateChoice]:
        return [
            StateChoice(state.label, self.asked.url(state=state), state == self.asked.state)
            for state in ListState
        ]

    @property
    def chips(self) -> list[FilterChip]:
        asked = self.asked
        chips = []
        if asked.text:
            chips.append(FilterChip("Search", asked.text, asked.url(text="")))
        if asked.project:
            name = self.project.name if self.project else "unknown"
            chips.append(FilterChip("Project", name, asked.url(project=None)))
        if asked.tag:
            chips.append(FilterChip("Tag", asked.tag, asked.url(tag="")))
        return chips

    @property
    def live_url(self) -> str:
        here = self.asked.url(before=self.asked.before, after=self.asked.after)
        return here.replace(reverse("dubbing:asset-list"), reverse("dubbing:asset-rows"), 1)

    @property
    def export_url(self) -> str:
        """All pages of it, as a sheet."""
        whole = self.asked.url()
        return whole.replace(reverse("dubbing:asset-list"), reverse("dubbing:asset-export"), 1)

    @property
    def export_xlsx_url(self) -> str:
        return f"{self.export_url}{'&' if '?' in self.export_url else '?'}as=xlsx"

    @property
    def is_moving(self) -> bool:
        """Whether anything on this page changes by itself; else nobody needs to look again."""
        return any(cell.badge.group == Group.MOVING for row in self.rows for cell in row.cells)

    @property
    def revision(self) -> str:
        """The same as long as the page would look the same."""
        shown = [f"{row.asset.pk}:{row.asset.revision}" for row in self.rows]
        counted = f"{self.videos} {self.ready} {self.broken}"
        return hashlib.sha256(" ".join([*shown, counted]).encode()).hexdigest()[:16]


def list_assets(asked: AssetFilter, *, member: str) -> AssetListing:
    matched = asked.matched()
    assets, has_newer, has_older = _page(matched, asked)
    dubbings = Dubbing.objects.filter(asset__in=matched.order_by())
    videos, ready, broken = count_capped(
        matched,
        dubbings.filter(stage=Stage.READY),
        dubbings.filter(stage__in=BROKEN_STAGES),
    )
    return AssetListing(
        asked=asked,
        rows=[_row(asset, member) for asset in assets],
        older_url=asked.url(before=assets[-1].pk) if has_older and assets else "",
        newer_url=asked.url(after=assets[0].pk) if has_newer and assets else "",
        videos=videos,
        ready=ready,
        broken=broken,
        project=Project.objects.filter(pk=asked.project).first() if asked.project else None,
    )


def _page(matched: QuerySet[Any], asked: AssetFilter) -> tuple[list[Asset], bool, bool]:
    """The rows, newest first, and whether there are newer and older ones."""
    shown = matched.select_related("locale", "project").prefetch_related(_dubbings_with_current())
    if asked.after:
        found = list(shown.filter(pk__gt=asked.after).order_by("pk")[: ROWS + 1])
        return found[:ROWS][::-1], len(found) > ROWS, True
    if asked.before:
        shown = shown.filter(pk__lt=asked.before)
    found = list(shown.order_by("-pk")[: ROWS + 1])
    return found[:ROWS], asked.before is not None, len(found) > ROWS


def _dubbings_with_current() -> Prefetch[Any]:
    newest = Version.objects.filter(dubbing=OuterRef("pk")).order_by("-number")
    return Prefetch(
        "dubbings",
        queryset=Dubbing.objects.select_related("locale")
        .annotate(current_version_id=Subquery(newest.values("pk")[:1]))
        .order_by("locale_id"),
    )


def _row(asset: Asset, member: str) -> AssetRow:
    url = reverse("dubbing:asset-detail", args=[asset.pk])
    dubbings: Iterable[Any] = asset.dubbings.all()
    stage = ASSET_STAGES[AssetStatus(asset.status)]
    return AssetRow(
        asset=asset,
        url=url,
        poster=poster_link(asset=asset, member=member),
        trouble=BADGES[stage] if stage in BROKEN_STAGES else None,
        cells=[_cell(dubbing, url) for dubbing in dubbings],
    )


def _cell(dubbing: Any, asset_url: str) -> Cell:
    badge = BADGES[Stage(dubbing.stage)]
    version_id = dubbing.current_version_id
    return Cell(
        code=dubbing.locale_id,
        badge=badge,
        title=f"{dubbing.locale.name}: {badge.label}",
        url=reverse("dubbing:version-detail", args=[version_id]) if version_id else asset_url,
        key=f"cell-{dubbing.pk}",
    )
