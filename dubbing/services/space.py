"""Room on the disk: uploads stop before it ends, so that films that are paid for find a place."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from config.storage import store

STORAGE_FULL = "storage_full"
FULL = "The desk’s storage is full. Ask whoever runs it to make room, then send it again."


def free_bytes() -> int:
    """Where videos and films lie, or, with a bucket, where bodies wait for it. Raises OSError."""
    folder = Path(settings.MEDIA_ROOT if store().is_local else settings.FILE_UPLOAD_TEMP_DIR)
    while not folder.exists():  # before the first upload
        folder = folder.parent
    return shutil.disk_usage(folder).free


def room_for(size: int) -> bool:
    """Whether `size` bytes more leave what is kept free; a bucket needs nothing kept."""
    reserve: int = settings.MIN_FREE_BYTES if store().is_local else 0
    return free_bytes() - size >= reserve


def check_room(*, field: str) -> None:
    """For what has arrived already, and lies on the same disk. Raises ValidationError."""
    if not room_for(0):
        raise ValidationError({field: ValidationError(FULL, code=STORAGE_FULL)})
