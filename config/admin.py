from __future__ import annotations

import functools
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from accounts.scoping import all_teams


class DeskAdminSite(admin.AdminSite):
    """The operator sees every team: the site opens the all-teams scope around its views."""

    site_header = "Dubdesk administration"
    site_title = "Dubdesk"
    index_title = "What is here"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def in_all_teams(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with all_teams("the admin site"):
                response: HttpResponseBase = inner(request, *args, **kwargs)
                # Admin answers lazily; what it still has to read is read inside the scope.
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                return response

        return in_all_teams
