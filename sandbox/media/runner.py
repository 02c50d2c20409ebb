"""Starts media subprocesses, waits for their answer, and ends them all when asked."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.errors import MediaRefusedError
from sandbox.media.worker import Limits
from sandbox.states import FailureCode

log = logging.getLogger(__name__)
_PROJECT = Path(__file__).resolve().parents[2]


class WorkerDiedError(Exception):
    """No answer: over a limit, killed, or a fault of ours. The text is for the log."""


class MediaRunner:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_stopped = False

    def run(self, module: str, request: dict[str, Any], limits: Limits) -> Any:
        """Raises MediaRefusedError as the worker did, WorkerDiedError when there is no answer."""
        message = json.dumps({"limits": asdict(limits), "request": request}).encode()
        process = self._start(module)
        try:
            output, errors = process.communicate(message, timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            raise WorkerDiedError(f"{module} took over {limits.wall_seconds:.0f} s") from None
        finally:
            self._end(process)
        if process.returncode != 0:
            tail = errors.decode(errors="replace")[-2000:]
            raise WorkerDiedError(f"{module} ended with {process.returncode}: {tail}")
        return _answer(output)

    def stop(self) -> None:
        with self._lock:
            self._is_stopped = True
            for process in self._running:
                _kill_group(process)

    def _start(self, module: str) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_stopped:
                raise WorkerDiedError("the sandbox is stopping")
            process = subprocess.Popen(
                [sys.executable, "-m", f"sandbox.media.{module}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
                # Its own group, so that its ffmpeg ends with it.
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running.discard(process)
            _kill_group(process)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _answer(output: bytes) -> Any:
    answer = json.loads(output)
    if "refused" in answer:
        refused = answer["refused"]
        raise MediaRefusedError(FailureCode(refused["code"]), refused["message"])
    return answer["result"]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(_PROJECT)}


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # Once waited for, the number may belong to somebody else.
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
