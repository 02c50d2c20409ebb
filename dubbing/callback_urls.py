"""The engine's way in: apart from the pages, whose layers it passes by (config.middleware)."""

from __future__ import annotations

from django.urls import path

from dubbing.views.callbacks import panjaya_callback

urlpatterns = [path("callbacks/panjaya/<str:token>/", panjaya_callback, name="callback")]
