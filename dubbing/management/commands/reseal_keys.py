from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sealing import SealError
from dubbing.services.rotation import reseal_keys


class Command(BaseCommand):
    help = "Seals every stored key with the first key of KEY_RING, so that the others may leave it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = reseal_keys()
        except SealError as error:
            raise CommandError(f"Nothing was changed: {error}") from None
        self.stdout.write(f"Sealed {changed} key(s) anew.")
