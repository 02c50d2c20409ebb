"""Servers of the tus protocol to be measured: ours, and two from registries in a folder of ours.

Ours holds what it acknowledges on the disk. The others acknowledge before that, so whoever measures
them has to ask the disk afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import desk
from config.local.errors import StartError
from config.local.install import npm_command
from edge.spool import Spool
from edge.upload_tokens import UploadGrant, upload_path

SECRET = "a secret of the benchmarks"  # noqa: S105
NODE_VERSIONS = ("@tus/server@2.4.5", "@tus/file-store@2.1.1")
PYTHON_VERSIONS = ("tuspyserver==4.4.3", "uvicorn==0.54.0")
NODE_PROGRAM = """
import {Server} from '@tus/server'; import {FileStore} from '@tus/file-store';
const [folder, port] = process.argv.slice(2);
new Server({path: '/files', datastore: new FileStore({directory: folder})})
  .listen({host: '127.0.0.1', port: Number(port)});
"""
PYTHON_PROGRAM = """
import sys, uvicorn
from fastapi import FastAPI
from tuspyserver import create_tus_router
app = FastAPI()
app.include_router(create_tus_router(prefix="files", files_dir=sys.argv[1]))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


class PeerMissingError(Exception):
    """It cannot be installed here."""


@dataclass(frozen=True)
class Server:
    """`create` makes an upload of so many bytes and returns the path that takes them."""

    name: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    create: Callable[[int], str]
    is_durable: bool


@contextmanager
def our_edge(folder: Path) -> Iterator[Server]:
    port = desk.free_port()
    words = ("--interface", "asgi", "--port", str(port), "--workers", "1", "--no-ws")
    granian = str(Path(sys.executable).with_name("granian"))
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": SECRET,
        "UPLOAD_DIR": str(folder),
        "MEDIA_ROOT": str(folder),
        "MIN_FREE_BYTES": "0",
    }
    spool = Spool(folder)

    def create(size: int) -> str:
        name = str(uuid.uuid4())
        spool.create(name)
        grant = UploadGrant(name, "team", "member", size, "film.mp4", int(time.time()) + 86_400)
        return upload_path(grant, secret=SECRET, seconds=86_400)

    command = [granian, *words, "--log-level", "error", "edge.app:app"]
    with _running(command, environment, port, "/health/live") as process:
        yield Server("edge", port, folder, process, create, is_durable=True)


@contextmanager
def node_server(folder: Path) -> Iterator[Server]:
    home = folder.with_name("node-server")
    node, npm, *quiet = npm_command(Path(sys.prefix))
    home.mkdir(exist_ok=True)
    words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(home)]
    _install([node, npm, *quiet, *words, "--cache", str(home / "cache"), *NODE_VERSIONS])
    program = home / "server.mjs"
    program.write_text(NODE_PROGRAM)
    with _peer("@tus/server", [node, str(program)], folder, {}) as server:
        yield server


@contextmanager
def python_server(folder: Path) -> Iterator[Server]:
    home = folder.with_name("python-server")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _install([*pip, "--target", str(home), *PYTHON_VERSIONS])
    program = home / "server.py"
    program.write_text(PYTHON_PROGRAM)
    words = [sys.executable, str(program)]
    with _peer("tuspyserver", words, folder, {"PYTHONPATH": str(home)}) as server:
        yield server


@contextmanager
def _peer(
    name: str, words: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[Server]:
    port = desk.free_port()

    def create(size: int) -> str:
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size)}
        url = f"http://127.0.0.1:{port}/files"
        answer = httpx.post(url, headers=headers, follow_redirects=True, trust_env=False)
        return httpx.URL(answer.headers["Location"]).raw_path.decode()

    environment = {"PATH": os.environ["PATH"], **environment}
    with _running([*words, str(folder), str(port)], environment, port, "/") as process:
        yield Server(name, port, folder, process, create, is_durable=False)


def _install(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=180)
    except (OSError, subprocess.TimeoutExpired, StartError) as error:
        raise PeerMissingError(type(error).__name__) from None
    if done.returncode:
        raise PeerMissingError("its registry did not give it")


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=desk.HOUSE, env=environment)
    try:
        _await_answer(f"http://127.0.0.1:{port}{path}")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await_answer(url: str) -> None:
    deadline = time.monotonic() + desk.START_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(url, trust_env=False)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("The server did not answer.")
