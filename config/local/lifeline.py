"""Ways for a process not to outlive the one that started it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def _prctl() -> Callable[[int, int], object]:
    if sys.platform != "linux":  # the other ways of stopping still work there
        return lambda option, value: None
    function = ctypes.CDLL(None, use_errno=True).prctl
    return lambda option, value: function(option, value, 0, 0, 0)


# Looked up once: after a fork nothing may be loaded any more.
prctl = _prctl()


def dies_with_parent(signal_number: int) -> Callable[[], None]:
    """For Popen's preexec_fn, which comes after the change of account that would undo it."""

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal_number)

    return ask_kernel


def adopt_orphans() -> None:
    """From now on, grandchildren whose parent died become our children."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").glob("*/children"):
        found += [int(word) for word in task.read_text().split()]
    return found
