"""Brings the database of one machine to the release of PostgreSQL that this desk runs.

The old server gives its data to a new cluster beside it, row counts are compared, and only then do
the two change places. The old folder is kept until somebody removes it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from config.local.checks import take_data_folder
from config.local.errors import StartError
from config.local.place import find_place
from config.local.postgres import LocalPostgres
from config.local.programs import programs_folder
from config.local.release import OURS, aside, finish_upgrade, is_filled, release_of
from config.local.terminal import complain, say

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def upgrade_database(data_dir: Path, *, programs: Path | None = None) -> Path:
    """`programs`: the folder with the old release's programs. Returns the folder that is kept.

    Raises StartError; the old database is then as it was.
    """
    place = find_place(data_dir)
    finish_upgrade(place)
    old = release_of(place.cluster)
    if old is None:
        raise StartError(f"There is no database in {place.cluster}.")
    if old >= OURS:
        raise StartError(f"Nothing to do: the data is of PostgreSQL {old}, this desk runs {OURS}.")
    fitting = find_programs(old, programs)
    kept = _free_name(place.home / f"postgres.{old}")
    home = aside(place)
    shutil.rmtree(home, ignore_errors=True)  # of an earlier try that did not get far
    home.mkdir(mode=0o711)
    with (
        LocalPostgres(data_dir, programs=fitting) as before,
        LocalPostgres(home, durable=True) as after,
    ):
        _move(before, after)
    is_filled(place).touch()
    place.cluster.rename(kept)
    finish_upgrade(place)
    shutil.rmtree(home, ignore_errors=True)
    return kept


def find_programs(release: int, named: Path | None) -> Path:
    """A folder whose `postgres` is of this release. Raises StartError."""
    for folder in (named,) if named else _usual_folders(release):
        if _major(folder / "postgres") == release:
            return folder
    if named:
        raise StartError(f"{named} holds no server of PostgreSQL {release}.")
    raise StartError(
        f"The data is of PostgreSQL {release}, and only that release's own server can read it. "
        f"Install it once (Debian: apt-get install postgresql-{release}) and try again, or name "
        "the folder with its programs: make upgrade-database PROGRAMS=/path/to/bin"
    )


def _usual_folders(release: int) -> Iterator[Path]:
    yield DEBIAN_PROGRAMS / str(release) / "bin"
    yield programs_folder(None).parents[1] / f"pginstall{release}" / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).parent


def _major(program: Path) -> int | None:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else None


def _move(before: LocalPostgres, after: LocalPostgres) -> None:
    rows = _count_rows(before)
    _copy(before.url("admin"), after.url("admin"))
    arrived = _count_rows(after)
    if arrived != rows:
        wrong = sorted(name for name in rows if arrived.get(name) != rows[name])
        raise StartError(f"These tables did not arrive whole: {', '.join(wrong)}.")
    with psycopg.connect(after.url("admin"), autocommit=True) as server:
        server.execute("ANALYZE")
        server.execute("CHECKPOINT")


def _copy(source: str, target: str) -> None:
    """Streamed, all or nothing, by the new release's programs, which know the old ones."""
    folder = programs_folder(None)
    words = ["--single-transaction", "--exit-on-error", f"--dbname={target}"]
    dump = subprocess.Popen(
        [folder / "pg_dump", "--format=custom", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    restored = subprocess.run(
        [folder / "pg_restore", *words], stdin=dump.stdout, capture_output=True, check=False
    )
    _, complaint = dump.communicate()
    for code, errors in ((dump.returncode, complaint), (restored.returncode, restored.stderr)):
        if code:
            reason = (errors.decode(errors="replace").strip() or "no reason given").splitlines()[-1]
            raise StartError(f"The data could not be copied: {reason}")


def _count_rows(server: LocalPostgres) -> dict[str, int]:
    with psycopg.connect(server.url("admin")) as connection:
        names = [str(name) for (name,) in connection.execute(TABLES).fetchall()]
        found = {}
        for name in names:
            row = connection.execute(
                SQL("SELECT count(*) FROM {}").format(Identifier(name))
            ).fetchone()
            found[name] = int(row[0]) if row else 0
    return found


def _free_name(wanted: Path) -> Path:
    number = 1
    found = wanted
    while found.exists():
        number += 1
        found = wanted.with_name(f"{wanted.name}.{number}")
    return found


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.local.upgrade")
    default = os.environ.get("DUBDESK_DATA_DIR") or Path(__file__).parents[2] / "var"
    parser.add_argument("--data", type=Path, default=Path(default), help="the data folder")
    parser.add_argument("--programs", type=Path, help="the old release's folder with `postgres`")
    arguments = parser.parse_args(words)
    data_dir = arguments.data.resolve()
    try:
        with take_data_folder(data_dir):
            kept = upgrade_database(data_dir, programs=arguments.programs)
    except StartError as error:
        complain(str(error))
        return 1
    say(f"The database is of PostgreSQL {OURS} now. Start the desk and look at it.")
    say(f"The old one is kept in {kept}: remove that folder when you are content.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
