"""The inside of a media subprocess: limits first, then one task from stdin to stdout as JSON."""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.errors import MediaRefusedError

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Limits:
    """`wall_seconds` is kept by the parent, the rest by the kernel."""

    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    wall_seconds: float


def run_task(task: Callable[[Any], Any]) -> None:
    message = json.load(sys.stdin)
    impose(Limits(**message["limits"]))
    try:
        answer = {"result": task(message["request"])}
    except MediaRefusedError as error:
        answer = {"refused": {"code": error.code, "message": error.message}}
    json.dump(answer, sys.stdout)


def impose(limits: Limits) -> None:
    die_with_parent()
    for kind, value in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def die_with_parent() -> None:
    """A sandbox that is killed outright must not leave a film being made behind it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
