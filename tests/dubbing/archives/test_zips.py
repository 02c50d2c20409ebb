from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from dubbing.archives.zips import Entry, Layout, lay_out

AT = datetime(2026, 11, 23, 13, 5, 31)
FILMS = {"one": b"film " * 1000, "two": b"", "three": bytes(range(256)) * 40}


def entries() -> list[Entry]:
    listed = [Entry.of("manifest.csv", AT, "ü,1\n".encode())]
    films = [
        Entry(f"Größe/{name} 東京.mp4", AT, len(content), zlib.crc32(content), source=name)
        for name, content in FILMS.items()
    ]
    return [*listed, *films, Entry.of("a.srt", AT, b"1\n")]


def put_together(layout: Layout, films: dict[str, bytes]) -> bytes:
    whole, passed = b"", 0
    for offset, size, source in layout.films:
        literal = offset - len(whole)
        whole += layout.literals[passed : passed + literal] + films[source]
        passed += literal
        assert len(films[source]) == size
    return whole + layout.literals[passed:]


def test_archive_is_what_zipfile_reads() -> None:
    layout = lay_out(entries())
    whole = put_together(layout, FILMS)
    assert len(whole) == layout.size
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [entry.name for entry in entries()]
        assert archive.read("Größe/three 東京.mp4") == FILMS["three"]
        first = archive.infolist()[0]
        assert first.date_time == (2026, 11, 23, 13, 5, 30)
        assert first.external_attr >> 16 == 0o100644
        assert archive.comment == b""


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed here")
def test_unzip_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    path.write_bytes(put_together(lay_out(entries()), FILMS))
    done = subprocess.run(["unzip", "-t", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No errors detected" in done.stdout


def test_the_same_files_give_the_same_bytes() -> None:
    assert lay_out(entries()) == lay_out(entries())


def test_crc_not_known_yet_changes_no_length() -> None:
    def size(crc: int) -> int:
        return lay_out([Entry("a", AT, 10, crc, source="a")]).size

    assert size(0) == size(0xFFFFFFFF)


GIB = 1 << 30


def sparse(layout: Layout, path: Path) -> None:
    """The archive with films of zeros, which take no room on the disk."""
    with path.open("wb") as file:
        passed = 0
        for offset, size, _ in layout.films:
            literal = offset - file.tell()
            file.write(layout.literals[passed : passed + literal])
            passed += literal
            file.seek(size, io.SEEK_CUR)
        file.write(layout.literals[passed:])


def test_films_beyond_32_bits_are_found(tmp_path: Path) -> None:
    films = [Entry("big.mp4", AT, 5 * GIB, 1, source="big")]
    films += [Entry(f"{n}.mp4", AT, GIB, n, source=str(n)) for n in range(3)]
    end = Entry.of("end.txt", AT, b"here")
    layout = lay_out([*films, end])
    sparse(layout, tmp_path / "big.zip")
    assert (tmp_path / "big.zip").stat().st_size == layout.size
    with zipfile.ZipFile(tmp_path / "big.zip") as archive:
        assert [info.file_size for info in archive.infolist()[:2]] == [5 * GIB, GIB]
        assert archive.infolist()[0].compress_size == 5 * GIB
        assert archive.infolist()[3].header_offset > 7 * GIB
        assert archive.read("end.txt") == b"here"


@pytest.mark.parametrize("size", [0xFFFFFFFE, 0xFFFFFFFF, 0x100000000])
def test_length_at_the_edge_of_32_bits(size: int, tmp_path: Path) -> None:
    layout = lay_out([Entry("f", AT, size, 0, source="f"), Entry.of("end", AT, b"x")])
    sparse(layout, tmp_path / "edge.zip")
    with zipfile.ZipFile(tmp_path / "edge.zip") as archive:
        assert archive.getinfo("f").file_size == size
        assert archive.read("end") == b"x"


def test_more_files_than_16_bits_count() -> None:
    many = [Entry.of(f"{n}", AT, b"") for n in range(65_540)]
    with zipfile.ZipFile(io.BytesIO(lay_out(many).literals)) as archive:
        assert len(archive.infolist()) == 65_540


@pytest.mark.parametrize("year", [1970, 1980, 2107, 2200])
def test_years_that_zip_does_not_know_are_moved_to_its_ends(year: int) -> None:
    layout = lay_out([Entry.of("f", datetime(year, 1, 1), b"x")])
    with zipfile.ZipFile(io.BytesIO(layout.literals)) as archive:
        assert archive.infolist()[0].date_time[0] == min(max(year, 1980), 2107)
