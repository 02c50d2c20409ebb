"""A program of ours run on somebody else's file: with limits, a bare environment and no
network protocol.
"""

from __future__ import annotations

import logging
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dubbing.media.facts import NotMediaError

logger = logging.getLogger(__name__)

# Only whole and probed files get a strip or are listened to: two hours take 30 seconds of CPU,
# and a busy machine may need many times that on the clock.
PROBE_CPU_SECONDS = 5
POSTER_CPU_SECONDS = 10
STRIP_CPU_SECONDS = 30
SOUND_CPU_SECONDS = 240
WALL_SECONDS = 30
STRIP_WALL_SECONDS = 120
SOUND_WALL_SECONDS = 1200
PATIENCE_SECONDS = 2.0
# Address space: the libraries alone map 120 MiB. See `tests/dubbing/media` for what fits.
PROBE_BYTES = 256 << 20
POSTER_BYTES = 1 << 30
SOUND_BYTES = 256 << 20
MAX_WRITTEN_BYTES = 4 << 20
MAX_OPEN_FILES = 32
# No secret of ours within reach of a parser's bug. Libraries start no threads: the stacks of a
# machine with many processors would be more than the memory allowed.
BARE_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
ROOT = Path(__file__).resolve().parents[2]
TOO_LONG = "Checking this file takes longer than we allow. Export it anew as MP4 and try again."
CRASHED = (
    "The file is damaged, or reading it takes more memory than we allow. Export it anew as MP4 "
    "and try again."
)


def limit_this_process(*, memory_bytes: int, cpu_seconds: int = PROBE_CPU_SECONDS) -> None:
    """Called by the worker before it opens the file; what it starts inherits the limits."""
    # One second between the signal and the kill, so that the signal names the cause.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    for which, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, MAX_WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (limit, limit))


def run_worker(
    *arguments: str,
    wall_seconds: float = WALL_SECONDS,
    while_waiting: Callable[[], object] | None = None,
) -> bytes:
    """What `python -m dubbing.media.worker` prints. Raises NotMediaError if it was stopped."""
    worker = [sys.executable, "-E", "-s", "-m", "dubbing.media.worker", *arguments]
    return run_limited(worker, wall_seconds=wall_seconds, while_waiting=while_waiting)


def run_limited(
    command: list[str],
    *,
    wall_seconds: float = WALL_SECONDS,
    while_waiting: Callable[[], object] | None = None,
) -> bytes:
    """The program's output; it limits its own memory. Raises NotMediaError if it was stopped.

    `while_waiting` is called every few seconds, to keep a claim alive.
    """
    worker = subprocess.Popen(
        command,
        cwd=ROOT,
        env=BARE_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        output, said = _awaited(worker, time.monotonic() + wall_seconds, while_waiting)
    except BaseException:
        worker.kill()
        worker.communicate()
        raise
    if worker.returncode:
        raise _stopped(worker.returncode, said)
    return output


def _awaited(
    worker: subprocess.Popen[bytes], deadline: float, while_waiting: Callable[[], object] | None
) -> tuple[bytes, bytes]:
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise NotMediaError(TOO_LONG, "too_long_to_probe")
        try:
            return worker.communicate(timeout=min(left, PATIENCE_SECONDS))
        except subprocess.TimeoutExpired:
            if while_waiting:
                while_waiting()


def _stopped(code: int, said: bytes) -> NotMediaError:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return NotMediaError(TOO_LONG, "too_long_to_probe")
    logger.warning(
        "The media worker ended with %s: %s", code, said[-2000:].decode(errors="replace")
    )
    # Lack of memory ends so too where a library does not look at what it was given.
    return NotMediaError(CRASHED, "not_a_video")
