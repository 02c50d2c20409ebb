"""What a backup consists of: a folder with the database, the files, their sums and a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from config.local.errors import StartError
from config.local.programs import programs_folder

FORMAT = 1
DUMP = "database.dump"
MEDIA = "media"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
BLOCK_BYTES = 1024 * 1024
# From here on, a newer release's pg_restore speaks to the server without words it lacks.
FIRST_TOLERANT_SERVER = 17
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")


class BackupError(Exception):
    """Why there is no backup, or why this one is not restored: one sentence for the operator."""


@dataclass(frozen=True)
class Manifest:
    """`rows` by table, as they were in the dump's own snapshot; `key_names` name keys of the ring
    that something in the database is sealed with. `bucket` is where videos and films lie that are
    not in the folder; empty where they are."""

    made_at: str
    server_version: int
    migrations: list[str]
    rows: dict[str, int]
    key_names: list[str]
    bucket: str = ""
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1) + "\n")


def read_manifest(folder: Path) -> Manifest:
    try:
        found = json.loads((folder / MANIFEST).read_text())
        manifest = Manifest(**found)
    except (OSError, ValueError, TypeError):
        raise BackupError(f"{folder} is not a backup: it has no {MANIFEST} of ours.") from None
    if manifest.format != FORMAT:
        raise BackupError(f"{folder} was made by another release, as format {manifest.format}.")
    return manifest


def ring_file(folder: Path) -> Path:
    """Beside the folder, not in it: who finds the backup alone can open no key."""
    return folder.with_name(f"{folder.name}.key-ring")


def files_below(folder: Path) -> Iterator[Path]:
    """Relative, in order. Nothing but regular files is ours."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder)


def copy_summed(source: Path, target: Path) -> str:
    """Copies, its mode too, and returns the SHA-256 of what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as incoming, target.open("xb") as outgoing:
        while block := incoming.read(BLOCK_BYTES):
            digest.update(block)
            outgoing.write(block)
        outgoing.flush()
        os.fsync(outgoing.fileno())
    shutil.copystat(source, target)
    return digest.hexdigest()


def sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path, sums: Mapping[str, str]) -> None:
    """In the form that `sha256sum --check` reads."""
    lines = (f"{digest}  {name}\n" for name, digest in sums.items())
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def read_sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        raise BackupError(f"{folder} is not whole: {SUMS} cannot be read.") from None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def postgres_program(name: str, server_version: int) -> str:
    """pg_dump or pg_restore that fits the server (libpq's number, such as 150004).

    Raises BackupError where none does.
    """
    server = server_version // 10_000
    found = {major: path for path in _candidates(name, server) if (major := _major(path))}
    major = fitting_major(set(found), server)
    if major is None:
        raise BackupError(f"This needs {name} of PostgreSQL {server} on the PATH.")
    return found[major]


def fitting_major(majors: set[int], server: int) -> int | None:
    """The server's own release, else the next newer one that it gets along with."""
    if server in majors:
        return server
    return min((major for major in majors if major > server >= FIRST_TOLERANT_SERVER), default=None)


def _candidates(name: str, server: int) -> Iterator[str]:
    with suppress(StartError):  # not installed: then one of the others
        yield str(programs_folder(None) / name)
    yield str(DEBIAN_PROGRAMS / str(server) / "bin" / name)
    if found := shutil.which(name):
        yield found


def _major(program: str) -> int | None:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else None


def run_on_database(command: list[str]) -> None:
    """The password goes by the environment: other accounts can read a process's words."""
    done = subprocess.run(
        command, env=_libpq_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise BackupError(f"{Path(command[0]).name} failed: {reason}")


def _libpq_environment() -> dict[str, str]:
    entry: dict[str, Any] = connection.settings_dict
    options = {key: str(value) for key, value in entry["OPTIONS"].items()}
    words = {
        "PGDATABASE": entry["NAME"],
        "PGUSER": entry["USER"],
        "PGPASSWORD": entry["PASSWORD"],
        "PGHOST": entry["HOST"],
        "PGPORT": entry["PORT"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return inherited | {key: str(value) for key, value in words.items() if value}
