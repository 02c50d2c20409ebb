from __future__ import annotations

from django.apps import AppConfig


class DubbingConfig(AppConfig):
    name = "dubbing"
