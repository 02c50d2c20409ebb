from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

NOT_DONE = "You had been signed out, so this was not done. Sign in, then do it once more."


class SignInFirst(LoginRequiredMiddleware):
    """Asks for a login, and leads back to the page where a button was pressed.

    A button's own address takes no visit: whoever came back to it would meet an error.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        page = ""
        if request.method not in ("GET", "HEAD"):
            messages.warning(request, NOT_DONE)
            page = _page_before(request)
        if not page:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page, resolve_url(settings.LOGIN_URL))


def _page_before(request: HttpRequest) -> str:
    """As the browser names it; empty where it does not, or names another site."""
    named = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(named, {request.get_host()}):
        return ""
    page = urlsplit(named)
    return page.path + (f"?{page.query}" if page.query else "")
