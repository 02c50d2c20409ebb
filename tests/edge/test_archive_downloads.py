"""Archives from edge as it really runs: cut, killed, resumed, and larger than its memory."""

from __future__ import annotations

import hashlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from dubbing.archives.zips import Entry, lay_out
from edge.archive_tokens import ArchiveGrant, archive_path
from edge.plans import plan_path, write_plan
from tests.edge.process import SECRET, EdgeProcess, run_edge, wait_for

MB = 1024 * 1024
AT = datetime(2026, 11, 23)
HUGE = 1024 * MB


@dataclass(frozen=True)
class Served:
    edge: EdgeProcess
    folder: Path

    def add(self, films: dict[str, Path], archive: str = "") -> str:
        """The address of an archive of these films of the media folder."""
        grant = ArchiveGrant(archive or str(uuid.uuid4()), 1, "films.zip", "m", "t")
        entries = [
            Entry(name, AT, path.stat().st_size, crc_of(path), source=path.name)
            for name, path in films.items()
        ]
        layout = lay_out([Entry.of("manifest.csv", AT, b"x"), *entries])
        path = plan_path(self.folder / "plans", grant.archive, 1)
        write_plan(path, size=layout.size, films=layout.films, rest=layout.literals)
        return self.edge.address + archive_path(grant, secret=SECRET, seconds=3600)


def crc_of(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(MB):
            crc = zlib.crc32(chunk, crc)
    return crc


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("edge")
    (folder / "media").mkdir()
    with run_edge(folder) as edge:
        yield Served(edge, folder)


@pytest.fixture(scope="module")
def link(served: Served) -> str:
    films = {}
    for number in range(3):
        path = served.folder / "media" / f"{number}.mp4"
        path.write_bytes(os.urandom(9 * MB + number))
        films[f"Film {number}.mp4"] = path
    return served.add(films)


def test_download_whose_server_was_killed_goes_on_to_the_same_bytes(
    served: Served, link: str
) -> None:
    whole = httpx.get(link, trust_env=False).content
    got, etag = b"", ""
    for stop in (3 * MB, 10 * MB, 20 * MB + 1):
        headers = {"Range": f"bytes={len(got)}-", "If-Range": etag} if got else {}
        with (
            pytest.raises(httpx.TransportError),
            httpx.stream("GET", link, headers=headers, trust_env=False) as answer,
        ):
            etag = answer.headers["ETag"]
            for chunk in answer.iter_raw(65_536):
                got += chunk
                if len(got) > stop:
                    served.edge.kill()
                    stop = len(whole) + 1
        served.edge.restart()
        assert 0 < len(got) < len(whole)
    rest = httpx.get(
        link, headers={"Range": f"bytes={len(got)}-", "If-Range": etag}, trust_env=False
    )
    assert rest.status_code == 206
    assert hashlib.sha256(got + rest.content).digest() == hashlib.sha256(whole).digest()


def test_film_that_ends_early_cuts_the_connection(served: Served) -> None:
    """It looks whole when the download begins, and is not: nobody takes what came for all."""
    film = served.folder / "media" / "shrinking.mp4"
    film.write_bytes(os.urandom(64 * MB))
    link = served.add({"film.mp4": film})
    with (
        pytest.raises(httpx.TransportError),
        httpx.stream("GET", link, trust_env=False) as answer,
    ):
        for _ in answer.iter_raw(65_536):
            os.truncate(film, MB)
    assert served.edge.is_live()


def test_archive_larger_than_memory_is_sent_in_flat_memory(served: Served, tmp_path: Path) -> None:
    film = served.folder / "media" / "huge.mp4"
    with film.open("wb") as file:
        file.truncate(HUGE)
    link = served.add({"huge.mp4": film})
    before, most = served.edge.memory(), 0
    with (
        (tmp_path / "huge.zip").open("wb") as target,
        httpx.stream("GET", link, trust_env=False) as answer,
    ):
        for number, chunk in enumerate(answer.iter_raw(MB)):
            # The zeros stay holes: the disk of a test is small.
            target.seek(len(chunk), os.SEEK_CUR) if not chunk.strip(b"\0") else target.write(chunk)
            if number % 64 == 0:
                most = max(most, served.edge.memory())
    with zipfile.ZipFile(tmp_path / "huge.zip") as archive:
        assert archive.getinfo("huge.mp4").file_size == HUGE
    assert most - before < 24 * MB


def test_nothing_is_read_on_for_somebody_who_has_hung_up(served: Served) -> None:
    film = served.folder / "media" / "unread.mp4"
    with film.open("wb") as file:
        file.truncate(HUGE)
    link = served.add({"unread.mp4": film})
    with httpx.stream("GET", link, trust_env=False) as answer:
        next(answer.iter_raw(MB))
    wait_for(lambda: not _holds(served.edge, film))


def _holds(edge: EdgeProcess, film: Path) -> bool:
    pid = edge.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in [str(pid), *children]:
        for handle in Path(f"/proc/{child}/fd").iterdir():
            try:
                if os.readlink(handle) == str(film):
                    return True
            except FileNotFoundError:
                continue
    return False
