"""How many callbacks came without a signature: a number for whoever watches the machine.

Such a delivery costs nobody a look at the database, and no row. Each process counts in memory and
adds to one small file, which all processes of this machine share, at most once a second.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from pathlib import Path

from django.conf import settings

WRITTEN_EVERY = 1.0
LONGEST_NUMBER = 20  # characters

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_uncounted = 0
_written_at = 0.0


def note_unsigned() -> None:
    """Counts one; what comes within the next second is written with the first one after it."""
    global _uncounted, _written_at
    with _lock:
        _uncounted += 1
        if time.monotonic() - _written_at < WRITTEN_EVERY:
            return
        _written_at = time.monotonic()
        count, _uncounted = _uncounted, 0
    try:
        _add(count)
    except OSError as error:
        # A full disk must not answer for the callback: these few are lost.
        logger.warning("unsigned callbacks could not be counted: %s", type(error).__name__)


def count_unsigned() -> int:
    """Ever, on this machine; the newest few of other processes may be missing."""
    try:
        stored = _number(_path().read_bytes())
    except OSError:
        stored = 0
    with _lock:
        return stored + _uncounted


def _path() -> Path:
    return Path(settings.DATA_DIR) / "run" / "unsigned_callbacks"


def _add(count: int) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        total = _number(os.pread(file, LONGEST_NUMBER, 0)) + count
        # It only grows, so nothing of the former number is left behind it.
        os.pwrite(file, str(total).encode(), 0)
    finally:
        os.close(file)


def _number(text: bytes) -> int:
    """Nothing, or nonsense, counts as none."""
    return int(text) if text.isdigit() else 0
