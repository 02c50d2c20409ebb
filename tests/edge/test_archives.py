from __future__ import annotations

import io
import uuid
import zipfile
import zlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dubbing.archives.zips import Entry, lay_out
from edge.archive_tokens import ArchiveGrant, archive_path
from edge.archives import ENDED, FORGED, LAPSED, ArchiveResponse
from edge.config import EdgeConfig
from edge.plans import plan_path, read_plan, remove_plans, write_plan
from edge.site import build_app
from tests.edge.loopless import LooplessClient

SECRET = "a secret of the tests"
AT = datetime(2026, 11, 23, 13, 5, 30)
FILMS = {"t/a.mp4": b"film " * 100_000, "t/b.mp4": bytes(range(256)) * 3, "t/c.mp4": b"c"}
GRANT = ArchiveGrant(str(uuid.uuid4()), 1, "Über uns 2026.zip", "m-1", "t-1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Media, and the plan of one archive of it."""
    folder: Path = tmp_path_factory.mktemp("archives")
    (folder / "media" / "t").mkdir(parents=True)
    for name, content in FILMS.items():
        (folder / "media" / name).write_bytes(content)
    make_plan(folder, GRANT)
    return folder


def make_plan(folder: Path, grant: ArchiveGrant) -> str:
    entries = [Entry.of("manifest.csv", AT, b"listed")]
    entries += [
        Entry(f"x/{name[2:]}", AT, len(content), zlib.crc32(content), source=name)
        for name, content in FILMS.items()
    ]
    layout = lay_out([*entries, Entry.of("end.srt", AT, b"1")])
    path = plan_path(folder / "plans", grant.archive, grant.part)
    return write_plan(path, size=layout.size, films=layout.films, rest=layout.literals)


@pytest.fixture(scope="module")
def client(folder: Path) -> LooplessClient:
    config = EdgeConfig(SECRET, folder / "media", "", folder, plan_dir=folder / "plans")
    return LooplessClient(build_app(config))


def link(**changes: str | int) -> str:
    return archive_path(replace(GRANT, **changes), secret=SECRET, seconds=3600)


@pytest.fixture(scope="module")
def whole(client: LooplessClient) -> bytes:
    return client.get(link()).content


def test_archive_is_sent_whole_with_its_length(client: LooplessClient) -> None:
    answer = client.get(link())
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    name = "attachment; filename*=utf-8''%C3%9Cber%20uns%202026.zip"
    assert answer.headers["Content-Disposition"] == name
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.read("x/a.mp4") == FILMS["t/a.mp4"]


def test_head_tells_the_length_and_sends_nothing(client: LooplessClient, whole: bytes) -> None:
    answer = client.head(link())
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(whole)


def cuts(folder: Path, whole: bytes) -> list[int]:
    """Every place where one piece ends and the next begins, and around it."""
    plan = read_plan(plan_path(folder / "plans", GRANT.archive, 1))
    edges = {0, len(whole)} | {at for begin, size, _ in plan.films for at in (begin, begin + size)}
    return sorted({at + by for at in edges for by in (-1, 0, 1) if 0 <= at + by <= len(whole)})


def test_every_piece_between_two_edges_is_the_wholes_slice(
    client: LooplessClient, folder: Path, whole: bytes
) -> None:
    places = cuts(folder, whole)
    for first in places:
        for stop in places:
            if first < stop:
                answer = client.get(link(), headers={"Range": f"bytes={first}-{stop - 1}"})
                assert answer.status_code == 206
                assert answer.content == whole[first:stop]
                total = f"bytes {first}-{stop - 1}/{len(whole)}"
                assert answer.headers["Content-Range"] == total


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_any_range_is_the_wholes_slice(
    client: LooplessClient, whole: bytes, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(first, len(whole) + 5))
    answer = client.get(link(), headers={"Range": f"bytes={first}-{last}"})
    assert answer.content == whole[first : last + 1]


def test_open_and_last_ranges_are_served(client: LooplessClient, whole: bytes) -> None:
    assert client.get(link(), headers={"Range": "bytes=400000-"}).content == whole[400_000:]
    assert client.get(link(), headers={"Range": "bytes=-22"}).content == whole[-22:]
    everything = client.get(link(), headers={"Range": "bytes=-99999999"})
    assert (everything.status_code, everything.content) == (206, whole)


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=-0"])
def test_range_behind_the_end_is_refused(client: LooplessClient, whole: bytes, wanted: str) -> None:
    answer = client.get(link(), headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize(
    "wanted", ["", "bytes=", "bytes=-", "bytes=9-2", "items=0-1", "bytes=1-2,4-5", "bytes=a-b"]
)
def test_what_is_not_one_range_is_ignored(
    client: LooplessClient, whole: bytes, wanted: str
) -> None:
    answer = client.get(link(), headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, whole)


def test_it_goes_on_only_with_the_same_archive(client: LooplessClient, whole: bytes) -> None:
    etag = client.head(link()).headers["ETag"]
    assert etag.startswith('"')
    resume = {"Range": "bytes=1000-", "If-Range": etag}
    assert client.get(link(), headers=resume).content == whole[1000:]
    for other in ('"another"', f"W/{etag}", "Mon, 23 Nov 2026 10:00:00 GMT"):
        answer = client.get(link(), headers=resume | {"If-Range": other})
        assert (answer.status_code, answer.content) == (200, whole)


def test_known_archive_is_not_sent_again(client: LooplessClient) -> None:
    etag = client.head(link()).headers["ETag"]
    assert client.get(link(), headers={"If-None-Match": etag}).status_code == 304


def test_plan_written_again_is_the_same(folder: Path, client: LooplessClient) -> None:
    etag = client.head(link()).headers["ETag"]
    assert f'"{make_plan(folder, GRANT)}"' == etag


def test_forged_and_altered_permits_open_nothing(client: LooplessClient) -> None:
    forged = archive_path(GRANT, secret="another secret", seconds=3600)
    altered = link().replace("/zips/", "/zips/x", 1)
    for path in (forged, altered, "/zips/x/y.zip", "/zips/" + "x" * 5000 + "/y.zip"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (403, FORGED)


def test_lapsed_permit_says_how_to_go_on(client: LooplessClient) -> None:
    answer = client.get(archive_path(GRANT, secret=SECRET, seconds=60, now=1_000_000))
    assert (answer.status_code, answer.text) == (410, LAPSED)


def test_permit_for_a_film_opens_no_archive(client: LooplessClient) -> None:
    film = link().replace("/zips/", "/films/")
    assert client.get(film).status_code == 403


def test_other_part_or_archive_is_not_there(client: LooplessClient) -> None:
    for changes in ({"part": 2}, {"archive": str(uuid.uuid4())}):
        answer = client.get(link(**changes))
        assert (answer.status_code, answer.text) == (410, ENDED)


def test_archive_named_like_a_path_is_refused(client: LooplessClient) -> None:
    assert client.get(link(archive="../../etc/passwd")).status_code == 403


def test_deleted_archive_is_over_at_once(folder: Path, client: LooplessClient) -> None:
    other = replace(GRANT, archive=str(uuid.uuid4()))
    make_plan(folder, other)
    path = archive_path(other, secret=SECRET, seconds=3600)
    assert client.get(path).status_code == 200
    remove_plans(folder / "plans", other.archive)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("change", ["gone", "shorter"])
def test_film_removed_meanwhile_is_told_before_anything_is_sent(
    folder: Path, client: LooplessClient, change: str
) -> None:
    film = folder / "media" / "t" / "b.mp4"
    try:
        film.unlink() if change == "gone" else film.write_bytes(b"short")
        answer = client.get(link())
        assert answer.status_code == 410
        assert "b.mp4" in answer.text and "Nothing was sent" in answer.text
    finally:
        film.write_bytes(FILMS["t/b.mp4"])


def test_damaged_plan_is_none(folder: Path, client: LooplessClient) -> None:
    other = replace(GRANT, archive=str(uuid.uuid4()))
    path = plan_path(folder / "plans", other.archive, 1)
    for content in (b"", b"{}\n", b'{"format":9,"size":1,"etag":"x","films":[]}\n', b"\xff\n"):
        path.write_bytes(content)
        answer = client.get(archive_path(other, secret=SECRET, seconds=3600))
        assert answer.status_code == 410


def test_nothing_is_read_for_somebody_who_has_hung_up(folder: Path) -> None:
    """The client takes one chunk, then is gone: the rest is never asked of the disk."""
    path = plan_path(folder / "plans", GRANT.archive, 1)
    plan = read_plan(path)
    sent: list[int] = []

    async def exchange() -> None:
        first = anyio.Event()

        async def receive() -> dict[str, str]:
            await first.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            body = message.get("body", b"")
            assert isinstance(body, bytes)
            sent.append(len(body))
            if len(body) > 1000:
                first.set()
                await anyio.sleep_forever()

        pieces = list(plan.pieces(0, plan.size))
        response = ArchiveResponse(200, {}, pieces, path, folder / "media")
        with anyio.fail_after(10):
            await response({"type": "http", "method": "GET"}, receive, send)  # type: ignore[arg-type]

    anyio.run(exchange)
    assert sum(sent) < plan.size
