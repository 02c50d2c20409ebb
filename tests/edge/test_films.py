from __future__ import annotations

import dataclasses
from pathlib import Path

import anyio
import pytest
from starlette.types import Message

from edge.config import EdgeConfig
from edge.films import CHUNK_BYTES, FORGED, LAPSED, MISSING, FilmResponse
from edge.site import build_app
from edge.tokens import FilmGrant, film_path, issue
from tests.edge.loopless import LooplessClient

SECRET = "a secret of the tests"
ORIGIN = "https://desk.example.com"
CONTENT = bytes(range(256)) * 3000
SIZE = len(CONTENT)
GRANT = FilmGrant(
    path="films/es-ES.mp4",
    filename="talk.mp4",
    content_type="video/mp4",
    disposition="inline",
    member="m-1",
    team="t-1",
)


@pytest.fixture
def media_root(tmp_path: Path) -> Path:
    root = tmp_path / "media"
    (root / "films").mkdir(parents=True)
    (root / "films" / "es-ES.mp4").write_bytes(CONTENT)
    (root / "films" / "empty.mp4").write_bytes(b"")
    (tmp_path / "outside.mp4").write_bytes(b"not yours")
    return root


@pytest.fixture
def client(media_root: Path) -> LooplessClient:
    return LooplessClient(build_app(EdgeConfig(SECRET, media_root, ORIGIN, media_root)))


def _link(**changes: str) -> str:
    return film_path(dataclasses.replace(GRANT, **changes), secret=SECRET, seconds=3600)


