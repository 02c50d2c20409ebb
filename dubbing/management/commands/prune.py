from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dubbing.services.retention import prune


class Command(BaseCommand):
    help = (
        "Deletes callbacks older than KEEP_CALLBACKS_DAYS, kept answers of the API older than "
        "KEEP_ANSWERS_DAYS, sessions that have run out, and what is left of uploads that were "
        "cut off a day ago; with KEEP_ORIGINALS_DAYS the given files of videos that have been "
        "finished for so long. Beat does the same four times a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = prune()
        self.stdout.write(
            f"Deleted {deleted['callbacks']:,} callbacks, {deleted['answers']:,} kept answers, "
            f"{deleted['halves']:,} halves of uploads and the originals of "
            f"{deleted['originals']:,} videos."
        )
