"""A few real files, and as many names for them as there are rows.

Each row has a file of its own, as always; on the disk they are hard links to one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from config.storage import store
from dubbing.demo.pictures import draw_posters
from dubbing.media import MediaFacts, probe_media, sha256_of

SAMPLE_SECONDS = 120


@dataclass(frozen=True)
class Piece:
    """A short film that stands for many."""

    path: Path
    size: int
    sha256: str
    facts: MediaFacts


class Shelf:
    """Where a team's files lie."""

    def __init__(self, team_id: uuid.UUID, pieces: dict[str, Piece], posters: list[Path]) -> None:
        self._team_id = team_id
        self._pieces = pieces
        self._posters = posters

    def piece(self, locale: str) -> Piece:
        """In that language, or another one: there are only a few."""
        language = locale.partition("-")[0]
        return self._pieces.get(language) or self._pieces["en"]

    def put_piece(self, locale: str, *names: str) -> str:
        return self._put(self.piece(locale).path, *names)

    def put_poster(self, number: int, *names: str) -> str:
        return self._put(self._posters[number % len(self._posters)], *names)

    def _put(self, source: Path, *names: str) -> str:
        name = "/".join((str(self._team_id), *names))
        target = Path(settings.MEDIA_ROOT) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(source, target)
        return name


def open_shelf(team_id: uuid.UUID) -> Shelf:
    """Raises ValidationError where files lie in a bucket: thousands of copies would travel."""
    if not store().is_local:
        raise ValidationError("Demo data needs the desk’s files on its own disk, not in a bucket.")
    folder = settings.DATA_DIR / "run" / "demo-pieces"
    if not folder.exists():
        _make_pieces(folder)
    pieces = {path.stem.partition("-")[0]: _piece(path) for path in folder.glob("*.mp4")}
    return Shelf(team_id, pieces, sorted(folder.glob("*.jpg")))


def _make_pieces(folder: Path) -> None:
    """Once; whoever makes them at the same moment makes the same ones."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        unfinished = Path(name) / folder.name
        # Its own program: the desk knows nothing of what the sandbox is made of.
        subprocess.run(
            [sys.executable, "-m", "sandbox.sample", "--short", str(unfinished)],
            check=True,
            capture_output=True,
            cwd=settings.BASE_DIR,
            timeout=SAMPLE_SECONDS,
        )
        draw_posters(unfinished)
        for path in unfinished.iterdir():
            path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        with suppress(OSError):
            unfinished.rename(folder)


def clear_shelf(team_id: uuid.UUID) -> None:
    if store().is_local:
        shutil.rmtree(Path(settings.MEDIA_ROOT) / str(team_id), ignore_errors=True)


def _piece(path: Path) -> Piece:
    with path.open("rb") as file:
        digest = sha256_of(file)
    return Piece(path, path.stat().st_size, digest, probe_media(path))
