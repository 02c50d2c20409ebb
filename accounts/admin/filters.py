from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Team

# A longer list is no help: there the team's own page leads to its rows.
MOST_TEAMS = 100


class TeamFilter(admin.SimpleListFilter):
    title = "team"
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        teams = Team.objects.order_by("name", "pk").values_list("slug", "name")[:MOST_TEAMS]
        return [(slug, name) for slug, name in teams]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        slug = self.value()
        if not slug:
            return queryset
        # By id: indexes begin with it.
        team = Team.objects.filter(slug=slug).values_list("pk", flat=True).first()
        return queryset.filter(team_id=team) if team else queryset.none()


class YesNoFilter(admin.SimpleListFilter):
    """Whether a time is set: `used(“revoked_at”, “revoked”)`."""

    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(**{f"{self.field}__isnull": self.value() == "no"})


def when_set(field: str, words: str) -> type[YesNoFilter]:
    """A filter by whether that time is set: `when_set("revoked_at", "revoked")`."""
    members = {"field": field, "title": words, "parameter_name": words.replace(" ", "_")}
    return type(f"{words.title().replace(' ', '')}Filter", (YesNoFilter,), members)
