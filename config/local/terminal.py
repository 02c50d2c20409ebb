"""What the person at the keyboard reads: one line each, at once."""

from __future__ import annotations

import contextlib
import sys
from typing import TextIO


def say(line: str) -> None:
    _write(sys.stdout, line)


def complain(line: str) -> None:
    _write(sys.stderr, line)


def _write(stream: TextIO, line: str) -> None:
    # A terminal that was closed must not keep us from stopping everything in order.
    with contextlib.suppress(OSError):
        stream.write(f"{line}\n")
        stream.flush()
