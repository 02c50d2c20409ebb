"""What web's memory does while a 2 GiB file comes in by the vendor's own multipart form."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from django.core.management import call_command

from accounts.models import Team
from benchmarks import desk
from tests.builders import connection_of, make_api_key

SIZE = 2 * 1024**3
CHUNK = 1024 * 1024
BOUNDARY = "dubdesk-benchmark"


def run() -> Iterator[tuple[str, str]]:
    desk.prepare_database()
    call_command("prepare_studio", verbosity=0)
    token = _api_token()
    with desk.web_process() as web:
        # One small request per worker first, so that imports do not count as the upload's memory.
        for _ in range(8):
            _post(web, token, size=CHUNK)
        workers = desk.family(web.process.pid)[1:]
        idle = {pid: desk.peak_memory(pid) for pid in workers}
        began = time.perf_counter()
        answer = _post(web, token, size=SIZE)
        seconds = time.perf_counter() - began
        growth = max(desk.peak_memory(pid) - idle[pid] for pid in workers)
    floor = _raw_write()
    yield "answer to 2 GiB of zeros (not a video)", f"{answer.status_code} {_code(answer)}"
    yield "received at", f"{SIZE / seconds / 1e6:.0f} MB/s"
    yield "a bare write of the same size and fsync", f"{SIZE / floor / 1e6:.0f} MB/s"
    yield "web's peak memory above idle, worst process", f"{growth / 1024**2:.1f} MiB"


def _code(answer: httpx.Response) -> str:
    return ", ".join(error["code"] for error in answer.json().get("errors", []))


def _api_token() -> str:
    team = Team.objects.get(slug="studio")
    connection_of(team)
    return make_api_key(team)[1]


def _post(web: desk.Web, token: str, *, size: int) -> httpx.Response:
    data = json.dumps({"locale": "en-US", "languages": [{"locale": "de-DE"}]})
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="data"\r\n\r\n{data}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="zeros.mp4"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(size // CHUNK):
            yield b"\0" * CHUNK
        yield tail

    return httpx.post(
        f"{web.url}/api/v1/assets/",
        content=body(),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + size + len(tail)),
        },
        timeout=600,
    )


def _raw_write() -> float:
    with tempfile.NamedTemporaryFile(dir=Path(os.environ["DUBDESK_DATA_DIR"])) as file:
        began = time.perf_counter()
        for _ in range(SIZE // CHUNK):
            file.write(b"\0" * CHUNK)
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - began
