"""Children on their parent's page: to look at, each with a link to its own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.admin.links import row_link
from dubbing.models import Dubbing, Film, Version


class ChildInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False
    related: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)


class DubbingInline(ChildInline):
    model = Dubbing
    related = ("locale", "asset")
    fields = readonly_fields = ("page", "stage", "stage_since", "remote_id", "error_message")
    ordering = ("locale__name",)
    verbose_name_plural = "languages"

    @admin.display(description="language")
    def page(self, dubbing: Dubbing) -> str:
        return row_link(dubbing, dubbing.locale)


class VersionInline(ChildInline):
    model = Version
    related = ("dubbing__asset",)
    fields = readonly_fields = ("page", "status", "remote_id", "completed_at", "error_message")
    ordering = ("-number",)

    @admin.display(description="version")
    def page(self, version: Version) -> str:
        return row_link(version, f"Version {version.number}")


class FilmInline(ChildInline):
    model = Film
    related = ("version__dubbing__asset",)
    fields = readonly_fields = ("page", "state", "size", "stored_at", "error_message")
    ordering = ("-generation",)

    @admin.display(description="film")
    def page(self, film: Film) -> str:
        return row_link(film, f"Film {film.generation}")
