from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from dubbing.services.retention import prune


class Command(BaseCommand):
    help = (
        "Deletes callbacks older than KEEP_CALLBACKS_DAYS, kept answers of the API older than "
        "KEEP_ANSWERS_DAYS, and sessions that have run out. For a daily timer."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = prune()
        call_command("clearsessions")
        self.stdout.write(
            f"Deleted {deleted['callbacks']:,} callbacks and {deleted['answers']:,} kept answers."
        )
