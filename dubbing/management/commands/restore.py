from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dubbing.services.archives import BackupError, Manifest
from dubbing.services.restores import restore_backup
from dubbing.services.stored_files import find_missing_files


class Command(BaseCommand):
    help = (
        "Brings a backup back into an empty database and an empty media folder, compares rows, "
        "sums and keys, and then brings the tables up to this release."
    )
    # An empty database has no tables to look at.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the folder that `backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["source"].absolute()
        try:
            manifest = restore_backup(source=source)
        except BackupError as error:
            raise CommandError(str(error)) from None
        call_command("migrate", interactive=False, verbosity=0)
        rows = sum(manifest.rows.values())
        files = f"; files stay in {manifest.bucket}" if manifest.bucket else " and all files"
        self.stdout.write(f"Restored as of {manifest.made_at}: {rows:,} rows{files}.")
        for name in self._missing(manifest):
            self.stderr.write(f"Not in the bucket, though a row names it: {name}")

    def _missing(self, manifest: Manifest) -> list[str]:
        return find_missing_files() if manifest.bucket else []