def test_whole_film_is_served(client: LooplessClient) -> None:
    answer = client.get(_link())
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"] == 'inline; filename="talk.mp4"'
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert answer.headers["ETag"].startswith('"')


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        (f"bytes={CHUNK_BYTES - 1}-{CHUNK_BYTES}", CHUNK_BYTES - 1, CHUNK_BYTES),
        (f"bytes=5-{CHUNK_BYTES * 2 + 7}", 5, CHUNK_BYTES * 2 + 7),
        ("bytes=700000-99999999", 700_000, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=-500", SIZE - 500, SIZE - 1),
        ("bytes=-99999999", 0, SIZE - 1),
    ],
)
def test_single_range_is_served(client: LooplessClient, wanted: str, first: int, last: int) -> None:
    answer = client.get(_link(), headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.content == CONTENT[first : last + 1]


def test_several_ranges_are_served(client: LooplessClient) -> None:
    answer = client.get(_link(), headers={"Range": "bytes=0-9, 100-109"})
    assert answer.status_code == 206
    assert answer.headers["Content-Type"].startswith("multipart/byteranges; boundary=")
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert CONTENT[:10] in answer.content
    assert CONTENT[100:110] in answer.content


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_range_behind_the_end_is_refused(client: LooplessClient, wanted: str) -> None:
    answer = client.get(_link(), headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "wanted",
    ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-2", "items=0-1", "bytes=1-2,x"]
    + ["bytes=" + "9" * 5000 + "-"],
    ids=range(9),
)
def test_range_that_is_none_is_ignored(client: LooplessClient, wanted: str) -> None:
    answer = client.get(_link(), headers={"Range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, SIZE)


def test_range_of_an_empty_film_is_refused(client: LooplessClient) -> None:
    empty = _link(path="films/empty.mp4")
    assert client.get(empty, headers={"Range": "bytes=0-"}).status_code == 416
    assert client.get(empty).headers["Content-Length"] == "0"


def test_download_resumes_only_on_the_same_file(client: LooplessClient, media_root: Path) -> None:
    etag = client.head(_link()).headers["ETag"]
    resume = {"Range": "bytes=1000-", "If-Range": etag}
    assert client.get(_link(), headers=resume).content == CONTENT[1000:]
    (media_root / "films" / "es-ES.mp4").write_bytes(b"another film")
    changed = client.get(_link(), headers=resume)
    assert (changed.status_code, changed.content) == (200, b"another film")


def test_weak_tag_does_not_resume(client: LooplessClient) -> None:
    etag = client.head(_link()).headers["ETag"]
    resume = {"Range": "bytes=1000-", "If-Range": f"W/{etag}"}
    assert client.get(_link(), headers=resume).status_code == 200


def test_known_film_is_not_sent_again(client: LooplessClient) -> None:
    etag = client.get(_link()).headers["ETag"]
    for tags in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        answer = client.get(_link(), headers={"If-None-Match": tags})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert client.get(_link(), headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_tells_all_and_sends_nothing(client: LooplessClient) -> None:
    answer = client.head(_link())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(SIZE)
    part = client.head(_link(), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("talk.mp4", 'attachment; filename="talk.mp4"'),
        ("東京 ü.mp4", "attachment; filename*=utf-8''%E6%9D%B1%E4%BA%AC%20%C3%BC.mp4"),
        ('a"b\r\nX: y.mp4', "attachment; filename*=utf-8''a%22b__X%3A%20y.mp4"),
        ("../../a.mp4", 'attachment; filename=".._.._a.mp4"'),
        ("", 'attachment; filename="film"'),
    ],
)
def test_download_has_a_safe_name(client: LooplessClient, filename: str, header: str) -> None:
    answer = client.get(_link(filename=filename, disposition="attachment"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == header
    assert "X" not in answer.headers


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xml", "", "a\r\nb: c"])
def test_types_that_can_hold_scripts_are_only_downloaded(client: LooplessClient, kind: str) -> None:
    answer = client.get(_link(content_type=kind))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "films/none.mp4",
        "films",
        "",
        ".",
        "../outside.mp4",
        "films/../../outside.mp4",
        "/etc/passwd",
        "films/es-ES.mp4\x00",
        "x" * 300,
        "link.mp4",
        "out/outside.mp4",
        "loop.mp4",
    ],
)
def test_nothing_but_a_film_under_the_media_folder_is_served(
    client: LooplessClient, media_root: Path, path: str
) -> None:
    (media_root / "link.mp4").symlink_to("../outside.mp4")
    (media_root / "out").symlink_to("..")
    (media_root / "loop.mp4").symlink_to("loop.mp4")
    answer = client.get(_link(path=path))
    assert (answer.status_code, answer.text) == (404, MISSING)


def test_media_folder_may_itself_be_a_link(media_root: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(media_root)
    config = EdgeConfig(SECRET, tmp_path / "linked", ORIGIN, tmp_path)
    assert LooplessClient(build_app(config)).get(_link()).status_code == 200


def test_lapsed_link_says_what_to_do(client: LooplessClient) -> None:
    token = issue(GRANT, secret=SECRET, seconds=60, now=1_000_000_000)
    answer = client.get(f"/films/{token}/talk.mp4")
    assert (answer.status_code, answer.text) == (410, LAPSED)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["abc", "abc:def", issue(GRANT, secret="other", seconds=60)])
def test_forged_link_is_refused(client: LooplessClient, token: str) -> None:
    answer = client.get(f"/films/{token}/talk.mp4")
    assert (answer.status_code, answer.text) == (403, FORGED)


def test_name_in_the_address_changes_nothing(client: LooplessClient) -> None:
    folder, _, _ = _link().rpartition("/")
    answer = client.get(f"{folder}/..%2f..%2foutside.mp4")
    assert answer.content == CONTENT


def test_changing_methods_are_refused(client: LooplessClient) -> None:
    assert client.ask("POST", _link()).status_code == 405
    assert client.ask("DELETE", _link()).status_code == 405


def test_stalled_client_is_let_go(media_root: Path) -> None:
    class Hasty(FilmResponse):
        stall_seconds = 0.05

    path = media_root / "films" / "es-ES.mp4"
    started: list[str] = []

    async def serve() -> None:
        async def send(message: Message) -> None:
            started.append(message["type"])
            if message["type"] == "http.response.body":
                await anyio.sleep_forever()

        scope = {"type": "http", "method": "GET", "headers": [], "asgi": {"spec_version": "2.3"}}
        with anyio.fail_after(10):
            await Hasty(path)(scope, anyio.sleep_forever, send)

    anyio.run(serve)
    assert started == ["http.response.start", "http.response.body"]


def test_headers_for_other_origins_are_on_every_answer(client: LooplessClient) -> None:
    for address in (_link(), "/films/abc/x", "/nothing", "/health/live"):
        answer = client.get(address, headers={"Origin": ORIGIN})
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    foreign = client.get(_link(), headers={"Origin": "https://evil.example.com"})
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_liveness_is_told(client: LooplessClient) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok")
