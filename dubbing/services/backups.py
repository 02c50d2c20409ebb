"""Everything that cannot be made again: the database, videos and films, and the key ring."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from config.storage import store
from dubbing.services.archives import (
    DUMP,
    MEDIA,
    BackupError,
    Manifest,
    copy_summed,
    files_below,
    postgres_program,
    ring_file,
    run_on_database,
    sum_of,
    write_sums,
)

Server = psycopg.Connection[Any]
KEY_NAMES = """\
SELECT DISTINCT split_part(sealed_key, ':', 1) FROM dubbing_connection WHERE sealed_key <> ''
"""


def make_backup(*, target: Path) -> Manifest:
    """Writes the folder `target` and beside it the key ring; both or nothing.

    The database comes first, in one snapshot: a file is always written before the row that names
    it, so every file of that moment is still there to be copied. What lies in a bucket
    stays there: its own versions and copies are the backup of that. Raises BackupError.
    """
    if target.exists() or ring_file(target).exists():
        raise BackupError(f"{target} is there already. Name a folder that is not.")
    draft = target.with_name(f".{target.name}.partial")
    try:
        draft.mkdir(parents=True, mode=0o700)
        manifest, sums = _fill(draft)
        write_sums(draft, sums)
        manifest.write(draft)
        _write_ring(ring_file(target))
        draft.rename(target)
    except FileExistsError:
        raise BackupError(f"{draft} is in the way: remove what an earlier try left.") from None
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError):
            raise BackupError(f"{error.filename or target}: {error.strerror}.") from None
        raise
    return manifest


def _fill(draft: Path) -> tuple[Manifest, dict[str, str]]:
    with snapshot() as (server, name):
        manifest = Manifest(
            made_at=timezone.now().isoformat(),
            server_version=server.info.server_version,
            migrations=_column(server, "SELECT app || '.' || name FROM django_migrations"),
            rows=count_rows(server, tables_of_ours()),
            key_names=_column(server, KEY_NAMES),
            bucket=store().bucket_name,
        )
        program = postgres_program("pg_dump", server.info.server_version)
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}"]
        run_on_database([program, *words, f"--file={draft / DUMP}"])
    sums = {DUMP: sum_of(draft / DUMP)}
    if store().is_local:
        sums |= _copy_files(draft)
    return manifest, sums


def _copy_files(draft: Path) -> dict[str, str]:
    (draft / MEDIA).mkdir()
    root = Path(settings.MEDIA_ROOT)
    return {
        f"{MEDIA}/{path.as_posix()}": copy_summed(root / path, draft / MEDIA / path)
        for path in files_below(root)
    }


@contextmanager
def snapshot() -> Iterator[tuple[Server, str]]:
    """A transaction that sees one moment, and the name by which pg_dump sees the same one."""
    with psycopg.connect(**connection.get_connection_params()) as server:
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        server.read_only = True
        (name,) = _column(server, "SELECT pg_export_snapshot()")
        yield server, name


def tables_of_ours() -> set[str]:
    """Those of libraries too."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models} | {"django_migrations"}


def count_rows(server: Server, tables: set[str]) -> dict[str, int]:
    found = {}
    for table in sorted(tables):
        row = server.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
        found[table] = int(row[0]) if row else 0
    return found


def _column(server: Server, question: Any) -> list[str]:
    return sorted(str(row[0]) for row in server.execute(question).fetchall())


def _write_ring(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{settings.KEY_RING}\n")
