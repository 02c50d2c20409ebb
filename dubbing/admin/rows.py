"""What rows that belong to a video have in common here."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from config.admin.commands import carry_out
from config.admin.links import list_link, row_link
from config.admin.rows import DeskAdmin
from config.admin.searching import in_every_team
from dubbing.models import Asset, CallbackDelivery, Film, OutboxMessage, StatusChange
from dubbing.services.actors import Actor
from dubbing.services.refresh import ask_refresh

MOST_ASSETS = 100
WORDS_OF_ASSET = "An id of ours or of Panjaya, or the caller’s reference of the video"


def actor_of(request: HttpRequest) -> Actor:
    return Actor(user=cast(User, request.user))


def assets_named(term: str) -> list[Any]:
    """Ids of the videos that Panjaya or the caller knows by exactly this word."""
    named = in_every_team(Asset, Q(remote_id=term) | Q(reference=term))
    return list(Asset.objects.filter(named).values_list("pk", flat=True)[:MOST_ASSETS])


class OfAsset(DeskAdmin):
    """Found by its video, leads to its video."""

    def exact_matches(self, term: str) -> Q | None:
        return Q(asset_id__in=assets_named(term))

    @admin.display(description="team")
    def team_link(self, row: Any) -> SafeString | str:
        return row_link(row.team)

    @admin.display(description="video")
    def asset_link(self, row: Any) -> SafeString | str:
        return row_link(row.asset)

    @admin.display(description="language")
    def dubbing_link(self, row: Any) -> SafeString | str:
        return row_link(row.dubbing, row.dubbing.locale_id) if row.dubbing_id else "–"

    @admin.display(description="version")
    def version_link(self, row: Any) -> SafeString | str:
        if row.version_id is None:
            return "–"
        version = row.version
        return row_link(version, f"{version.dubbing.locale_id} · {version.number}")


def lists_of(**filters: Any) -> list[str]:
    """What happened to the rows that these filters name."""
    lists: list[str] = [
        list_link(OutboxMessage, "Messages", **filters),
        list_link(StatusChange, "History", **filters),
        list_link(Film, "Films", **filters),
    ]
    if "asset__id__exact" in filters:
        lists.append(list_link(CallbackDelivery, "Callbacks", **filters))
    return lists


def in_a_row(links: list[str]) -> SafeString:
    return format_html_join(" · ", "{}", ((link,) for link in links))


class RefreshMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The action that looks at the engine now."""

    @admin.action(description="Look at Panjaya now", permissions=["command"])
    def refresh(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        def look(row: Any) -> bool:
            asset = row if isinstance(row, Asset) else row.asset
            ask_refresh(asset=asset)
            return bool(asset.remote_id)

        carry_out(self, request, queryset, service=look, done="To be looked at now")
