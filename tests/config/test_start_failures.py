"""Whatever keeps the desk from starting ends with one clear line and a failure."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.local.checks import check_ports, clear_uploads, take_data_folder
from config.local.errors import StartError
from config.local.lineup import Ports


def start(data_dir: Path, **words: str) -> str:
    """The one line that a failing start says."""
    return fail("config.local", data_dir, **words)


def prepare(data_dir: Path, **words: str) -> str:
    return fail("config.local.preparation", data_dir, **words)


def fail(module: str, data_dir: Path, **words: str) -> str:
    unwanted = ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL")
    clean = {key: value for key, value in os.environ.items() if key not in unwanted}
    done = subprocess.run(
        [sys.executable, "-m", module],
        env=clean | {"DUBDESK_DATA_DIR": str(data_dir)} | words,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port() -> int:
    with taken_port() as port:
        return port


def test_port_in_use_is_named_with_the_way_out(data_dir: Path) -> None:
    with taken_port() as port:
        said = start(data_dir, PORT=str(port))
    wanted = f"Port {port} is in use by another program. Set PORT to another number, or stop it."
    assert said == wanted


def test_two_processes_on_one_port_are_refused() -> None:
    port = free_port()
    with pytest.raises(StartError, match=f"EDGE_PORT and PORT are both {port}"):
        check_ports(Ports(web=port, edge=port, sandbox=None), "127.0.0.1")


def test_unwritable_data_folder_is_named(data_dir: Path) -> None:
    (data_dir / "file").write_text("")
    said = start(data_dir / "file" / "var")
    assert said.startswith(f"The data folder {data_dir / 'file' / 'var'} is not writable (")


def test_bad_setting_is_named(data_dir: Path) -> None:
    assert start(data_dir, PORT="eight") == "PORT must be a whole number, not “eight”."


def test_address_of_another_machine_is_told_from_a_taken_port(data_dir: Path) -> None:
    said = start(data_dir, DUBDESK_BIND="192.0.2.1", PORT=str(free_port()))
    assert said.startswith("This machine cannot listen on 192.0.2.1 (DUBDESK_BIND): ")


def test_halves_that_a_killed_process_left_go_at_the_start(data_dir: Path) -> None:
    uploads = data_dir / "uploads"
    (uploads / "tmpfolder").mkdir(parents=True)
    (uploads / "tmphalf.upload.mp4").write_bytes(b"half")
    clear_uploads(data_dir)
    assert not list(uploads.iterdir())


def test_bad_key_ring_is_named(data_dir: Path) -> None:
    address = f"postgresql://desk@127.0.0.1:{free_port()}/desk"
    said = prepare(data_dir, DATABASE_URL=address, KEY_RING="bogus")
    assert said.startswith("KEY_RING must hold entries id:key, each key 32 bytes in")


def test_owner_who_could_not_sign_in_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBDESK_OWNER_EMAIL", "boss")
    with pytest.raises(CommandError, match="DUBDESK_OWNER_EMAIL must be an e-mail address"):
        call_command("prepare_studio")


def test_second_start_on_the_same_data_is_refused(data_dir: Path) -> None:
    with take_data_folder(data_dir):
        said = start(data_dir)
    assert said.startswith(f"Dubdesk is already running with the data folder {data_dir}")
    assert f"(process {os.getpid()})" in said


def test_unreachable_database_is_named(data_dir: Path) -> None:
    address = f"postgresql://desk:secret@127.0.0.1:{free_port()}/desk"
    said = prepare(data_dir, DATABASE_URL=address)
    assert said.startswith("The database does not let us in: ")
    assert "secret" not in said


def test_unreachable_database_ends_the_whole_start(data_dir: Path) -> None:
    ports = {name: str(free_port()) for name in ("PORT", "EDGE_PORT", "SANDBOX_PORT")}
    address = f"postgresql://desk@127.0.0.1:{free_port()}/desk"
    said = start(data_dir, DATABASE_URL=address, **ports)
    assert said.startswith("The database does not let us in: ")


def test_too_old_database_is_named(data_dir: Path) -> None:
    with old_server("14.9") as port:
        address = f"postgresql://desk@127.0.0.1:{port}/desk?sslmode=disable&gssencmode=disable"
        said = prepare(data_dir, DATABASE_URL=address)
    assert said == "The database is PostgreSQL 14; version 15 or newer is needed."


@contextmanager
def old_server(version: str) -> Iterator[int]:
    """Says its version as PostgreSQL would, and knows nothing else."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!I", len(body) + 4) + body

    values = {"server_version": version, "client_encoding": "UTF8"}
    told = (f"{key}\0{value}\0".encode() for key, value in values.items())
    parameters = b"".join(message(b"S", body) for body in told)
    welcome = message(b"R", b"\0\0\0\0") + parameters + message(b"Z", b"I")

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with closing(connection):
            connection.recv(4096)
            connection.sendall(welcome)
            while connection.recv(4096):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)
