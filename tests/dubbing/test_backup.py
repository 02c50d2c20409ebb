"""A backup is worth what comes back from it: everything here is restored into nothing."""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from accounts.scoping import all_teams
from dubbing.services.archives import BackupError, fitting_major, postgres_program, ring_file
from dubbing.services.backups import count_rows, make_backup, tables_of_ours
from tests.browser.desk import database_url
from tests.builders import connection_of, make_asset, make_version
from tests.dubbing.pages.rows import make_film

HOUSE = Path(__file__).resolve().parents[2]
KEY = "panjaya-key-that-must-come-back"
READ_KEY = """
import django
django.setup()
from accounts.scoping import all_teams
from dubbing.models import Connection
with all_teams("test"):
    print(Connection.objects.get().read_key())
"""

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Nothing:
    """An installation that never ran: an empty database, an empty folder."""

    url: str
    home: Path

    def run(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("KEY_RING", "SECRET_KEY", "MEDIA_ROOT", "DJANGO_SETTINGS_MODULE")
        }
        own = {
            "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": self.url,
            "DUBDESK_DATA_DIR": str(self.home),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        return subprocess.run(
            [sys.executable, *words],
            cwd=HOUSE,
            env=inherited | own | changes,
            capture_output=True,
            text=True,
            check=False,
        )

    def restore(self, source: Path, **changes: str) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", "restore", str(source), **changes)

    def rows(self) -> dict[str, int]:
        with psycopg.connect(self.url) as server:
            return count_rows(server, tables_of_ours())


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[Nothing]:
    name = f"restored_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(SQL("CREATE DATABASE {}").format(Identifier(name)).as_string())
    url = database_url().replace(str(connection.settings_dict["NAME"]), name)
    yield Nothing(url, tmp_path / "new")
    with connection.cursor() as cursor:
        cursor.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)).as_string())


