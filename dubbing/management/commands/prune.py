from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from dubbing.services.retention import prune


class Command(BaseCommand):
    help = (
        "Deletes callbacks older than KEEP_CALLBACKS_DAYS, kept answers of the API older than "
        "KEEP_ANSWERS_DAYS, sessions that have run out, and what is left of uploads that were "
        "cut off a day ago. For a daily timer."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = prune()
        call_command("clearsessions")
        self.stdout.write(
            f"Deleted {deleted['callbacks']:,} callbacks, {deleted['answers']:,} kept answers and "
            f"{deleted['halves']:,} halves of uploads."
        )
