from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dubbing.services.brakes import resume_installation


class Command(BaseCommand):
    help = "Goes on sending. Teams that have paused themselves stay paused."

    def handle(self, *args: Any, **options: Any) -> None:
        resume_installation()
        self.stdout.write("Sending goes on.")
