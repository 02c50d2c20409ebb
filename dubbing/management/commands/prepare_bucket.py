from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.storage import store


class Command(BaseCommand):
    help = "Makes the bucket that S3_BUCKET names, where it is missing, and tries it."

    def handle(self, *args: Any, **options: Any) -> None:
        if store().is_local:
            raise CommandError("S3_BUCKET is not set: videos and films lie below MEDIA_ROOT.")
        try:
            store().prepare()
        except OSError as error:
            raise CommandError(f"{error.strerror}. Check S3_ENDPOINT_URL and the keys.") from None
        if reason := store().find_problem():
            raise CommandError(reason)
        self.stdout.write(f"The bucket {store().bucket_name} is ready.")
