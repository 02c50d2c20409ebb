"""Fills a throwaway database with 10 thousand to 10 million dubs: COPY into bare tables.

`python -m benchmarks.scale [DUBS]`, run as benchmarks are. Keys and indexes are taken off first and
put back afterwards, so that each is built once and every key is proved over all rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from accounts.ids import new_id
from accounts.models import Membership, Team, User
from accounts.roles import Role
from accounts.scoping import all_teams
from benchmarks import desk
from benchmarks.scale_rows import PER_VIDEO, SMALL_TEAMS, House, Library, Lines
from dubbing.models import Connection, Project

TABLES = ["dubbing_asset", "dubbing_dubbing", "dubbing_version", "dubbing_assetwords"]
PROJECTS, PEOPLE = 40, 12
BIG_NAME = "Scale 0"
LINES_AT_ONCE = 5000
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
"""
# Those that no constraint stands on.
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i
WHERE i.indrelid::regclass::text = ANY(%s)
  AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)
"""


@dataclass(frozen=True)
class Filled:
    team: Team
    member: User
    videos: int
    dubs: int
    seconds: float


def fill(dubs: int) -> Filled:
    """At least so many, thirty a video; `team` is the big one. Tables must be empty before."""
    began = time.monotonic()
    with all_teams("a benchmark's own teams"):
        houses, members = _houses()
    videos = -(-dubs // PER_VIDEO)
    library = Library(houses, videos=videos, now=timezone.now())
    with transaction.atomic(), connection.cursor() as cursor, _bare_tables(cursor):
        _copy(cursor, library.assets, library.asset_lines())
        _copy(cursor, library.dubbings, library.dubbing_lines())
        _copy(cursor, library.versions, library.version_lines())
    team = Team.objects.get(pk=houses[0].team_id)
    seconds = time.monotonic() - began
    return Filled(team, members[0], videos, videos * PER_VIDEO, seconds)


def vacuum() -> None:
    """As autovacuum would have come to it: statistics, and which pages all may see."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _houses() -> tuple[list[House], list[User]]:
    houses, members = [], []
    for number in range(1 + SMALL_TEAMS):
        team = Team.objects.create(slug=f"scale-{number}-{new_id()}"[-40:], name=f"Scale {number}")
        way = Connection.objects.create(
            team=team, base_url="http://127.0.0.1:9", is_sandbox=True, public_keys=""
        )
        projects = Project.objects.bulk_create(
            Project(team=team, name=f"Project {place}") for place in range(PROJECTS)
        )
        people = User.objects.bulk_create(
            User(email=f"{team.slug}-{place}@example.org", password="!") for place in range(PEOPLE)
        )
        Membership.objects.bulk_create(
            Membership(team=team, user=user, role=Role.OWNER) for user in people
        )
        houses.append(
            House(team.pk, way.pk, [one.pk for one in projects], [one.pk for one in people])
        )
        members.append(people[0])
    return houses, members


@contextmanager
def _bare_tables(cursor: CursorWrapper) -> Iterator[None]:
    # Checks that wait for the end would keep tables from being altered.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(FOREIGN_KEYS, [TABLES])
    keys = cursor.fetchall()
    cursor.execute(INDEXES, [TABLES])
    indexes = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        cursor.execute(definition)
    for table in TABLES:
        cursor.execute(f"ANALYZE {table}")
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _copy(cursor: CursorWrapper, lines: Lines, rows: Iterable[str]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(lines.table),
        sql.SQL(", ").join(sql.Identifier(column) for column in lines.columns),
    )
    rows = iter(rows)
    with cursor.copy(statement) as copy:
        while some := list(islice(rows, LINES_AT_ONCE)):
            copy.write("".join(some))


def main(words: list[str]) -> int:
    dubs = int(words[0]) if words else 1_000_000
    desk.prepare_database()
    filled = fill(dubs)
    vacuum()
    sys.stdout.write(
        f"{filled.videos:,} videos, {filled.dubs:,} dubs in {filled.seconds:.1f} s "
        f"({filled.dubs / filled.seconds:,.0f} per second)\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
