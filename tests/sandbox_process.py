"""Runs the sandbox as the process it is, on a free port."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

KEY = "panjaya-sandbox"
_PROJECT = Path(__file__).resolve().parents[1]
_START_SECONDS = 15.0


@dataclass(frozen=True)
class SandboxHandle:
    url: str
    public_key_pem: bytes
    process: subprocess.Popen[bytes]
    data_dir: Path


@contextmanager
def run_sandbox(
    data_dir: Path,
    *,
    pace: float = 0,
    env: Mapping[str, str] | None = None,
    arguments: tuple[str, ...] = (),
) -> Iterator[SandboxHandle]:
    """Ends the process on the way out, by force if it does not end when asked."""
    process = start_sandbox(data_dir, pace=pace, env=env, arguments=arguments)
    try:
        url = _wait_until_ready(process)
        pem = httpx.get(f"{url}/sandbox/public-key.pem").content
        yield SandboxHandle(url, pem, process, data_dir)
    finally:
        end_sandbox(process)


def start_sandbox(
    data_dir: Path,
    *,
    pace: float = 0,
    env: Mapping[str, str] | None = None,
    arguments: tuple[str, ...] = (),
) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "sandbox", "--port", "0"),
            *("--data", str(data_dir), "--pace", str(pace), *arguments),
        ],
        cwd=_PROJECT,
        env={**clean, **(env or {})},
        stdout=subprocess.PIPE,
    )


def end_sandbox(process: subprocess.Popen[bytes]) -> int:
    process.terminate()
    try:
        return process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        if process.stdout:
            process.stdout.close()


def _wait_until_ready(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + _START_SECONDS
    line = b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise RuntimeError("the sandbox was not ready in time")
        byte = os.read(process.stdout.fileno(), 1)
        if not byte:
            raise RuntimeError(f"the sandbox ended with {process.wait()}")
        line += byte
    return line.decode().split()[-1]
