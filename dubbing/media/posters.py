from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

from dubbing.media.facts import NotMediaError
from dubbing.media.limits import STRIP_WALL_SECONDS, run_worker
from dubbing.media.probing import require_file

JPEG_START = b"\xff\xd8"
STRIP_PICTURES = 12


def make_poster(path: Path, target: Path, *, at: Decimal | None) -> None:
    """Write a JPEG, at most 640 pixels wide, of the picture `at` seconds.

    Without `at`, of one near a tenth of the video that is not black. `target` appears whole or
    not at all. Raises NotMediaError as probing does.
    """
    require_file(path)
    moment = [] if at is None else [str(at)]
    _write_picture(run_worker("poster", str(path.absolute()), *moment), target)


def make_strip(path: Path, target: Path, *, count: int = STRIP_PICTURES) -> None:
    """Write a JPEG with `count` pictures from all over the video in one row, 160 pixels each."""
    require_file(path)
    video = str(path.absolute())
    _write_picture(run_worker("strip", video, str(count), wall_seconds=STRIP_WALL_SECONDS), target)


def _write_picture(answer: bytes, target: Path) -> None:
    if not answer.startswith(JPEG_START):
        raise NotMediaError(**json.loads(answer)["error"])
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(answer)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
