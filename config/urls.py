from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views import defaults

from config.health import live, ready
from config.metrics import metrics
from dubbing.api.errors import api_server_error, is_api_path
from dubbing.api.views.unknown import UnknownPathView


def server_error(request: HttpRequest) -> HttpResponse:
    return api_server_error() if is_api_path(request) else defaults.server_error(request)


handler500 = server_error
urlpatterns = [
    path("health/live", live, name="health-live"),
    path("health/ready", ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("api/v1/", include("dubbing.api.urls")),
    re_path(r"^api/", UnknownPathView.as_view()),
    path("", include("dubbing.urls")),
]
