from __future__ import annotations

import io
import json
import random
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.errors import ApiError
from sandbox.web.http import BodyReader
from sandbox.web.multipart import Form, read_form
from tests.sandbox.client import Client, new_asset
from tests.sandbox_process import KEY, SandboxHandle, run_sandbox

BOUNDARY = "edge-of-the-part"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def form_body(*parts: tuple[str, str, bytes]) -> bytes:
    """Parts of (field, file name or nothing, content)."""
    body = b""
    for name, file_name, content in parts:
        file = f'; filename="{file_name}"' if file_name else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def parse(body: bytes, folder: Path, *, limit: int = 1 << 20) -> Form:
    return read_form(
        BodyReader(io.BytesIO(body), len(body)),
        CONTENT_TYPE,
        file_parts=("file",),
        folder=folder,
        max_file_bytes=limit,
    )


def test_a_form_is_taken_apart_whatever_its_files_contain(tmp_path: Path) -> None:
    tricky = random.Random(1).randbytes(700_000) + f"\r\n--{BOUNDARY[:-1]}\r\n--".encode() * 3
    form = parse(form_body(("data", "", b"{}"), ("file", "a/b.mp4", tricky)), tmp_path)
    assert form.fields == {"data": b"{}"}
    file = form.files["file"]
    assert Path(file.path).read_bytes() == tricky
    assert (file.size, file.name) == (len(tricky), "b.mp4")


@pytest.mark.parametrize("size", [0, 1, 262_100, 262_144, 262_160])
def test_boundaries_may_fall_anywhere(tmp_path: Path, size: int) -> None:
    form = parse(form_body(("file", "v", b"x" * size), ("data", "", b"{}")), tmp_path)
    assert form.files["file"].size == size
    assert form.fields == {"data": b"{}"}


def test_a_file_over_the_limit_is_counted_but_not_kept(tmp_path: Path) -> None:
    form = parse(form_body(("file", "v", b"x" * 5000)), tmp_path, limit=100)
    assert form.files["file"].size == 5000
    assert Path(form.files["file"].path).stat().st_size == 101


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[:-40],
        lambda body: body.replace(b"Content-Disposition", b"Content-Nothing"),
        lambda body: body.replace(b'name="file"; ', b""),
        lambda body: body.replace(b"\r\n\r\n", b"\r\n" + b"a" * 40_000, 1),
        lambda body: b"no boundary at all",
        lambda body: body.replace(f"--{BOUNDARY}\r\n".encode(), f"--{BOUNDARY}xx".encode()),
    ],
)
def test_a_damaged_form_is_refused_and_leaves_no_file(tmp_path: Path, damage) -> None:
    body = damage(form_body(("file", "v.mp4", b"x" * 100), ("data", "", b"{}")))
    with pytest.raises(ApiError) as refused:
        parse(body, tmp_path)
    assert refused.value.status == 400
    assert list(tmp_path.iterdir()) == []


def stored_files(sandbox: SandboxHandle) -> set[Path]:
    return set((sandbox.data_dir / "media").iterdir())


def test_an_upload_needs_data_and_file(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as handle:
        client = Client(handle)
        right = json.dumps(new_asset()).encode()
        for body, says in (
            (form_body(("file", "v.mp4", b"x")), "data"),
            (form_body(("data", "", b"{"), ("file", "v.mp4", b"x")), "JSON"),
            (form_body(("data", "", right)), "file"),
            (form_body(("data", "", b'{"locale": "xx"}'), ("file", "v", b"x")), "locale"),
        ):
            answer = httpx.post(
                f"{handle.url}/v1/assets/upload",
                content=body,
                headers={"Authorization": f"Bearer {KEY}", "Content-Type": CONTENT_TYPE},
            )
            assert answer.status_code == 400
            assert says in answer.json()["detail"]
        assert stored_files(handle) == set()
        assert client.get("/v1/assets/")["total"] == 0
        plain = client.post("/v1/assets/upload", new_asset())
        assert plain.status_code == 400


def send_raw(sandbox: SandboxHandle, head: str, body: bytes) -> bytes:
    """Sends, says that nothing more comes, and reads the answer."""
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0)) as connection:
        connection.settimeout(10)
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
        return answer


def test_a_body_shorter_than_announced_is_refused(sandbox: SandboxHandle) -> None:
    before = stored_files(sandbox), Client(sandbox).get("/v1/assets/")["total"]
    body = form_body(("data", "", json.dumps(new_asset()).encode()), ("file", "v", b"x" * 9000))
    head = (
        "POST /v1/assets/upload HTTP/1.1\nHost: sandbox\n"
        f"Authorization: Bearer {KEY}\nContent-Type: {CONTENT_TYPE}\n"
        f"Content-Length: {len(body)}\n"
    )
    answer = send_raw(sandbox, head, body[:5000])
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert b"too soon" in answer
    assert (stored_files(sandbox), Client(sandbox).get("/v1/assets/")["total"]) == before


@pytest.mark.parametrize(
    ("line", "status"),
    [("Transfer-Encoding: chunked", b"411"), ("Content-Length: many", b"400")],
)
def test_a_body_without_a_plain_length_is_refused(
    sandbox: SandboxHandle, line: str, status: bytes
) -> None:
    head = f"POST /v1/assets/ HTTP/1.1\nHost: sandbox\n{line}\n"
    answer = send_raw(sandbox, head, b"0\r\n\r\n")
    assert status in answer.partition(b"\r\n")[0]
    assert b'"detail"' in answer


def test_a_refused_upload_still_gets_its_answer(sandbox: SandboxHandle) -> None:
    answer = Client(sandbox, "panjaya-wrong").request(
        "POST", "/v1/assets/upload", files={"file": ("v.mp4", b"x" * 20_000_000)}
    )
    assert answer.status_code == 401


def test_a_large_upload_leaves_memory_flat(sandbox: SandboxHandle, tmp_path: Path) -> None:
    client = Client(sandbox)
    client.get("/v1/assets/")
    before = peak_memory(sandbox)
    file = tmp_path / "large.mp4"
    file.write_bytes(b"x" * 100_000_000)
    assert client.upload(file, new_asset()).status_code == 201
    assert peak_memory(sandbox) - before < 16_000_000


def peak_memory(sandbox: SandboxHandle) -> int:
    """Bytes."""
    lines = Path(f"/proc/{sandbox.process.pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
