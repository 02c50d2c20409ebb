"""What must be true before anything is started. Each failure is one sentence."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TextIO

from config.local.errors import StartError
from config.local.lineup import Ports
from config.local.probe import why_not_bound

# `postgres` and `run` are passed by the database's own account; the rest is only ours.
FOLDERS = ("run", "log", "media", "uploads", "mail", "broker", "sandbox")
TAKEOVER_SECONDS = 15


def make_data_folder(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            (data_dir / name).mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise StartError(
            f"The data folder {data_dir} is not writable ({error.strerror})."
            " Change its owner or mode, or set DUBDESK_DATA_DIR to another folder."
        ) from None


def take_data_folder(data_dir: Path) -> TextIO:
    """The lock that keeps a second supervisor out; it ends with us and with our guard."""
    lock = (data_dir / "supervisor.lock").open("a+")
    deadline = time.monotonic() + TAKEOVER_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _wait_for_dying_holder(lock, data_dir, deadline)
            continue
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock


def _wait_for_dying_holder(lock: TextIO, data_dir: Path, deadline: float) -> None:
    """One that was killed leaves its guard, which holds on until everything has ended."""
    lock.seek(0)
    holder = lock.read().strip()
    if time.monotonic() > deadline or _is_alive(holder):
        raise StartError(
            f"Dubdesk is already running with the data folder {data_dir} (process {holder})."
            " Stop it, or set DUBDESK_DATA_DIR to another folder."
        )
    time.sleep(0.1)


def clear_uploads(data_dir: Path) -> None:
    """Halves of files that a killed process was taking in; nobody else is at work now."""
    for path in (data_dir / "uploads").glob("tmp*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def check_ports(ports: Ports, bind: str) -> None:
    seen: dict[int, str] = {}
    for variable, port in ports.named().values():
        if port in seen:
            raise StartError(f"{variable} and {seen[port]} are both {port}. Set one to another.")
        seen[port] = variable
        if fault := why_not_bound(bind, port):
            raise StartError(_port_fault(fault, bind=bind, variable=variable, port=port))


def _port_fault(fault: OSError, *, bind: str, variable: str, port: int) -> str:
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use by another program."
            f" Set {variable} to another number, or stop it."
        )
    if fault.errno == errno.EACCES:
        return f"Port {port} may not be used by this account. Set {variable} to one above 1023."
    return f"This machine cannot listen on {bind} (DUBDESK_BIND): {fault.strerror}."


def _is_alive(holder: str) -> bool:
    try:
        # Empty for one that is dead and only not yet collected.
        return bool(holder and Path(f"/proc/{holder}/cmdline").read_bytes())
    except OSError:
        return False
