"""The peer of lists: Django's own admin over the same rows, as it comes."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.test import RequestFactory

from accounts.models import User
from accounts.scoping import team_scope
from benchmarks.scaled import HOST, Scaled
from dubbing.models import Dubbing


class PlainAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("asset", "locale", "stage", "stage_since")
    list_select_related = ("asset", "locale")
    list_filter = ("stage",)
    search_fields = ("asset__title",)
    list_per_page = 100
    ordering = ("-pk",)


def answer(scaled: Scaled, query: str) -> None:
    """One page of the list, of the big team's rows alone."""
    request: HttpRequest = RequestFactory(SERVER_NAME=HOST).get(f"/admin/dubbing/dubbing/?{query}")
    request.user = User(is_staff=True, is_superuser=True, email="admin@example.org")
    with team_scope(scaled.team.pk):
        page = PlainAdmin(Dubbing, admin.site).changelist_view(request)
        assert isinstance(page, TemplateResponse), page  # noqa: S101
        page.render()


def pages(scaled: Scaled) -> int:
    with team_scope(scaled.team.pk):
        rows: int = Dubbing.objects.count()
    return -(-rows // PlainAdmin.list_per_page)
