"""The tus protocol against edge as it really runs."""

from __future__ import annotations

import base64
import hashlib
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from edge.spool import REFUSED, WHOLE, End
from edge.upload_tokens import UploadGrant, upload_path
from tests.edge.process import ORIGIN, SECRET, EdgeProcess, run_edge, wait_for
from tests.edge.tus import PIECE, Tus, content

MB = 1024 * 1024


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeProcess]:
    with run_edge(tmp_path_factory.mktemp("edge"), MAX_SOURCE_BYTES="1000000000") as edge:
        yield edge


def test_pieces_become_the_file(edge: EdgeProcess) -> None:
    whole = content(3 * MB + 7)
    tus = Tus(edge, len(whole))
    for start in range(0, len(whole), MB):
        answer = tus.patch(whole[start : start + MB], start)
        assert answer.status_code == 204
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert answer.headers["Upload-Expires"].endswith(" GMT")
        assert int(answer.headers["Upload-Offset"]) == min(start + MB, len(whole))
    assert tus.stored() == whole


def test_head_tells_how_far_it_is(edge: EdgeProcess) -> None:
    tus = Tus(edge, MB)
    tus.patch(content(MB)[:500_000], 0)
    answer = tus.head()
    assert answer.status_code == 200
    assert answer.headers["Upload-Offset"] == "500000"
    assert answer.headers["Upload-Length"] == str(MB)
    assert answer.headers["Upload-Metadata"] == "filename " + base64.b64encode(b"talk.mp4").decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_options_tells_what_edge_can_do(edge: EdgeProcess) -> None:
    for path in ("/tus/", Tus(edge, 5).path):
        answer = httpx.options(edge.address + path, trust_env=False)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == "1000000000"
        assert set(answer.headers["Tus-Extension"].split(",")) >= {"checksum", "termination"}
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_wrong_offset_is_a_conflict(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    tus.patch(content(1000)[:400], 0)
    for offset in (0, 399, 401, 1000):
        answer = tus.patch(b"x" * 10, offset)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "400")
    assert tus.stored() == content(400)


def test_more_than_announced_is_too_large(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    assert tus.patch(content(1001), 0).status_code == 413
    assert tus.offset() == 0


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content_Type": "application/octet-stream"}, 415, "unsupported_media_type"),
        ({"Content_Type": ""}, 415, "unsupported_media_type"),
        ({"Upload_Offset": ""}, 400, "invalid"),
        ({"Upload_Offset": "-1"}, 400, "invalid"),
        ({"Upload_Offset": "٣"}, 400, "invalid"),
        ({"Upload_Offset": "9" * 30}, 400, "invalid"),
        ({"Tus_Resumable": ""}, 412, "unknown_version"),
        ({"Tus_Resumable": "0.2.2"}, 412, "unknown_version"),
        ({"Upload_Checksum": "md5 AAAA"}, 400, "unknown_checksum"),
        ({"Upload_Checksum": "sha1 not-base64!"}, 400, "invalid"),
    ],
    ids=str,
)
def test_wrong_headers_are_refused(
    edge: EdgeProcess, headers: dict[str, str], status: int, code: str
) -> None:
    tus = Tus(edge, 1000)
    given = {"Content_Type": PIECE, "Upload_Offset": "0"} | headers
    encoded = {name: value.encode() for name, value in given.items()}
    answer = tus.ask("PATCH", content(1000), **encoded)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"type", "code", "message", "errors"}
    assert tus.offset() == 0


