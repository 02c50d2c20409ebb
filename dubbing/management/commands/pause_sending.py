from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dubbing.services.brakes import pause_installation


class Command(BaseCommand):
    help = "Stops sending for every team. Commands are still taken and wait; nothing is lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="Shown on every page.")

    def handle(self, *args: Any, **options: Any) -> None:
        pause_installation(by=None, reason=options["reason"])
        self.stdout.write("Sending is paused for every team. resume_sending goes on.")
