"""A backup becomes an installation again: only where there is nothing yet, and verified."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.scoping import all_teams
from accounts.sealing import SealError, read_ring
from config import env
from config.storage import store
from dubbing.models import Connection
from dubbing.services.archives import (
    DUMP,
    MEDIA,
    BackupError,
    Manifest,
    copy_summed,
    files_below,
    postgres_program,
    read_manifest,
    read_sums,
    ring_file,
    run_on_database,
    sum_of,
)
from dubbing.services.backups import count_rows

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


def restore_backup(*, source: Path) -> Manifest:
    """Brings back database, files and, on a single machine, the key ring.

    Everything is judged before anything is written. Raises BackupError.
    """
    manifest = read_manifest(source)
    sums = read_sums(source)
    _check_release(manifest)
    _check_place(manifest)
    _check_nothing_is_here()
    ring = _ring_that_opens(manifest, source)
    _check_sums(source, sums)
    _restore_database(source)
    _check_rows(manifest)
    _restore_files(source, sums)
    _keep_ring(ring)
    _check_keys()
    return manifest


def _check_release(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise BackupError(f"The backup is of a newer release: this one does not know {newer[0]}.")


def _check_place(manifest: Manifest) -> None:
    """Rows name files: they must lie where this installation looks for them."""
    here = store().bucket_name
    if manifest.bucket and here != manifest.bucket:
        raise BackupError(
            f"Videos and films of this backup lie in the bucket {manifest.bucket}, and this "
            f"installation keeps its own {f'in {here}' if here else 'on this disk'}. Set S3_BUCKET "
            "and the rest of S3_… to that bucket, or to the copy of it by the same name."
        )
    if here and not manifest.bucket:
        raise BackupError(
            "This backup holds its videos and films itself. Restore it without S3_…, copy what "
            "lies in MEDIA_ROOT into the bucket under the same names, then set S3_…."
        )


def _check_nothing_is_here() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchone()[0]
    if tables:
        raise BackupError(
            f"The database holds {tables} tables. A backup is restored into an empty database only,"
            " before the first migration."
        )
    root = Path(settings.MEDIA_ROOT)
    if store().is_local and next(files_below(root), None):
        raise BackupError(f"{root} holds files. A backup is restored into an empty folder only.")


def _ring_that_opens(manifest: Manifest, source: Path) -> str:
    """This installation's ring; on a single machine, which made one up just now, the backup's."""
    beside = ring_file(source)
    if not env.text("KEY_RING") and not settings.PRODUCTION and beside.exists():
        return beside.read_text().strip()
    missing = set(manifest.key_names) - read_ring(settings.KEY_RING).keys()
    if missing:
        raise BackupError(
            f"KEY_RING lacks {', '.join(sorted(missing))}, and without it stored keys cannot be"
            f" opened. Take it from {beside.name}, which the backup wrote beside its folder."
        )
    return str(settings.KEY_RING)


def _check_sums(source: Path, sums: dict[str, str]) -> None:
    for name, digest in sums.items():
        path = source / name
        if not path.is_file():
            raise BackupError(f"The backup is not whole: {name} is missing.")
        if sum_of(path) != digest:
            raise BackupError(f"The backup is damaged: {name} is not what was written.")
    if DUMP not in sums:
        raise BackupError(f"The backup is not whole: {DUMP} is not in its list.")


def _restore_database(source: Path) -> None:
    connection.ensure_connection()
    program = postgres_program("pg_restore", connection.connection.info.server_version)
    words = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    database = str(connection.settings_dict["NAME"])
    run_on_database([program, *words, f"--dbname={database}", str(source / DUMP)])


def _check_rows(manifest: Manifest) -> None:
    with psycopg.connect(**connection.get_connection_params()) as server:
        found = count_rows(server, set(manifest.rows))
    wrong = [table for table, rows in manifest.rows.items() if found[table] != rows]
    if wrong:
        raise BackupError(f"These tables came back with other numbers of rows: {', '.join(wrong)}.")


def _restore_files(source: Path, sums: dict[str, str]) -> None:
    if not store().is_local:
        return
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    for name, digest in sums.items():
        if not name.startswith(f"{MEDIA}/"):
            continue
        target = root / name.removeprefix(f"{MEDIA}/")
        if not target.resolve().is_relative_to(root.resolve()):
            raise BackupError(f"The backup names a place outside of MEDIA_ROOT: {name}.")
        if copy_summed(source / name, target) != digest:
            raise BackupError(f"{name} changed while it was copied.")


def _keep_ring(ring: str) -> None:
    """Where the ring comes from a file, that file is replaced: nothing was sealed by it yet."""
    if ring == settings.KEY_RING:
        return
    read_ring(ring)
    path = Path(settings.DATA_DIR) / "key_ring"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(ring)
    draft.replace(path)
    settings.KEY_RING = ring


def _check_keys() -> None:
    with all_teams("a restore looks at the keys of every team"):
        for row in Connection.objects.exclude(sealed_key=""):
            try:
                row.read_key()
            except SealError as error:
                raise BackupError(f"A stored key does not open: {error}") from None
