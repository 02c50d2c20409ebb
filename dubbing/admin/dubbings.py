from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from config.admin.commands import carry_out
from config.admin.links import list_link, row_link
from config.admin.rows import MirrorAdmin, pretty_json
from config.admin.searching import in_every_team
from dubbing.admin.inlines import FilmInline, VersionInline
from dubbing.admin.rows import (
    WORDS_OF_ASSET,
    OfAsset,
    RefreshMixin,
    assets_named,
    in_a_row,
    lists_of,
)
from dubbing.models import Dubbing, Version
from dubbing.services.films import copy_again


@admin.register(Dubbing)
class DubbingAdmin(RefreshMixin, OfAsset, MirrorAdmin):
    inlines = (VersionInline,)
    list_display = ("page", "asset_link", "team_link", "stage", "status", "stage_since")
    list_select_related = ("asset", "team", "locale")
    list_filter = (TeamFilter, "stage", "status", ("locale", admin.RelatedFieldListFilter))
    search_fields = ("remote_id__exact",)
    search_ids = ("pk", "asset_id")
    search_help_text = f"{WORDS_OF_ASSET}."
    actions = ("refresh",)
    row_commands: ClassVar[tuple[str, ...]] = ("refresh",)
    fields = readonly_fields = (
        "asset_link",
        "locale",
        "stage",
        "stage_since",
        "status",
        "error_message",
        "owner",
        "reviewer",
        "due_on",
        "priority",
        "review",
        "reviewed_by",
        "reviewed_at",
        "review_reason",
        "is_pinned",
        "versions_count",
        "remote_id",
        "srt_name",
        "srt",
        "links",
        "created_at",
        "updated_at",
    )

    def exact_matches(self, term: str) -> Q | None:
        return in_every_team(Dubbing, Q(remote_id=term)) | Q(asset_id__in=assets_named(term))

    @admin.display(description="language")
    def page(self, dubbing: Dubbing) -> str:
        return str(dubbing.locale)

    @admin.display(description="its rows")
    def links(self, dubbing: Dubbing) -> SafeString:
        rows = list_link(Version, "Versions", dubbing__id__exact=dubbing.pk)
        return in_a_row(
            [row_link(dubbing.team), rows, *lists_of(asset__id__exact=dubbing.asset_id)]
        )


@admin.register(Version)
class VersionAdmin(RefreshMixin, OfAsset, MirrorAdmin):
    inlines = (FilmInline,)
    list_display = (
        "page",
        "asset_link",
        "team_link",
        "status",
        "generation",
        "remote_id",
        "completed_at",
    )
    list_select_related = ("team", "dubbing__asset", "asset")
    list_filter = (TeamFilter, "status")
    search_fields = ("remote_id__exact",)
    search_ids = ("pk", "dubbing_id", "asset_id")
    search_help_text = f"{WORDS_OF_ASSET}."
    actions = ("refresh", "copy_film")
    row_commands: ClassVar[tuple[str, ...]] = ("refresh", "copy_film")
    fields = readonly_fields = (
        "asset_link",
        "dubbing_link",
        "number",
        "status",
        "raw_status",
        "error_code",
        "error_message",
        "remote_id",
        "generation",
        "completed_at",
        "observed_at",
        "links",
        "told",
        "created_at",
        "updated_at",
    )

    def exact_matches(self, term: str) -> Q | None:
        return in_every_team(Version, Q(remote_id=term)) | Q(asset_id__in=assets_named(term))

    @admin.display(description="version")
    def page(self, version: Version) -> str:
        return f"{version.dubbing.locale_id} · {version.number}"

    @admin.display(description="its rows")
    def links(self, version: Version) -> SafeString:
        return in_a_row([row_link(version.team), *lists_of(version__id__exact=version.pk)])

    @admin.display(description="Panjaya’s whole answer")
    def told(self, version: Version) -> str:
        return pretty_json(version.snapshot)

    @admin.action(description="Copy the film again", permissions=["command"])
    def copy_film(self, request: HttpRequest, queryset: QuerySet[Version]) -> None:
        carry_out(self, request, queryset, service=copy_one, done="To be copied now")


def copy_one(version: Version) -> bool:
    return copy_again(version=version)
