from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.admin.filters import TeamFilter
from config.admin.commands import carry_out
from config.admin.counting import capped_count
from config.admin.links import list_url, row_link
from config.admin.rows import MirrorAdmin, Need, pretty_json
from dubbing.admin.rows import WORDS_OF_ASSET, OfAsset, in_a_row, lists_of
from dubbing.models import Film
from dubbing.services.films import copy_again
from dubbing.states import FilmState


@admin.register(Film)
class FilmAdmin(OfAsset, MirrorAdmin):
    list_display = (
        "generation",
        "version_link",
        "asset_link",
        "team_link",
        "state",
        "size",
        "attempts",
        "stored_at",
        "error_message",
    )
    list_select_related = ("asset", "team", "version__dubbing__asset")
    list_filter = (TeamFilter, "state")
    search_fields = ("sha256__exact",)
    search_ids = ("pk", "version_id", "asset_id")
    search_window = 50_000
    search_help_text = f"{WORDS_OF_ASSET}."
    actions = ("copy_film",)
    row_commands: ClassVar[tuple[str, ...]] = ("copy_film",)
    fields = readonly_fields = (
        "asset_link",
        "version_link",
        "generation",
        "state",
        "error_message",
        "attempts",
        "due_at",
        "lease_until",
        "stored_at",
        "size",
        "sha256",
        "duration_seconds",
        "stored_as",
        "probed",
        "links",
        "created_at",
    )

    def needs(self) -> list[Need]:
        late = Film.objects.filter(state=FilmState.WANTED, attempts__gt=0)
        count = capped_count(late)
        url = list_url(Film, state__exact=FilmState.WANTED.value)
        return [Need("Finished films not copied yet", count, url)]

    def commands_for(self, row: Film) -> tuple[str, ...]:
        return self.row_commands if row.state == FilmState.WANTED else ()

    @admin.display(description="stored as")
    def stored_as(self, film: Film) -> str:
        return film.file.name or "–"

    @admin.display(description="what probing told")
    def probed(self, film: Film) -> str:
        return pretty_json(film.facts)

    @admin.display(description="its rows")
    def links(self, film: Film) -> SafeString:
        return in_a_row([row_link(film.team), *lists_of(version__id__exact=film.version_id)])

    @admin.action(description="Copy again now", permissions=["command"])
    def copy_film(self, request: HttpRequest, queryset: QuerySet[Film]) -> None:
        rows = queryset.select_related("version__dubbing__asset")
        carry_out(self, request, rows, service=copy_one, done="To be copied now")


def copy_one(film: Film) -> bool:
    if film.state != FilmState.WANTED:
        return False
    return copy_again(version=film.version)
