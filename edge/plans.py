"""Plans of archives: one folder that web writes and edge reads.

A plan is a file of one line of JSON and then bytes. The line names the archive's length, its ETag
and where in it which film stands; the bytes are all that is not a film, in their order. So edge
knows nothing of ZIP files: it puts pieces of files one behind the other.
Imports no Starlette and no Django, so that every process can load it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import uuid
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FORMAT = 1
ENDING = ".plan"


class PlanError(Exception):
    """There is no such plan, or none of this release."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` bytes of a file from `offset` on. `film` is its name in the storage, `size` its
    whole length; of the plan's own bytes there is no film."""

    offset: int
    length: int
    film: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """`films` are (offset in the archive, length, name in the storage), in order. The bytes of the
    rest begin at `begin` in the plan's own file."""

    size: int
    etag: str
    films: Sequence[tuple[int, int, str]]
    begin: int

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """What the bytes from `start` up to `stop` are made of."""
        place = bisect_right(self.films, start, key=lambda film: film[0] + film[1])
        passed = sum(size for _, size, _ in self.films[:place])
        at = start
        for begin, size, name in self.films[place:]:
            if begin >= stop:
                break
            if at < begin:
                yield Piece(self.begin + at - passed, begin - at)
                at = begin
            upto = min(begin + size, stop)
            yield Piece(at - begin, upto - at, name, size)
            at, passed = upto, passed + size
        if at < stop:
            yield Piece(self.begin + at - passed, stop - at)


def plan_path(folder: Path, archive: str, part: int) -> Path:
    # An id and a number, nothing else: whatever came here was signed by us, but a path is a path.
    return folder / f"{uuid.UUID(archive)}-{int(part)}{ENDING}"


def write_plan(path: Path, *, size: int, films: Sequence[tuple[int, int, str]], rest: bytes) -> str:
    """Under its name only when it is whole. The ETag, which is that of the archive's bytes: films
    are written once, and the rest holds their sums. Raises OSError."""
    places = json.dumps(films)
    etag = hashlib.sha256(places.encode() + rest).hexdigest()[:32]
    told = {"format": FORMAT, "size": size, "etag": etag, "films": films}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(told).encode() + b"\n" + rest)
            os.fchmod(file.fileno(), 0o640)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return etag


def read_plan(path: Path) -> Plan:
    """Raises PlanError."""
    try:
        with path.open("rb") as file:
            line = file.readline()
        told = json.loads(line)
        films = [(int(begin), int(size), str(name)) for begin, size, name in told["films"]]
        if told["format"] != FORMAT:
            raise PlanError("The plan is of another release.")
        return Plan(int(told["size"]), str(told["etag"]), films, len(line))
    except (OSError, ValueError, TypeError, KeyError):
        raise PlanError("There is no such plan.") from None


def remove_plans(folder: Path, archive: str) -> None:
    """Whatever is left of one archive. Its permits open nothing from now on."""
    for path in folder.glob(f"{uuid.UUID(archive)}-*{ENDING}"):
        path.unlink(missing_ok=True)
