from __future__ import annotations

import functools
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.views.decorators.cache import never_cache

from accounts.scoping import TeamOwned, all_teams
from config.admin.rows import DeskAdmin, Need

# The first page's order: an operator looks for teams first and for machinery last.
GROUPS = (
    ("Teams and people", "team user membership invitation apikey"),
    ("Videos and dubs", "asset dubbing version film project"),
    (
        "Sending and hearing",
        "connection outboxmessage callbackdelivery refusedcallbacks statuschange usualtime "
        "sendinglane sendingbrake installationbrake",
    ),
    ("Set up", "locale group emailaddress emailconfirmation"),
    ("Records", "logentry idempotentanswer"),
)
OTHERS = "Other"


class TeamAutocompleteView(AutocompleteJsonView):
    """Rows of a team are told apart by it: two teams may name a project alike."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        words = f"{obj} · {obj.team}" if isinstance(obj, TeamOwned) else str(obj)
        return {"id": str(getattr(obj, to_field_name)), "text": words}


class DeskAdminSite(admin.AdminSite):
    """The operator sees every team: the site opens the all-teams scope around its views."""

    site_header = "Dubdesk administration"
    site_title = "Dubdesk administration"
    index_title = "What is here"
    index_template = "admin/desk/index.html"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def within_every_team(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with all_teams("the admin site"):
                response: HttpResponseBase = inner(request, *args, **kwargs)
                # Admin answers lazily; what it still has to read is read inside the scope.
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                return response

        return within_every_team

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The desk's own sign-in, with all that is asked there, is the admin's too."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index", current_app=self.name)
        if not request.user.is_authenticated:
            return redirect_to_login(wanted, resolve_url(settings.LOGIN_URL))
        if self.has_permission(request):
            return redirect(wanted)
        raise PermissionDenied("Only staff may open the administration.")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "POST":
            logout(request)
        return redirect(settings.LOGIN_URL)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {"needs": self._needs(request), **(extra_context or {})})

    def _needs(self, request: HttpRequest) -> list[Need]:
        desks = [row for row in self._registry.values() if isinstance(row, DeskAdmin)]
        return [
            need
            for desk in desks
            if desk.has_view_permission(request)
            for need in desk.needs()
            if need.count
        ]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return TeamAutocompleteView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {entry["object_name"].lower(): entry for app in apps for entry in app["models"]}
        groups = [
            (name, [models.pop(word) for word in words.split() if word in models])
            for name, words in GROUPS
        ]
        return [
            self._group(name, found)
            for name, found in (*groups, (OTHERS, [*models.values()]))
            if found
        ]

    def _group(self, name: str, models: list[Any]) -> dict[str, Any]:
        label = slugify(name)
        home = reverse("admin:index", current_app=self.name)
        return {
            "name": name,
            "app_label": label,
            "app_url": f"{home}#{label}",
            "has_module_perms": True,
            "models": models,
        }
