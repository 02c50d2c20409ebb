"""Stamps: what a slow step was last done for, so that it is done again only when that changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def fingerprint(*parts: object) -> str:
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()


def content_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def state_of(files: Iterable[Path]) -> str:
    """Names, sizes and times: quick for thousands of files, and enough to see a change."""
    seen = [(str(path), path.stat()) for path in sorted(files)]
    return fingerprint(*((name, status.st_size, status.st_mtime_ns) for name, status in seen))


def is_stamped(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text() == value
    except OSError:
        return False


def put_stamp(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    draft.write_text(value)
    draft.replace(stamp)