@pytest.fixture
def desk(team, alice, settings, tmp_path):
    """A desk with rows of many kinds, a key and files; its media folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    engine = connection_of(team)
    with all_teams("test"):
        engine.set_key(KEY)
        engine.save()
    asset = make_asset(team, title="Ümläute und 日本語")
    make_film(make_version(asset), content=os.urandom(70_000))
    with all_teams("test"):
        asset.media_url, asset.media_name = "", "zwei Worte.mp4"
        asset.media_file.save("zwei Worte.mp4", ContentFile(os.urandom(3_000_000)))
    return settings.MEDIA_ROOT


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_all_comes_back_into_nothing(desk, nothing, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    with psycopg.connect(**connection.get_connection_params()) as server:
        before = count_rows(server, tables_of_ours())
    done = nothing.restore(tmp_path / "backup")
    assert done.returncode == 0, done.stderr
    assert "and all files" in done.stdout
    assert nothing.rows() == before and before["dubbing_film"] == 1
    assert files_of(nothing.home / "media") == files_of(desk)
    # The single machine got its old ring back, and with it the key opens.
    assert nothing.run("-c", READ_KEY).stdout.strip() == KEY


def test_rows_come_back_as_they_were(desk, nothing, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    nothing.restore(tmp_path / "backup")
    for table in ("dubbing_asset", "dubbing_film", "dubbing_connection", "accounts_user"):
        question = SQL("SELECT to_jsonb(t)::text FROM {} t ORDER BY 1").format(Identifier(table))
        with psycopg.connect(**connection.get_connection_params()) as server:
            before = server.execute(question).fetchall()
        with psycopg.connect(nothing.url) as server:
            assert server.execute(question).fetchall() == before


def test_the_app_may_work_on_what_came_back(desk, nothing, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    nothing.restore(tmp_path / "backup")
    with psycopg.connect(nothing.url) as server:
        question = "SELECT has_table_privilege('dubdesk_app', 'dubbing_asset', 'UPDATE')"
        assert server.execute(question).fetchone()[0]


def test_a_second_restore_is_refused(desk, nothing, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    nothing.restore(tmp_path / "backup")
    done = nothing.restore(tmp_path / "backup")
    assert done.returncode == 1 and "into an empty database only" in done.stderr


def test_files_that_are_there_are_never_overwritten(desk, nothing, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    (nothing.home / "media").mkdir(parents=True)
    (nothing.home / "media" / "precious.mp4").write_text("mine")
    done = nothing.restore(tmp_path / "backup")
    assert done.returncode == 1 and "into an empty folder only" in done.stderr


def test_a_ring_that_cannot_open_the_keys_is_found_before_anything_is_written(
    desk, nothing, tmp_path
):
    call_command("backup", str(tmp_path / "backup"))
    other = f"other:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"
    done = nothing.restore(tmp_path / "backup", KEY_RING=other)
    assert done.returncode == 1
    assert "KEY_RING lacks k1" in done.stderr and "backup.key-ring" in done.stderr
    with psycopg.connect(nothing.url) as server:
        tables = server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchone()[0] == 0


@pytest.mark.parametrize("spoil", ["change", "remove"])
def test_a_damaged_backup_is_refused(desk, nothing, tmp_path, spoil):
    call_command("backup", str(tmp_path / "backup"))
    film = next((tmp_path / "backup" / "media").rglob("films/*"))
    if spoil == "change":
        film.write_bytes(film.read_bytes()[:-1] + b"!")
    else:
        film.unlink()
    done = nothing.restore(tmp_path / "backup")
    assert done.returncode == 1
    assert ("damaged" if spoil == "change" else "is missing") in done.stderr
    assert not (nothing.home / "media").exists() or not files_of(nothing.home / "media")


def test_a_newer_releases_backup_is_refused(desk, nothing, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    manifest = tmp_path / "backup" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["migrations"].append("dubbing.9999_of_tomorrow")
    manifest.write_text(json.dumps(told))
    done = nothing.restore(tmp_path / "backup")
    assert done.returncode == 1 and "newer release" in done.stderr


@pytest.mark.parametrize("content", [None, "{}", "not json"])
def test_what_is_no_backup_is_refused(nothing, tmp_path, content):
    (tmp_path / "odd").mkdir()
    if content is not None:
        (tmp_path / "odd" / "manifest.json").write_text(content)
    with pytest.raises(CommandError, match="is not a backup"):
        call_command("restore", str(tmp_path / "odd"))


def test_the_ring_lies_apart_and_neither_is_for_others(desk, tmp_path):
    target = tmp_path / "backup"
    make_backup(target=target)
    ring = ring_file(target)
    assert ring.parent == target.parent and not ring.is_relative_to(target)
    assert ring.read_text().strip() == django_settings.KEY_RING
    assert stat.S_IMODE(ring.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    inside = b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())
    assert django_settings.KEY_RING.partition(":")[2].encode() not in inside


def test_other_tools_can_check_the_sums(desk, tmp_path):
    make_backup(target=tmp_path / "backup")
    words = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    subprocess.run(words, cwd=tmp_path / "backup", check=True)


def test_an_earlier_backup_is_never_overwritten(desk, tmp_path):
    make_backup(target=tmp_path / "backup")
    with pytest.raises(BackupError, match="is there already"):
        make_backup(target=tmp_path / "backup")


def test_a_backup_that_fails_leaves_nothing(desk, tmp_path, settings):
    settings.MEDIA_ROOT = desk
    os.mkfifo(desk / "not-a-file")
    (desk / "locked").symlink_to("/nowhere")
    make_backup(target=tmp_path / "with oddities")
    assert not (tmp_path / "with oddities" / "media" / "locked").exists()
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(BackupError, match="blocked"):
        make_backup(target=tmp_path / "blocked" / "backup")
    assert [path.name for path in tmp_path.glob(".*partial")] == []


@pytest.mark.parametrize(
    ("server", "chosen"), [(15, 15), (17, 18), (18, 18), (16, None), (19, None), (14, None)]
)
def test_a_program_is_chosen_that_fits_the_server(server, chosen):
    assert fitting_major({15, 18}, server) == chosen


def test_no_fitting_program_is_said_plainly():
    with pytest.raises(BackupError, match="This needs pg_restore of PostgreSQL 98 on the PATH"):
        postgres_program("pg_restore", 980_000)