def test_a_body_without_its_length_is_refused(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    answer = tus.patch(iter([content(1000)]), 0)
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_checksum_proves_a_piece(edge: EdgeProcess, algorithm: str) -> None:
    whole = content(2 * MB)
    tus = Tus(edge, len(whole))
    right = base64.b64encode(hashlib.new(algorithm, whole[:MB]).digest()).decode()
    good = tus.patch(whole[:MB], 0, Upload_Checksum=f"{algorithm} {right}")
    assert good.status_code == 204
    bad = tus.patch(whole[MB:], MB, Upload_Checksum=f"{algorithm} {right}")
    assert (bad.status_code, bad.json()["code"]) == (460, "checksum_mismatch")
    assert tus.offset() == MB
    assert tus.stored() == whole[:MB]


def test_termination_removes_it(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    tus.patch(content(500), 0)
    assert tus.ask("DELETE").status_code == 204
    assert not tus.spool.part(tus.id).exists()
    for answer in (tus.head(), tus.patch(b"x", 500), tus.ask("DELETE")):
        assert answer.status_code == 410


def test_method_may_be_overridden(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    fields = {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": "0", "Content_Type": PIECE}
    assert tus.ask("POST", content(1000), **fields).status_code == 204
    assert tus.ask("POST", b"").status_code == 405


def test_permits_are_looked_at(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    good = tus.path
    tus.path = good[:-3] + ("A" if good[-3] != "A" else "B") + good[-2:]
    assert tus.head().status_code == 403
    grant = UploadGrant(tus.id, "t", "m", 1000, "a.mp4", int(time.time()) + 999)
    tus.path = upload_path(grant, secret=SECRET, seconds=1, now=time.time() - 7200)
    assert tus.patch(content(1000), 0).status_code == 410
    assert tus.patch(content(1000), 0).json()["code"] == "lapsed"


def test_expired_upload_is_gone(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000, expires_at=int(time.time()) - 1)
    assert tus.patch(content(1000), 0).status_code == 410


def test_unknown_upload_is_not_found(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    tus.spool.forget(tus.id)
    assert tus.head().status_code == 404
    assert tus.patch(content(1000), 0).status_code == 404


def test_whole_upload_still_tells_its_length_once_it_has_moved(edge: EdgeProcess) -> None:
    """Whoever missed the last answer must not send everything again."""
    tus = Tus(edge, 1000)
    tus.patch(content(1000), 0)
    assert tus.patch(b"", 1000).status_code == 204
    tus.spool.end(tus.id, End(WHOLE))
    assert tus.offset() == 1000
    assert tus.patch(b"x", 1000).status_code == 410


@pytest.mark.parametrize(
    "head",
    [b"#EXTM3U\n", b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"ffconcat version 1.0\n"],
)
def test_what_is_no_video_is_refused_within_the_first_megabyte(
    edge: EdgeProcess, head: bytes
) -> None:
    tus = Tus(edge, 50 * MB)
    answer = tus.patch(head + bytes(MB), 0)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_a_video")
    assert "video" in answer.json()["message"]
    assert not tus.spool.part(tus.id).exists()
    end = tus.spool.end_of(tus.id)
    assert end is not None and (end.state, end.code) == (REFUSED, "not_a_video")
    assert tus.head().status_code == 410


def test_small_file_that_is_no_video_is_refused(edge: EdgeProcess) -> None:
    tus = Tus(edge, 11)
    assert tus.patch(b"hello", 0).status_code == 204
    assert tus.patch(b" world", 5).status_code == 415


def _begin(tus: Tus, announced: int, sent: bytes) -> socket.socket:
    """A sender that announces more than it has sent so far."""
    host, port = tus.address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=20)
    head = f"PATCH {tus.path} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
    connection.sendall(
        f"{head}Content-Type: {PIECE}\r\nContent-Length: {announced}\r\n\r\n".encode()
    )
    connection.sendall(sent)
    return connection


def test_second_writer_waits_until_the_first_is_gone(edge: EdgeProcess) -> None:
    whole = content(4 * MB)
    tus = Tus(edge, len(whole))
    first = _begin(tus, len(whole), whole[: 2 * MB])
    wait_for(lambda: (tus.spool.length(tus.id) or 0) >= MB)
    busy = tus.patch(whole[MB:], MB)
    assert (busy.status_code, busy.headers["Retry-After"]) == (423, "1")
    first.close()
    wait_for(lambda: tus.patch(whole[tus.offset() :], tus.offset()).status_code == 204)
    assert tus.stored() == whole


def test_silent_sender_is_taken_for_gone(tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = content(4 * MB)
    with run_edge(tmp_path_factory.mktemp("silent"), UPLOAD_SILENCE_SECONDS="1") as edge:
        tus = Tus(edge, len(whole))
        with _begin(tus, len(whole), whole[: 2 * MB]) as silent:
            assert silent.recv(100).startswith(b"HTTP/1.1 408")
            assert tus.offset() == 2 * MB
            assert tus.patch(whole[2 * MB :], 2 * MB).status_code == 204
        assert tus.stored() == whole


def test_what_came_before_the_sender_hung_up_stays(edge: EdgeProcess) -> None:
    whole = content(3 * MB)
    tus = Tus(edge, len(whole))
    _begin(tus, len(whole), whole[: 2 * MB + 5]).close()
    wait_for(lambda: tus.offset() == 2 * MB + 5)
    assert tus.patch(whole[2 * MB + 5 :], 2 * MB + 5).status_code == 204
    assert tus.stored() == whole


def test_unproven_half_of_a_piece_does_not_count(edge: EdgeProcess) -> None:
    whole = content(3 * MB)
    tus = Tus(edge, len(whole))
    digest = base64.b64encode(hashlib.sha256(whole).digest()).decode()
    host, port = tus.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = f"PATCH {tus.path} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\n"
        rest = f"Upload-Offset: 0\r\nContent-Type: {PIECE}\r\nContent-Length: {len(whole)}\r\n"
        connection.sendall(f"{head}{rest}Upload-Checksum: sha256 {digest}\r\n\r\n".encode())
        connection.sendall(whole[: 2 * MB])
        wait_for(lambda: tus.spool.part(tus.id).stat().st_size >= MB)
        assert tus.offset() == 0
    wait_for(lambda: tus.spool.part(tus.id).stat().st_size == 0)
    assert tus.patch(whole, 0).status_code == 204


def test_killed_edge_keeps_what_came(edge: EdgeProcess) -> None:
    whole = content(6 * MB)
    tus = Tus(edge, len(whole))
    sender = _begin(tus, len(whole), whole[: 5 * MB])
    wait_for(lambda: (tus.spool.length(tus.id) or 0) >= 3 * MB)
    edge.kill_and_restart()
    sender.close()
    offset = tus.offset()
    assert offset >= 3 * MB
    assert tus.patch(whole[offset:], offset).status_code == 204
    assert hashlib.sha256(tus.stored()).digest() == hashlib.sha256(whole).digest()


def test_pages_of_the_desk_may_send_from_script(edge: EdgeProcess) -> None:
    tus = Tus(edge, 1000)
    asked = {
        "Origin": ORIGIN,
        "Access_Control_Request_Method": "PATCH",
        "Access_Control_Request_Headers": "tus-resumable,upload-offset,content-type",
    }
    preflight = tus.ask("OPTIONS", **asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    answer = tus.patch(content(1000), 0, Origin=ORIGIN)
    assert "Upload-Offset" in answer.headers["Access-Control-Expose-Headers"]
    assert (
        "Access-Control-Allow-Origin" not in tus.ask("HEAD", Origin="http://evil.example").headers
    )


def test_no_room_is_told_before_a_byte_is_taken(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with run_edge(tmp_path_factory.mktemp("full"), MIN_FREE_BYTES=str(10**15)) as full:
        tus = Tus(full, 1000)
        answer = tus.patch(content(1000), 0)
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
        assert tus.offset() == 0
