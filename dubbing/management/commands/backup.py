from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dubbing.services.archives import BackupError, Manifest, ring_file
from dubbing.services.backups import make_backup


class Command(BaseCommand):
    help = (
        "Writes database, videos and films into a new folder, with sums and a manifest, and the "
        "key ring into a file beside it. The desk may go on working meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a folder that is not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"].absolute()
        try:
            manifest = make_backup(target=target)
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{target}: {sum(manifest.rows.values()):,} rows{_files(manifest)}.")
        self.stdout.write(
            f"{ring_file(target)}: the key ring. Keep it elsewhere: whoever has both can open the "
            "keys of your teams, and without it nobody can."
        )


def _files(manifest: Manifest) -> str:
    if not manifest.bucket:
        return " and all files"
    return (
        f". Videos and films are NOT in it: they lie in the bucket {manifest.bucket}, whose own "
        "versions or copies are their backup"
    )
