"""Where the bytes of uploads lie until they are whole: one folder that edge, web and worker share.

Of an upload there are at most three files:
  <id>.part    what has come; its length is how far the upload is
  <id>.began   while a piece with a checksum comes in: where that piece began. What lies behind it
               counts only when the sum has been found right
  <id>.end     nothing more comes, and why: an End as JSON
Imports no Starlette and no Django, so that every process can load it.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

WHOLE, REFUSED, GIVEN_UP = "whole", "refused", "given_up"


class BusyError(Exception):
    """Somebody else is writing to this upload."""


class GoneError(Exception):
    """There is no such upload here."""


class EndedError(Exception):
    """Nothing more is taken in; `end` says why."""

    def __init__(self, end: End) -> None:
        super().__init__(end.state)
        self.end = end


@dataclass(frozen=True, slots=True)
class End:
    """`state` is WHOLE, REFUSED or GIVEN_UP; code and message tell why it was refused."""

    state: str
    code: str = ""
    message: str = ""


class Spool:
    """All of it blocks: edge calls it from threads. Errors are OSErrors, and those above."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def part(self, upload: str) -> Path:
        return self._file(upload, "part")

    def _file(self, upload: str, ending: str) -> Path:
        # An id and nothing else: whatever came here was signed by us, but a path is a path.
        return self.folder / f"{uuid.UUID(upload)}.{ending}"

    def create(self, upload: str) -> None:
        self._make_folder()
        self.part(upload).touch(mode=0o660, exist_ok=False)
        sync_folder(self.folder)

    def offset(self, upload: str) -> int:
        """How much of it is safe on the disk. Raises GoneError, EndedError."""
        self._raise_ended(upload)
        try:
            with self.part(upload).open("rb") as file:
                length = os.fstat(file.fileno()).st_size
                os.fdatasync(file.fileno())
        except FileNotFoundError:
            raise GoneError from None
        began = self._began(upload)
        return length if began is None else min(began, length)

    def length(self, upload: str) -> int | None:
        """As `offset`, without a word about the disk: for pages. None where there is nothing."""
        try:
            length = self.part(upload).stat().st_size
        except FileNotFoundError:
            return None
        began = self._began(upload)
        return length if began is None else min(began, length)

    def end_of(self, upload: str) -> End | None:
        try:
            return End(**json.loads(self._file(upload, "end").read_bytes()))
        except FileNotFoundError:
            return None

    def end(self, upload: str, end: End) -> None:
        """Nothing more is taken in from here on; what came is removed."""
        self._make_folder()
        write_whole(self._file(upload, "end"), json.dumps(asdict(end)).encode())
        for ending in ("part", "began"):
            self._file(upload, ending).unlink(missing_ok=True)

    def forget(self, upload: str) -> None:
        for ending in ("part", "began", "end"):
            self._file(upload, ending).unlink(missing_ok=True)

    @contextmanager
    def alone_with(self, upload: str) -> Iterator[Part]:
        """The one who may write, until the block ends or the process dies.

        Raises GoneError, EndedError, BusyError.
        """
        part = self.take(upload)
        try:
            yield part
        finally:
            part.close()

    def take(self, upload: str) -> Part:
        """As `alone_with`; the caller closes."""
        self._raise_ended(upload)
        try:
            descriptor = os.open(self.part(upload), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise GoneError from None
        try:
            # Freed by the kernel whatever becomes of us.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._raise_ended(upload)
            return Part(descriptor, self._file(upload, "began"))
        except BlockingIOError:
            os.close(descriptor)
            raise BusyError from None
        except BaseException:
            os.close(descriptor)
            raise

    def names(self) -> Iterator[tuple[str, str, float]]:
        """Id, ending and time of change of every file."""
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as entries:
            for entry in entries:
                name, _, ending = entry.name.partition(".")
                try:
                    yield name, ending, entry.stat().st_mtime
                except FileNotFoundError:
                    continue

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)

    def _raise_ended(self, upload: str) -> None:
        if end := self.end_of(upload):
            raise EndedError(end)

    def _began(self, upload: str) -> int | None:
        return read_number(self._file(upload, "began"))


class Part:
    """What has come of one upload, held by its one writer."""

    def __init__(self, descriptor: int, began: Path) -> None:
        self._descriptor = descriptor
        self._began = began
        self._forget_unchecked()
        self.offset = os.fstat(descriptor).st_size

    def _forget_unchecked(self) -> None:
        """A piece whose sum was never found right, because the process ended before."""
        began = read_number(self._began)
        if began is not None:
            os.ftruncate(self._descriptor, min(began, os.fstat(self._descriptor).st_size))
            os.fdatasync(self._descriptor)
            self._began.unlink()

    def expect_sum(self) -> None:
        """From here on nothing counts before `accept`."""
        write_whole(self._began, str(self.offset).encode())

    def accept(self) -> None:
        self.sync()
        self._began.unlink(missing_ok=True)

    def write(self, pieces: Sequence[bytes]) -> None:
        """Appends. What a full disk took of it stays."""
        os.lseek(self._descriptor, self.offset, os.SEEK_SET)
        left = [memoryview(piece) for piece in pieces if piece]
        while left:
            count = os.writev(self._descriptor, left[: os.sysconf("SC_IOV_MAX")])
            self.offset += count
            while left and count >= len(left[0]):
                count -= len(left.pop(0))
            if count:
                left[0] = left[0][count:]

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def head(self, length: int) -> bytes:
        return os.pread(self._descriptor, length, 0)

    def cut_back(self, offset: int) -> None:
        os.ftruncate(self._descriptor, offset)
        self.sync()
        self.offset = offset
        self._began.unlink(missing_ok=True)

    def close(self) -> None:
        os.close(self._descriptor)


def read_number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except FileNotFoundError:
        return None


def write_whole(path: Path, content: bytes) -> None:
    """It appears with all of its content, on the disk, or not at all."""
    unfinished = path.with_name(f"{path.name}-{os.getpid()}-{threading.get_ident()}")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
