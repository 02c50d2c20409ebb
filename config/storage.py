"""Where videos and films lie: on this machine's disk, or in a bucket (`config.bucket`).

Everything that Django's own storage does not promise, and that differs between the two, is asked
of the Store that `store()` returns.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage


@dataclass(frozen=True)
class Showing:
    """How a browser takes a file: shown in place or kept, as which type, under which name."""

    content_type: str
    filename: str
    inline: bool


class Store(Protocol):
    """Its errors are OSErrors: FileNotFoundError for what is not there."""

    is_local: bool
    """Whether files lie where edge can read them."""

    bucket_name: str
    """Empty for a disk."""

    def open_stream(self, name: str) -> AbstractContextManager[tuple[BinaryIO, int]]:
        """To be read once from begin to end, in flat memory; and its length in bytes."""

    def copy(self, name: str, wanted: str) -> str:
        """A second file with the same content; the name it got."""

    def signed_link(self, name: str, showing: Showing, *, seconds: int) -> str:
        """A link that anybody may follow for a while. Only where files are not local."""

    def prepare(self) -> None:
        """Makes the folder or the bucket, where it is missing."""

    def find_problem(self) -> str | None:
        """Why nothing can be stored just now; None where it can."""


def store() -> Store:
    return cast(Store, default_storage)


class Disk(FileSystemStorage):
    """Below MEDIA_ROOT; edge serves what lies there."""

    is_local = True
    bucket_name = ""

    @contextmanager
    def open_stream(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        # Whoever reads a whole file takes large pieces: a buffer would only copy them once more.
        with open(self.path(name), "rb", buffering=0) as file:
            yield cast(BinaryIO, file), os.fstat(file.fileno()).st_size

    def copy(self, name: str, wanted: str) -> str:
        """A second name for the same bytes costs nothing, however long the video."""
        free = self.get_available_name(wanted)
        target = Path(self.path(free))
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self.path(name), target)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            with open(self.path(name), "rb") as source:
                return self.save(wanted, File(source))
        return free

    def signed_link(self, name: str, showing: Showing, *, seconds: int) -> str:
        raise NotImplementedError("Edge serves what lies on this disk.")

    def prepare(self) -> None:
        Path(self.location).mkdir(parents=True, exist_ok=True)

    def find_problem(self) -> str | None:
        try:
            self.prepare()
            with tempfile.TemporaryFile(dir=self.location) as file:
                file.write(b"ready?")
                file.flush()
        except OSError as error:
            return f"MEDIA_ROOT cannot be written to: {error.strerror}."
        return None
