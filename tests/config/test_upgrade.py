"""From an older PostgreSQL to ours. The old one is Debian's, where it is installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local.account import database_account
from config.local.cluster import DATABASE_SQL, TEMPLATE_SQL, server_environment
from config.local.errors import StartError
from config.local.postgres import LocalPostgres
from config.local.release import OURS, check_release, finish_upgrade, is_filled
from config.local.upgrade import DEBIAN_PROGRAMS, find_programs, main, upgrade_database
from tests.config.folders import open_folder

OLD = 15
PROGRAMS = DEBIAN_PROGRAMS / str(OLD) / "bin"
with_old_server = pytest.mark.skipif(
    not (PROGRAMS / "postgres").exists(), reason=f"apt-get install postgresql-{OLD}"
)


@pytest.fixture
def home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def single_user(cluster: Path, database: str, sql: str) -> None:
    account = database_account()
    subprocess.run(
        [PROGRAMS / "postgres", "--single", "-D", cluster, "-c", "exit_on_error=on", database],
        input=sql,
        text=True,
        check=True,
        capture_output=True,
        cwd="/",
        env=server_environment(),
        **(account.popen_options() if account else {}),
    )


def make_old_cluster(home: Path) -> None:
    account = database_account()
    cluster = home / "postgres"
    cluster.mkdir(mode=0o700)
    if account:
        os.chown(cluster, account.uid, account.gid)
    words = ["--username=postgres", "--auth-local=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [PROGRAMS / "initdb", "-D", cluster, "--no-sync", *words],
        check=True,
        capture_output=True,
        cwd="/",
        env=server_environment(),
        **(account.popen_options() if account else {}),
    )
    single_user(cluster, "template1", TEMPLATE_SQL)
    single_user(cluster, "postgres", DATABASE_SQL)
    with (
        LocalPostgres(home, programs=PROGRAMS) as server,
        psycopg.connect(server.url("owner"), autocommit=True) as owner,
    ):
        owner.execute("CREATE TABLE film (id serial PRIMARY KEY, title text UNIQUE)")
        owner.execute("INSERT INTO film (title) SELECT 'Ä ' || n FROM generate_series(1, 5000) n")


def titles(home: Path, role: str = "app") -> int:
    with LocalPostgres(home) as server, psycopg.connect(server.url(role)) as connection:
        row = connection.execute("SELECT count(DISTINCT title) FROM film").fetchone()
        assert row is not None
        return int(row[0])


def note_release(home: Path, release: int | str) -> Path:
    cluster = home / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text(f"{release}\n")
    return cluster


def test_data_of_an_older_release_is_named_with_the_way_out(home):
    cluster = note_release(home, OURS - 1)
    with pytest.raises(StartError, match="Nothing is lost. Run `make upgrade-database` once"):
        LocalPostgres(home).start()
    assert (cluster / "PG_VERSION").read_text() == f"{OURS - 1}\n"


def test_data_of_a_newer_release_is_left_alone(home):
    note_release(home, OURS + 1)
    with pytest.raises(StartError, match="newer than"):
        LocalPostgres(home).start()


def test_a_damaged_cluster_is_said(home):
    with pytest.raises(StartError, match="damaged"):
        check_release(note_release(home, "?"))


def test_where_nothing_is_to_do_nothing_is_done(home, capsys):
    note_release(home, OURS)
    assert main(["--data", str(home)]) == 1
    assert "Nothing to do" in capsys.readouterr().err


def test_without_the_old_programs_it_says_what_to_install(home, capsys):
    note_release(home, 9)
    assert main(["--data", str(home)]) == 1
    assert "apt-get install postgresql-9" in capsys.readouterr().err
    with pytest.raises(StartError, match="holds no server of PostgreSQL 9"):
        find_programs(9, home)


def test_an_upgrade_killed_before_its_last_step_is_finished_by_the_next_start(home):
    with LocalPostgres(home / "upgrade", durable=False):
        pass
    place = LocalPostgres(home).place
    (home / "upgrade" / "postgres" / "mark").touch()
    is_filled(place).touch()
    finish_upgrade(place)
    assert (home / "postgres" / "mark").exists() and not is_filled(place).exists()


@with_old_server
def test_the_old_data_arrives_and_the_old_folder_is_kept(home, capsys):
    make_old_cluster(home)
    assert main(["--data", str(home)]) == 0
    assert f"postgres.{OLD}" in capsys.readouterr().out
    assert (home / f"postgres.{OLD}" / "PG_VERSION").read_text() == f"{OLD}\n"
    assert titles(home) == 5000
    with LocalPostgres(home) as server, psycopg.connect(server.url("app")) as app:
        # Rights and counters came too.
        new = app.execute("INSERT INTO film (title) VALUES ('new') RETURNING id").fetchone()
        assert new == (5001,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DROP TABLE film")


@with_old_server
def test_a_copy_that_fails_leaves_the_old_database_as_it_was(home):
    make_old_cluster(home)
    with (
        LocalPostgres(home, programs=PROGRAMS) as server,
        psycopg.connect(server.url("admin"), autocommit=True) as admin,
    ):
        # No role of the new cluster has this name.
        admin.execute("CREATE ROLE stranger")
        admin.execute("ALTER TABLE film OWNER TO stranger")
    with pytest.raises(StartError, match="could not be copied: .*stranger"):
        upgrade_database(home)
    with (
        LocalPostgres(home, programs=PROGRAMS) as server,
        psycopg.connect(server.url("admin")) as admin,
    ):
        assert admin.execute("SELECT count(*) FROM film").fetchone() == (5000,)
