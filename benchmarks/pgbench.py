"""The callback's own statement under pgbench, where that is installed: the database's floor."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable

from django.conf import settings
from django.db import connection as database

from dubbing.services.callback_statements import RECORD

CLIENTS = 8
# What a delivery passes; the three that differ from one to the next come from the table of targets.
VALUES = {
    "token": ":token",
    "keys": ":keys",
    "profile": "'{}'",
    "remote": ":remote",
    "version": ":version",
    "start": "'Generating'",
    "end": "'Completed'",
    "stages": '\'{"not_started": "finished"}\'',
    "films": "1",
    "film": "gen_random_uuid()",
    "wanted": "'wanted'",
    "change": "gen_random_uuid()",
    "cause": "'callback'",
    "delivery": "gen_random_uuid()",
    "event": "'version_generated'",
    "raw_event": "'version_generated'",
    "locale": "'de-DE'",
    "body": "'{}'",
    "form": "'hex-der'",
    "now": "now()",
}


def rate(targets: Iterable[tuple[str, str, str]], *, public_keys: str) -> float | None:
    """Statements per second over targets of (token, asset's and version's remote id).

    None where pgbench is missing. Each run also takes its target by one small look-up.
    """
    program = shutil.which("pgbench")
    if program is None:
        return None
    count = _fill(targets, public_keys)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_script())
        script.flush()
        address = settings.DATABASES["default"]
        where = ["-h", address["HOST"], "-U", address["USER"], address["NAME"]]
        words = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-f", script.name]
        each = ["-t", str(count // CLIENTS)]
        told = subprocess.run(
            [program, *words, *each, *where], capture_output=True, text=True, check=True
        )
    found = re.search(r"tps = ([\d.]+)", told.stdout)
    assert found, told.stdout
    return float(found[1])


def _fill(targets: Iterable[tuple[str, str, str]], public_keys: str) -> int:
    rows = [(number, public_keys, *target) for number, target in enumerate(targets, 1)]
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_target")
        cursor.execute("DROP SEQUENCE IF EXISTS bench_turn")
        cursor.execute(
            "CREATE TABLE bench_target"
            " (n int PRIMARY KEY, keys text, token text, remote text, version text)"
        )
        cursor.execute("CREATE SEQUENCE bench_turn CACHE 1")
        cursor.executemany("INSERT INTO bench_target VALUES (%s, %s, %s, %s, %s)", rows)
        cursor.execute("ANALYZE")
    return len(rows)


def _script() -> str:
    statement = re.sub(r"%\((\w+)\)s", lambda name: VALUES[name[1]], RECORD).strip()
    # The turn is taken first, as a value of its own: in WHERE it would be asked for every row.
    lookup = """
        WITH turn AS MATERIALIZED (SELECT nextval('bench_turn')::int AS n)
        SELECT token, keys, remote, version FROM bench_target JOIN turn USING (n)
    """
    return f"{' '.join(lookup.split())} \\gset\n{' '.join(statement.split())};\n"
