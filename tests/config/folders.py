from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """With a space in its path. Not pytest's own folder: below its 0700 root the server's account
    could not pass, and every test would try the way out for that."""
    home = Path(tempfile.mkdtemp(prefix="dub desk "))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home)
