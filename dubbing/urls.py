from __future__ import annotations

from django.urls import path

from dubbing.views import callbacks

app_name = "dubbing"

urlpatterns = [
    path("callbacks/panjaya/<str:token>/", callbacks.panjaya_callback, name="callback"),
]
