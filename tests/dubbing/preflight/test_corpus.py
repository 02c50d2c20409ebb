"""No file makes a probe read another one, call anybody, or take more than its share."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dubbing.media.limits import BARE_ENVIRONMENT, PROBE_CPU_SECONDS, ROOT
from tests.dubbing.preflight.corpus import CORPUS, FINE, HOLE_BYTES, SPARSE, Place, video
from tests.dubbing.preflight.opened_files import watched

MOST_BYTES = 256 << 20
# Of those that pass, where a later step might be led astray.
LISTENED = (
    "playlist in.avi",
    "playlist behind.mp4",
    "pictures elsewhere.mp4",
    "pictures remote.mp4",
    "timescale.mp4",
    "dimensions.mp4",
    "cut.ts",
)
WORKER = [sys.executable, "-E", "-s", "-m", "dubbing.media.worker"]


@dataclass(frozen=True)
class Run:
    """What a worker said, and what it took."""

    code: str
    message: str
    cpu_seconds: float
    most_bytes: int


# Between us and the worker: a process is billed for what it was before it became another program,
# and by then this one may be large.
BILLED = """
import json, os, subprocess, sys
worker = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, bill = os.wait4(worker.pid, 0)
ended = os.waitstatus_to_exitcode(status)
sys.stderr.write(json.dumps([ended, bill.ru_utime + bill.ru_stime, bill.ru_maxrss * 1024]))
"""


def run_worker(command: str, path: Path, *rest: str) -> Run:
    """As `dubbing.media.limits` does it, with its bill."""
    told = subprocess.run(
        [sys.executable, "-c", BILLED, *WORKER, command, str(path), *rest],
        cwd=ROOT,
        env=BARE_ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    ended, cpu, most = json.loads(told.stderr)
    if ended:
        return Run("stopped", f"ended with {ended}", cpu, most)
    if not told.stdout.startswith(b"{"):
        return Run(FINE, "", cpu, most)
    error = json.loads(told.stdout).get("error", {"code": FINE, "message": ""})
    return Run(error["code"], error["message"], cpu, most)


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """With a decoy beside it and traps that nobody may call."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as letters,
    ):
        port = listener.getsockname()[1]
        letters.bind(("127.0.0.1", port))
        letters.setblocking(False)
        listener.setblocking(False)
        decoy = tmp_path / "decoy.ts"
        decoy.write_bytes(video("ts"))
        yield Place(tmp_path / request.node.callspec.params["name"], decoy, port)
        for trap in (listener.accept, lambda: letters.recv(99)):
            with pytest.raises(BlockingIOError):
                trap()


def check(run: Run, code: str) -> None:
    assert run.cpu_seconds < PROBE_CPU_SECONDS
    assert run.most_bytes < MOST_BYTES
    assert run.code == code, run.message
    if code:
        assert 20 < len(run.message) < 200


@pytest.mark.parametrize("name", CORPUS)
def test_bad_file_has_a_verdict_and_stays_in_its_place(name: str, place: Place) -> None:
    code, make = CORPUS[name]
    place.path.write_bytes(make(place))
    if code == "file_empty":
        assert place.path.stat().st_size == 0  # refused before a worker is started
        return
    with watched(place.path.parent) as opened:
        run = run_worker("probe", place.path)
    check(run, code)
    assert opened == {place.path.name}


@pytest.mark.parametrize("name", SPARSE)
def test_hole_of_eight_gigabytes_is_no_burden(name: str, place: Place) -> None:
    code, make = SPARSE[name]
    with place.path.open("wb") as file:
        file.write(make(place))
        file.truncate(HOLE_BYTES)
    check(run_worker("probe", place.path), code)


@pytest.mark.parametrize("name", LISTENED)
def test_what_passes_is_listened_to_and_pictured_within_the_same_bounds(
    name: str, place: Place
) -> None:
    place.path.write_bytes(CORPUS[name][1](place))
    for command, *rest in (["sound"], ["strip", "12"]):
        with watched(place.path.parent) as opened:
            run = run_worker(command, place.path, *rest)
        assert (run.cpu_seconds < PROBE_CPU_SECONDS, run.most_bytes < MOST_BYTES) == (True, True)
        assert run.code in (FINE, "no_audio_stream")
        assert opened == {place.path.name}
