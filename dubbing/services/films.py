"""Finished films become ours: fetched at once, measured, checksummed, probed, then kept."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import timezone

from accounts.scoping import team_atomic
from accounts.sealing import SealError
from dubbing.media import MediaFacts, NotMediaError, probe_media, sums_of
from dubbing.models import Film, Version
from dubbing.remote.client import RemoteClient
from dubbing.remote.errors import RemoteError
from dubbing.services import money
from dubbing.services.asset_rows import lock_asset, touch_asset
from dubbing.services.budget import count_look
from dubbing.services.clients import client_for
from dubbing.services.clock import Lease, database_now, lease_from
from dubbing.services.history import record_change
from dubbing.services.posters import make_film_poster
from dubbing.states import Cause, FilmState, VersionStatus

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)


class MovableFile(File):  # type: ignore[type-arg]
    """A finished file on disk: file system storage renames it into place instead of copying.

    A bucket reads it, which may take long: `keep_lease` is called meanwhile.
    """

    def __init__(self, path: Path, keep_lease: Callable[[], None]) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path
        self._keep_lease = keep_lease

    def temporary_file_path(self) -> str:
        return str(self._path)

    def read(self, size: int = -1) -> bytes:
        self._keep_lease()
        return bytes(self.file.read(size))  # type: ignore[union-attr]


class _LeasedTarget:
    """Writes to a file and keeps the claim alive while a long film comes in."""

    def __init__(self, file: Any, keep_lease: Callable[[], None]) -> None:
        self._file = file
        self._keep_lease = keep_lease

    def write(self, data: bytes) -> int:
        self._keep_lease()
        return int(self._file.write(data))


def archive_film(*, film_id: uuid.UUID) -> None:
    """One attempt to bring the film home; ends quietly when another worker has it."""
    film = _claim(film_id, database_now())
    if film is None:
        return
    if film.version.status != VersionStatus.COMPLETED:
        _give_up(film, "It was reopened at Panjaya before our copy was made.")
        return
    try:
        client = client_for(film.version.asset.connection)
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            path = Path(folder) / "film.mp4"
            facts = _fetch(client, film, path)
            _keep(film, path, facts)
    except (RemoteError, SealError, NotMediaError) as error:
        _try_later(film, str(error))
    except OSError as error:
        logger.error("film %s could not be stored: %s", film.pk, error.strerror or error)
        _try_later(film, why_not_stored(error))


def why_not_stored(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The desk’s disk is full. Once there is room again, the film is copied by itself."
    reason = error.strerror or type(error).__name__
    return f"The desk’s own storage did not take the film: {reason}. It is tried again by itself."


def _claim(film_id: uuid.UUID, now: datetime) -> Film | None:
    with team_atomic():
        film: Film | None = (
            Film.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("version__asset__connection", "version__dubbing")
            .filter(pk=film_id)
            .first()
        )
        if film is not None:
            film.attempts += 1
            film.lease_until = lease_from(now)
            film.save(update_fields=["attempts", "lease_until"])
    return film


def _lease_of(film: Film) -> Lease:
    mine = Film.objects.filter(pk=film.pk, attempts=film.attempts)
    return Lease(lambda until: mine.update(lease_until=until))


def _fetch(client: RemoteClient, film: Film, path: Path) -> MediaFacts:
    count_look(film.version.asset.connection)
    url = client.get_version(film.version.remote_id).result_url
    if not url:
        raise RemoteError("Panjaya tells no link to the film yet.")
    with path.open("wb") as file:
        client.download(url, _LeasedTarget(file, _lease_of(film).keep))  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    return probe_media(path)


def _keep(film: Film, path: Path, facts: MediaFacts) -> None:
    asset = film.version.asset
    with path.open("rb") as file:
        sums = sums_of(file)
    size = path.stat().st_size
    has_new_poster = make_film_poster(asset=asset, film=path)
    with MovableFile(path, _lease_of(film).keep) as content:
        film.file.save(f"{film.id}.mp4", content, save=False)
    with team_atomic():
        locked = lock_asset(film.asset_id)
        kept = Film.objects.filter(pk=film.pk, attempts=film.attempts, state=FilmState.WANTED)
        stored = kept.update(
            state=FilmState.STORED,
            file=film.file.name,
            size=size,
            sha256=sums.sha256,
            crc32=sums.crc32,
            duration_seconds=facts.duration,
            facts=facts.as_json(),
            stored_at=timezone.now(),
            lease_until=None,
            error_message="",
        )
        if stored:
            record_change(
                asset=locked,
                dubbing=film.version.dubbing,
                version=film.version,
                note="Film copied to our storage and checked",
                cause=Cause.DESK,
            )
            money.correct_dub(dubbing=film.version.dubbing, seconds=facts.duration)
        if stored or has_new_poster:
            touch_asset(locked)
    if not stored:
        film.file.storage.delete(film.file.name)


def _try_later(film: Film, reason: str) -> None:
    wait = min(FIRST_WAIT * 2 ** min(film.attempts, 10), LONGEST_WAIT)
    Film.objects.filter(pk=film.pk, attempts=film.attempts, state=FilmState.WANTED).update(
        lease_until=None, due_at=database_now() + wait, error_message=reason
    )


def _give_up(film: Film, reason: str) -> None:
    Film.objects.filter(pk=film.pk, state=FilmState.WANTED).update(
        state=FilmState.LOST, lease_until=None, error_message=reason
    )


def copy_again(*, version: Version) -> bool:
    """Makes a film that could not be copied due now; whether there was one."""
    due: int = Film.objects.filter(version=version, state=FilmState.WANTED).update(
        due_at=timezone.now(), lease_until=None
    )
    return due > 0
