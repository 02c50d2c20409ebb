from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from config.storage import store
from dubbing.models import SheetImport


@contextmanager
def sheet_on_disk(sheet: SheetImport) -> Iterator[Path]:
    """A copy that the reading subprocess can open, wherever the storage is."""
    with store().open_stream(sheet.file.name) as (stream, _), on_disk(stream) as path:
        yield path


@contextmanager
def on_disk(stream: IO[Any]) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".sheet")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(stream, target)
        yield path
    finally:
        path.unlink(missing_ok=True)
