"""Where the database's files and its socket lie."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.local.account import Account, can_enter
from config.local.errors import StartError
from config.local.terminal import complain

DATABASE = "dubdesk"
ROLES = {"app": "dubdesk_app", "owner": "dubdesk_owner", "admin": "postgres"}
PORT = 5432  # only a part of the socket's name: nothing listens on TCP
SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_LIMIT = 107
SYSTEM_STATE = Path("/var/lib")
# Not TMPDIR: the server and a manage.py from another shell must agree.
SHORT_PATHS = Path("/tmp")  # noqa: S108  (the folder within is ours, mode 0700, and checked)


@dataclass(frozen=True)
class Place:
    home: Path

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def sockets(self) -> Path:
        """A short folder elsewhere when the path would not fit into a socket's address."""
        wanted = self.home / "run" / "postgres"
        if len(os.fsencode(wanted / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return wanted
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return SHORT_PATHS / f"dubdesk-{os.geteuid()}-{digest}"

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKET_NAME

    def url(self, role: str) -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{ROLES[role]}@/{DATABASE}?host={host}&port={PORT}"


def _note(data_dir: Path) -> Path:
    return data_dir / "postgres.place"


def find_place(data_dir: Path) -> Place:
    """The place settled on earlier, else the data folder itself. Starts nothing, cheap."""
    data_dir = data_dir.resolve()
    try:
        noted = _note(data_dir).read_text().strip()
    except OSError:
        noted = ""
    return Place(Path(noted) if noted else data_dir)


def settle_place(data_dir: Path, account: Account | None) -> Place:
    """As find_place(), and decides where a first cluster goes.

    Below a folder like /root the server's account cannot pass. The modes of other people's
    folders are not ours to change, so the files go elsewhere and a note tells where.
    """
    data_dir = data_dir.resolve()
    found = find_place(data_dir)
    if found.home != data_dir:
        if not found.cluster.exists():
            raise StartError(
                f"The database of {data_dir} was kept in {found.cluster}, which is gone."
                f" Bring it back, or remove {_note(data_dir)} to begin with an empty one."
            )
        return found
    if found.cluster.exists() or can_enter(data_dir, account):
        return found
    return _settle_elsewhere(data_dir)


def _settle_elsewhere(data_dir: Path) -> Place:
    try:
        home = Path(tempfile.mkdtemp(prefix="dubdesk-", dir=SYSTEM_STATE))
        home.chmod(0o711)
        (home / "postgres").mkdir(mode=0o700)
    except OSError as error:
        raise StartError(
            f"PostgreSQL's account cannot reach {data_dir}, and {SYSTEM_STATE} is not writable"
            f" either ({error.strerror}). Set DUBDESK_DATA_DIR to a folder others may pass."
        ) from None
    _note(data_dir).write_text(f"{home}\n")
    complain(f"The database's files lie in {home}: its account cannot reach {data_dir}.")
    return Place(home)


def make_socket_folder(folder: Path, account: Account | None) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (owner, os.geteuid()):
        raise StartError(f"{folder} belongs to somebody else. Remove it and start again.")
    if account:
        os.chown(folder, account.uid, account.gid)
        if not can_enter(folder.parent, account):
            folder.parent.chmod(0o711)  # ours, made under a strict umask
    folder.chmod(0o700)
