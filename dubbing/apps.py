from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DubbingConfig(AppConfig):
    name = "dubbing"

    def ready(self) -> None:
        # What it names are models: they are there only now.
        import_module("dubbing.screens.open_count").register()
